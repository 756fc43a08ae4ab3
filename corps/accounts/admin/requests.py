"""Requests for a second person: what is asked, who asked, and the buttons that decide."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions import two_person
from corps.accounts.actions.glass import end_break_glass
from corps.accounts.actions.recovery import recover_account
from corps.accounts.admin.words import SAYS, asked_in_words, kind_in_words, objects_in_words
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.two_person import (
    acts_visible_to,
    acts_waiting_for,
    glass_to_tell_of,
)
from corps.accounts.rules.two_person import can_decide, can_end_glass
from corps.accounts.states import KINDS, TWO_PERSON, TwoPersonKind
from corps.adminkit.buttons import Button, FormButton, StepForm, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import one_time_link, pill
from corps.adminkit.steps import show

LOOKS = {
    "asked": "is-attention",
    "granted": "is-ok",
    "refused": "is-blocked",
    "used": "is-quiet",
    "lapsed": "is-quiet",
}


def state_at(act: TwoPersonAct, at: datetime) -> str:
    """Return the state at `at`: what is over counts as over before the clock has come by."""
    waited = act.state == "asked" and act.asked_at + KINDS[TwoPersonKind(act.kind)].waits <= at
    held = act.state == "granted" and (act.until is None or act.until <= at)
    return "lapsed" if waited or held else act.state


def state_pill(act: TwoPersonAct) -> SafeString:
    """Return the state of a request as a pill."""
    state = state_at(act, timezone.now())
    return pill(LOOKS[state], TWO_PERSON.states[state].label)


def waits(act: TwoPersonAct) -> bool:
    """Whether the request may still be decided."""
    return state_at(act, timezone.now()) == "asked"


def holds(act: TwoPersonAct) -> bool:
    """Whether the request is granted and not over."""
    return state_at(act, timezone.now()) == "granted"


def recovery_holds(act: TwoPersonAct) -> bool:
    """Whether a recovery is granted and not over."""
    return act.kind == TwoPersonKind.RECOVERY and holds(act)


def is_own(user: User, act: TwoPersonAct) -> bool:
    """Whether the person asked for it."""
    return act.asked_by_id == user.pk


class DecideForm(StepForm):
    """Shows once more what is granted."""

    asked = forms.CharField(
        label=_("What is asked"), disabled=True, widget=forms.Textarea({"rows": 6})
    )

    def prepare(self) -> None:
        """Put it in words."""
        act = self.obj
        pairs = [*asked_in_words(act, self.viewer), (_("Reason"), act.reason)]
        pairs.append((_("Asked by"), act.asked_by))
        lines = [str(kind_in_words(act.kind)), *(f"{name}: {value}" for name, value in pairs)]
        self.initial["asked"] = "\n".join(lines)


def grant(request: HttpRequest, obj: TwoPersonAct, form: DecideForm) -> None:
    """Grant what was asked for."""
    two_person.grant_act(act=obj, by=viewer_of(request), at=timezone.now())


def refuse(request: HttpRequest, obj: TwoPersonAct, reason: str) -> None:
    """Refuse what was asked for."""
    two_person.refuse_act(act=obj, by=viewer_of(request), at=timezone.now(), reason=reason)


def withdraw(request: HttpRequest, obj: TwoPersonAct, reason: str) -> None:
    """Take back what one asked for."""
    two_person.withdraw_act(act=obj, by=viewer_of(request), at=timezone.now())


def end(request: HttpRequest, obj: TwoPersonAct, reason: str) -> None:
    """End break-glass."""
    end_break_glass(act=obj, by=viewer_of(request), at=timezone.now())


def recover(request: HttpRequest, obj: TwoPersonAct, reason: str) -> HttpResponse:
    """Make the one-time link, and show it this once."""
    link = recover_account(act=obj, by=viewer_of(request), at=timezone.now())
    template = "admin/corps/one_time_link.html"
    return show(request, TwoPersonAct, obj, template, **one_time_link(link))


def waits_for_another(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    """Say that it was asked for, and show the request."""
    messages.success(request, str(_("Asked for. Another person has to grant it.")))
    return redirect("admin:accounts_twopersonact_change", act.pk)


class WaitingFilter(ChoiceFilter):
    """Those one may decide; break-glass one is told of."""

    title = _("waiting")
    parameter_name = "waiting"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return the choices."""
        self.viewer = viewer
        return [("me", _("for me")), ("glass", _("break-glass on my desks"))]

    def narrow(self, queryset: QuerySet[TwoPersonAct], value: str) -> QuerySet[TwoPersonAct]:
        """Return the requests."""
        told = glass_to_tell_of(self.viewer, at=timezone.now())
        chosen = {"me": acts_waiting_for(self.viewer), "glass": told}[value]
        return queryset.filter(pk__in=chosen.order_by().values("pk"))


