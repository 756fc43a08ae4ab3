"""Permits: the list, a page for each, and the buttons by which answers are entered."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import Button, FormButton, in_source_of, move_button, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from deployments.liaison.actions import permits as actions
from deployments.liaison.admin.permit_board import PermitBoard
from deployments.liaison.admin.permit_looks import days_of, permit_pill
from deployments.liaison.forms.permits import CorrectPermitForm, GrantForm
from deployments.liaison.models import Permit, PermitKind
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.permit_board import cases_seen
from deployments.liaison.queries.permits import (
    SOON,
    lapsed_inside,
    lapsing,
    missing_soon,
    permits_visible_to,
)
from deployments.liaison.rules.permits import PermitAnswer, can_change_permit
from deployments.liaison.states import PERMIT

LOOKS_FOR: dict[str, Any] = {"missing": missing_soon, "lapsing": lapsing}


class LookFilter(ChoiceFilter):
    """Permits by why they need a look."""

    title = _("needs a look")
    parameter_name = "look"

    def choices_for(self, viewer: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [
            ("missing", _("missing, starts within 30 days")),
            ("lapsing", _("ends within 30 days, before the place does")),
            ("lapsed", _("lapsed while the place is held")),
        ]

    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the permits that are meant."""
        if value == "lapsed":
            return lapsed_inside(queryset)
        return LOOKS_FOR[value](queryset, at=timezone.now())


class UntilFilter(ChoiceFilter):
    """Permits by their last day."""

    title = _("until")
    parameter_name = "until"

    def choices_for(self, viewer: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [
            ("over", _("over")),
            ("soon", _("within 30 days")),
            ("later", _("later")),
            ("open", _("no last day")),
        ]

    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the permits that are meant."""
        today = day_in_seoul(timezone.now())
        asked: dict[str, dict[str, Any]] = {
            "over": {"until__lt": today},
            "soon": {"until__range": (today, today + SOON)},
            "later": {"until__gt": today + SOON},
            "open": {"until": None},
        }
        return queryset.filter(**asked[value])


def told(kind: PermitKind, part: str) -> str:
    """Return a text of a kind in the reader's language."""
    return str(getattr(kind, f"{part}_{(get_language() or 'en')[:2]}", ""))


def may_change(user: User, permit: Any) -> bool:
    """Whether somebody may enter something about a permit."""
    return permit is not None and can_change_permit(user, permit)


def answer(request: HttpRequest, obj: Permit, said: PermitAnswer) -> None:
    """Enter one answer."""
    assert obj.case is not None, "what was applied for has a case, by constraint"
    by = viewer_of(request)
    actions.answer_permits(case=obj.case, answers={obj: said}, by=by, at=timezone.now())


def grant(request: HttpRequest, obj: Permit, form: GrantForm) -> None:
    """Enter it as granted."""
    answer(request, obj, PermitAnswer(granted=True, **form.cleaned_data))


def refuse(request: HttpRequest, obj: Permit, reason: str) -> None:
    """Enter it as refused."""
    answer(request, obj, PermitAnswer(granted=False))


def put_back(request: HttpRequest, obj: Permit, reason: str) -> None:
    """Enter that nothing was said of it."""
    answer(request, obj, PermitAnswer(granted=None))


def correct(request: HttpRequest, obj: Permit, form: CorrectPermitForm) -> None:
    """Correct its number and days."""
    actions.correct_permit(
        permit=obj, by=viewer_of(request), at=timezone.now(), **form.cleaned_data
    )


def end(request: HttpRequest, obj: Permit, reason: str) -> None:
    """Let it lapse, with the reason."""
    actions.end_permit(permit=obj, by=viewer_of(request), at=timezone.now(), reason=reason)


@admin.register(Permit)
class PermitAdmin(PermitBoard, GuardedAdmin[Permit]):
    """What authorities must grant people before they travel."""

    visible_to = staticmethod(permits_visible_to)
    may_change = staticmethod(may_change)
    list_display = ("who", "kind", "state_pill", "until", "place", "in_case")
    list_display_links = ("who",)
    list_filter = (LookFilter, "state", "kind", UntilFilter, "assignment__slot__deployment__desk")
    search_fields = ("assignment__volunteer__callsign", "assignment__slot__deployment__codename")
    search_help_text = _("Callsign or codename")
    sortable_by = ("until",)
    ordering = ("assignment__slot__deployment__codename", "assignment__volunteer__callsign", "kind")
    object_page = "admin/liaison/permits_page.html"
    buttons = (
        FormButton(
            name="grant",
            label=PERMIT.moves["grant"].label,
            says=_("As the authority answered. It holds on these days, both included."),
            allowed=may_change,
            when=in_source_of(PERMIT, "grant"),
            asks=GrantForm,
            run=grant,
            look="primary",
        ),
        move_button(
            PERMIT,
            "refuse",
            run=refuse,
            allowed=may_change,
            says=_("As the authority answered. It can be applied for again."),
        ),
        move_button(
            PERMIT,
            "put_back",
            run=put_back,
            allowed=may_change,
            says=_(
                "The authority did not comment, or nothing is asked of it any more. It can be "
                "applied for again."
            ),
        ),
        FormButton(
            name="correct",
            label=_("Correct"),
            says=_("The number and the days that stand in the paper."),
            allowed=may_change,
            when=in_source_of(PERMIT, "lapse"),
            asks=CorrectPermitForm,
            run=correct,
        ),
        Button(
            name="lapse",
            label=PERMIT.moves["lapse"].label,
            says=_("It holds no more from now on, because it was taken back say."),
            allowed=may_change,
            when=in_source_of(PERMIT, "lapse"),
            run=end,
            reason=True,
            look="danger",
        ),
    )

    def for_page(self, viewer: User, rows: list[Permit]) -> None:
        """Find out which cases may be named."""
        seen = cases_seen(viewer, rows)
        for row in rows:
            row.named_case = row.case if row.case_id in seen else None  # type: ignore[attr-defined]

    @admin.display(description=_("volunteer"))
    def who(self, row: Permit) -> str:
        """The callsign."""
        return row.assignment.volunteer.callsign

    @admin.display(description=_("place"))
    def place(self, row: Permit) -> str:
        """Deployment, number and role, and whether it is still held."""
        place = row.assignment
        return f"{place.slot} · {place.slot.role} · {place.get_state_display()}"

    @admin.display(description=_("state"))
    def state_pill(self, row: Permit) -> SafeString:
        """The state as a pill."""
        return permit_pill(row, at=timezone.now())

    @admin.display(description=_("case"))
    def in_case(self, row: Any) -> str:
        """The case's reference, where the reader may see the case."""
        return str(row.named_case or "–")

    def page_context(self, request: HttpRequest, obj: Permit) -> dict[str, Any]:
        """Return what stands on a permit's page."""
        viewer = viewer_of(request)
        slot = obj.assignment.slot
        return {
            "state_pill": permit_pill(obj, at=timezone.now()),
            "days": days_of(obj),
            "texts": {part: told(obj.kind, part) for part in ("authority", "needs")},
            "case": obj.case if cases_seen(viewer, [obj]) else None,
            "assignment_url": reverse(
                "admin:deployments_assignment_change", args=[obj.assignment_id]
            ),
            "board_url": reverse("admin:liaison_permit_board", args=[slot.deployment_id]),
            "lines": timeline(obj, viewer, limit=30),
        }
