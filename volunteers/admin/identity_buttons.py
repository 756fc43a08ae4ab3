"""The buttons near identities: look somebody up, reveal one, replace parts, fetch several."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.recovery import ask_factor_removal
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.rules.two_person import can_ask
from corps.accounts.second_factor import factor_used_at
from corps.accounts.states import TwoPersonKind
from corps.adminkit import guests
from corps.adminkit.buttons import Button, FormButton, viewer_of
from corps.adminkit.steps import show
from volunteers.actions import export, identity, reveal
from volunteers.forms import people as forms
from volunteers.forms.identity import ExportForm, RevealForm
from volunteers.identity import PARTS, RevealReason
from volunteers.models import Volunteer
from volunteers.queries.export import asked_in
from volunteers.queries.record import in_words
from volunteers.rules import (
    can_change_volunteer,
    can_export,
    can_reveal_identity,
    can_search_identity,
)

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reveal_one(request: HttpRequest, obj: Volunteer, form: RevealForm) -> HttpResponse:
    """Show the identity in this answer, and never again."""
    document = reveal.reveal_identity(
        volunteer=obj,
        purpose=RevealReason(form.cleaned_data["purpose"]),
        reason=form.cleaned_data["reason"],
        by=viewer_of(request),
        proved_at=factor_used_at(request),
        at=timezone.now(),
    )
    template = "admin/volunteers/volunteer/revealed.html"
    page = show(request, Volunteer, obj, template, parts=in_words(document))
    page["Cache-Control"] = "no-store"
    return page


def change_identity(request: HttpRequest, obj: Volunteer, form: forms.IdentityForm) -> None:
    """Replace what was filled in of the identity."""
    by = viewer_of(request)
    identity.change_identity(volunteer=obj, given=form.changes(), by=by, at=timezone.now())


def find(request: HttpRequest, obj: None, form: forms.SearchForm) -> HttpResponse:
    """Look somebody up, and show who was found."""
    given, by = form.cleaned_data, viewer_of(request)
    kinds: Any = form.fields["kind"]
    found = identity.search_identity(
        kind=given["kind"], text=given["text"], by=by, at=timezone.now()
    )
    context = {"kind": dict(kinds.choices)[given["kind"]], "found": found}
    return show(request, Volunteer, None, "admin/volunteers/volunteer/found.html", **context)


def ask_for_export(request: HttpRequest, obj: None, form: ExportForm) -> HttpResponse:
    """Ask a second person, and say what follows."""
    by = viewer_of(request)
    act = export.ask_for_export(**form.asked(), by=by, at=timezone.now())
    return _waits(request, act)


def ask_removal(request: HttpRequest, obj: Volunteer, reason: str) -> HttpResponse:
    """Ask a second person to remove the volunteer's second factors."""
    by = viewer_of(request)
    act = ask_factor_removal(person=obj, reason=reason, by=by, at=timezone.now())
    return _waits(request, act)


def _waits(request: HttpRequest, act: TwoPersonAct) -> HttpResponse:
    messages.success(request, str(_("Asked. An approver of the desk has to grant it.")))
    return redirect("admin:accounts_twopersonact_change", act.pk)


def download(request: HttpRequest, obj: TwoPersonAct, reason: str) -> HttpResponse:
    """Return the file, made in memory, under a name that tells nothing."""
    content = export.download_export(
        act=obj,
        by=viewer_of(request),
        proved_at=factor_used_at(request),
        at=timezone.now(),
    )
    response = HttpResponse(content, content_type=WORKBOOK)
    response["Content-Disposition"] = 'attachment; filename="export.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def search_allowed(user: User, obj: None) -> bool:
    """Whether somebody may look up identities."""
    return can_search_identity(user)


def export_allowed(user: User, obj: None) -> bool:
    """Whether somebody may ask for an export on one of their desks."""
    return any(can_export(user, desk) for desk in user.desks.all())


def removal_allowed(user: User, obj: Volunteer) -> bool:
    """Whether somebody may ask for the removal of the volunteer's second factors."""
    return can_ask(user, TwoPersonKind.VOLUNTEER_RECOVERY, obj.desk)


def is_own_export(user: User, obj: TwoPersonAct) -> bool:
    """Whether an act is an export that this person asked for and may still ask for."""
    own = obj.kind == TwoPersonKind.EXPORT and obj.asked_by_id == user.pk
    return own and obj.desk is not None and can_export(user, obj.desk)


def is_granted(obj: TwoPersonAct) -> bool:
    """Whether the act was granted, and is neither used nor over."""
    return obj.state == "granted" and obj.until is not None and obj.until > timezone.now()


def asked_for(viewer: User, obj: TwoPersonAct) -> dict[str, Any]:
    """Return whom and what an export is about, for its page; nothing for another act."""
    if obj.kind != TwoPersonKind.EXPORT:
        return {"is_export": False}
    people = list(asked_in(viewer, obj))
    return {
        "is_export": True,
        "people": people,
        "elsewhere": len(obj.facts["volunteers"]) - len(people),
        "parts": [PARTS.get(part, part) for part in obj.facts["fields"]],
    }


FIND = FormButton(
    name="find",
    label=_("Find by identity"),
    says=_(
        "Looks for exactly this among the volunteers of your desks. "
        "The search is entered in the ledger, without what you typed."
    ),
    asks=forms.SearchForm,
    run=find,
    allowed=search_allowed,
    elevated=True,
)
ASK_FOR_EXPORT = FormButton(
    name="ask-export",
    label=_("Ask for an export of identities"),
    says=_(
        "An approver of the desk has to grant it. Then you have one hour to fetch the file, once; "
        "it says on every page and row who fetched it and when. "
        "Each volunteer in it reads of it and of your reason."
    ),
    asks=ExportForm,
    run=ask_for_export,
    allowed=export_allowed,
    elevated=True,
)
REVEAL = FormButton(
    name="reveal",
    label=_("Reveal the identity"),
    says=_(
        "Shows the identity of this one volunteer, once. "
        "The volunteer reads that you looked, when, and why."
    ),
    asks=RevealForm,
    run=reveal_one,
    allowed=can_reveal_identity,
    elevated=True,
)
REPLACE = FormButton(
    name="identity",
    label=_("Replace parts of the identity"),
    says=_(
        "What you fill in replaces what is sealed; the rest stays. "
        "Nothing of it is shown, before or after."
    ),
    asks=forms.IdentityForm,
    run=change_identity,
    allowed=can_change_volunteer,
    elevated=True,
)
ASK_REMOVAL = Button(
    name="remove-factors",
    label=_("Lost the second factor"),
    says=_(
        "For a volunteer who has lost passkey or phone; make sure who asks you. "
        "An approver of the desk has to grant it. Then passkeys, authenticator app and password "
        "are removed, and the way back in is a new one-time link."
    ),
    reason=True,
    run=ask_removal,
    allowed=removal_allowed,
    when=lambda obj: obj.user is not None,
)
DOWNLOAD = Button(
    name="download",
    label=_("Download the export"),
    says=_(
        "The file can be fetched once. It holds personal data in the clear: "
        "keep it nowhere longer than you must."
    ),
    run=download,
    allowed=is_own_export,
    when=is_granted,
    elevated=True,
    look="primary",
)

guests.add_buttons(TwoPersonAct, DOWNLOAD)
guests.add_panel(TwoPersonAct, guests.Panel("admin/volunteers/export.html", asked_for))