@admin.register(TwoPersonAct)
class TwoPersonActAdmin(GuardedAdmin[TwoPersonAct]):
    """Requests, newest first, each on a page with its buttons."""

    visible_to = staticmethod(acts_visible_to)
    list_display = ("what", "state_shown", "about_shown", "asked_by", "asked_at")
    list_filter = (WaitingFilter, "state", "kind")
    list_select_related = ("desk", "asked_by", "decided_by")
    sortable_by = ("asked_at",)
    ordering = ("-asked_at", "pk")
    object_page = "admin/accounts/request.html"
    buttons = (
        FormButton(
            name="grant",
            label=TWO_PERSON.moves["grant"].label,
            says=_("You are the second person: what you grant is done in both your names."),
            asks=DecideForm,
            run=grant,
            allowed=can_decide,
            elevated=True,
            when=waits,
            look="primary",
        ),
        Button(
            name="refuse",
            label=TWO_PERSON.moves["refuse"].label,
            says=_("Nothing of what was asked happens."),
            run=refuse,
            reason=True,
            allowed=can_decide,
            when=waits,
            look="danger",
        ),
        Button(
            name="link",
            label=_("Make the one-time link"),
            says=_(
                "The link is shown once, to you alone. The old password opens nothing any more and "
                "every session of the account ends."
            ),
            run=recover,
            allowed=is_own,
            elevated=True,
            when=recovery_holds,
            look="primary",
        ),
        Button(
            name="withdraw",
            label=TWO_PERSON.moves["withdraw"].label,
            says=_("You asked for it; nobody can grant it any more."),
            run=withdraw,
            allowed=is_own,
            when=waits,
        ),
        Button(
            name="end",
            label=TWO_PERSON.moves["end"].label,
            says=_("The desk is closed to the administrator from the next page on."),
            run=end,
            allowed=can_end_glass,
            when=holds,
            look="danger",
        ),
    )

    def name_of(self, obj: TwoPersonAct | None) -> str:
        """Return what is asked for; its number tells nobody anything."""
        return "" if obj is None else str(obj.get_kind_display())

    def for_page(self, viewer: User, rows: list[Any]) -> None:
        """Fetch what the requests of a page are about."""
        told = objects_in_words({row.subject for row in rows}, viewer)
        for row in rows:
            named = told.get(row.subject) or row.facts.get("username")
            row.told = named or (str(row.desk) if row.desk else "–")

    @admin.display(description=_("what"))
    def what(self, row: TwoPersonAct) -> str:
        """What is asked for."""
        return str(kind_in_words(row.kind))

    @admin.display(description=_("about"))
    def about_shown(self, row: Any) -> str:
        """What it is about, in words."""
        return str(row.told)

    @admin.display(description=_("state"))
    def state_shown(self, row: TwoPersonAct) -> SafeString:
        """The state as a pill."""
        return state_pill(row)

    def page_context(self, request: HttpRequest, obj: TwoPersonAct) -> dict[str, Any]:
        """Return what stands on a request's page."""
        viewer, kind = viewer_of(request), TwoPersonKind(obj.kind)
        return {
            "title": kind.label,
            "state": state_pill(obj),
            "says": SAYS[kind],
            "asked": asked_in_words(obj, viewer),
            "waits_until": obj.asked_at + KINDS[kind].waits if waits(obj) else None,
            "lines": timeline(obj, viewer, limit=50),
        }
