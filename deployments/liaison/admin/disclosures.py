"""The register of disclosures, and what it shows on the pages of letters and volunteers."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from corps.accounts.models import User
from corps.accounts.second_factor import factor_used_at
from corps.adminkit import board, guests
from corps.adminkit.board import Tile
from corps.adminkit.buttons import Button, FormButton, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.looks import pill
from corps.adminkit.steps import show
from corps.adminkit.words import name_facts, name_verbs
from deployments.liaison.actions.disclosures import (
    drop_disclosure,
    plan_disclosure,
    reveal_disclosed,
)
from deployments.liaison.actions.recalls import recall_disclosures
from deployments.liaison.forms.disclosures import (
    DiscloseForm,
    OfLetterForm,
    ReadForm,
    RegisterForm,
)
from deployments.liaison.letters.persons import numbers_of
from deployments.liaison.models import Disclosure, Letter
from deployments.liaison.queries.disclosures import (
    agencies_to_ask,
    disclosures_visible_to,
    parts_in_words,
    planned_visible_to,
    purpose_in_words,
    recalls_visible_to,
    tellable_by,
    told_of,
    without_consent,
)
from deployments.liaison.rules.disclosures import (
    can_plan_disclosure,
    can_recall,
    is_author,
    is_open_to_its_author,
)
from deployments.liaison.rules.letters import WRITABLE
from volunteers.models import Volunteer

name_verbs(
    {
        "disclosure.planned": _("What a letter tells of somebody set"),
        "disclosure.dropped": _("A letter tells nothing of somebody any more"),
        "disclosure.passed_on": _("Parts of an identity passed on to another agency"),
        "disclosure.never_left": _("What a letter would have told an agency never left"),
        "disclosure.recalled": _("Asked an agency to destroy what it was told"),
        "disclosure.recall_came_back": _("A letter that asked to destroy what was told came back"),
        "identity.disclosed": _("Parts of an identity told to an agency"),
    }
)
name_facts({"agency": _("agency"), "fields": _("parts"), "purpose": _("what for")})


def disclose(request: HttpRequest, obj: Letter, form: DiscloseForm) -> None:
    """Say what the letter tells of one volunteer."""
    given = form.cleaned_data
    plan_disclosure(
        letter=obj,
        volunteer=given["volunteer"],
        fields=given["fields_told"],
        purpose=given["purpose"],
        by=viewer_of(request),
        at=timezone.now(),
    )


def drop(request: HttpRequest, obj: Letter, form: OfLetterForm) -> None:
    """Let the letter tell nothing of one volunteer."""
    volunteer, by = form.cleaned_data["volunteer"], viewer_of(request)
    drop_disclosure(letter=obj, volunteer=volunteer, by=by, at=timezone.now())


def read(request: HttpRequest, obj: Letter, form: ReadForm) -> HttpResponse:
    """Show what the letter tells of one volunteer in this answer, and never again."""
    parts = reveal_disclosed(
        letter=obj,
        volunteer=form.cleaned_data["volunteer"],
        reason=form.cleaned_data["reason"],
        by=viewer_of(request),
        proved_at=factor_used_at(request),
        at=timezone.now(),
    )
    page = show(request, Letter, obj, "admin/volunteers/volunteer/revealed.html", parts=parts)
    page["Cache-Control"] = "no-store"
    return page


def is_to_be_read(obj: Letter) -> bool:
    """Whether an approved letter tells of somebody, and what it tells may still be read."""
    return obj.discloses and is_open_to_its_author(obj, at=timezone.now())


def recall(request: HttpRequest, obj: Volunteer, reason: str) -> HttpResponse:
    """Begin the letters of withdrawal, and go to them."""
    begun = recall_disclosures(volunteer=obj, by=viewer_of(request), at=timezone.now())
    told = ngettext("%(count)s letter was begun.", "%(count)s letters were begun.", len(begun))
    messages.success(request, told % {"count": len(begun)})
    return redirect("admin:liaison_case_change", begun[0].case_id)


def recall_pill(one: Disclosure) -> SafeString:
    """Return whether what was told was asked back."""
    if one.recalled_at:
        return pill("is-quiet", _("Asked back"))
    return pill("is-ok", _("Told"))


def told_by_letter(viewer: User, obj: Letter) -> dict[str, Any]:
    """Return the panel on a letter's page: what it tells, of whom among those the viewer sees, by
    which number, and whether they consent."""
    planned = list(planned_visible_to(viewer, obj))
    lacking = {one.pk for one in without_consent(o for o in planned if o.disclosed_at is None)}
    numbers = numbers_of(obj)
    rows = [_line(one, lacking=one.pk in lacking) for one in planned]
    return {"rows": [{**row, "number": numbers[row["disclosure"].volunteer_id]} for row in rows]}


def _line(one: Disclosure, *, lacking: bool) -> dict[str, Any]:
    looks = pill("is-blocked", _("No consent")) if lacking else pill("is-ok", _("Consent given"))
    return {
        "disclosure": one,
        "parts": parts_in_words(one.fields),
        "purpose": purpose_in_words(one.purpose),
        "pill": recall_pill(one) if one.disclosed_at else looks,
    }


def told_about(viewer: User, obj: Volunteer) -> dict[str, Any]:
    """Return the panel on a volunteer's page: what was told, as far as the viewer sees it."""
    if not viewer.may_see_kind("liaison.disclosure"):
        return {"shown": False}
    seen = disclosures_visible_to(viewer).values("pk")
    return {
        "shown": True,
        "rows": [_line(o, lacking=False) for o in told_of(obj).filter(pk__in=seen)],
    }


class RecallFilter(ChoiceFilter):
    """Whether what was told is to be asked back, or was."""

    title = _("asking back")
    parameter_name = "recall"

    def choices_for(self, viewer: Any) -> Iterable[tuple[str, Any]]:
        """Return the two cases."""
        return [("due", _("To be asked back")), ("done", _("Asked back"))]

    def narrow(self, queryset: QuerySet[Disclosure], value: str) -> QuerySet[Disclosure]:
        """Return the rows of one of them."""
        if value == "done":
            return queryset.filter(recalled_at__isnull=False)
        return queryset.filter(pk__in=self.due.values("pk"))

    def __init__(self, request: HttpRequest, *given: Any) -> None:
        self.due = recalls_visible_to(viewer_of(request))
        super().__init__(request, *given)


@admin.register(Disclosure)
class DisclosureAdmin(GuardedAdmin[Disclosure]):
    """The register: which parts of whose identity went to which agency, when, and what for."""

    visible_to = staticmethod(disclosures_visible_to)
    list_display = (
        "volunteer",
        "agency",
        "parts",
        "what_for",
        "letter",
        "disclosed_at",
        "recalled",
    )
    list_filter = ("agency", RecallFilter)
    list_select_related = ("volunteer", "agency", "letter__case")
    filter_form = RegisterForm
    search_fields = ("volunteer__callsign",)
    search_help_text = _("Callsign")
    sortable_by = ("disclosed_at",)
    ordering = ("-disclosed_at", "pk")
    fields = (
        "volunteer",
        "agency",
        "passed_on_by",
        "parts",
        "what_for",
        "letter",
        "disclosed_at",
        "recalled",
    )
    readonly_fields = ("passed_on_by", "parts", "what_for", "recalled")

    @admin.display(description=_("passed on by"))
    def passed_on_by(self, row: Disclosure) -> str:
        """The agency that was written to, where this one got it from that."""
        return str(row.referral.from_agency) if row.referral else "–"

    @admin.display(description=_("what was told"))
    def parts(self, row: Disclosure) -> str:
        """The parts by name; their values stand nowhere but under seal."""
        return ", ".join(map(str, parts_in_words(row.fields)))

    @admin.display(description=_("what for"))
    def what_for(self, row: Disclosure) -> str:
        """The purpose, which is that of the consent."""
        return str(purpose_in_words(row.purpose))

    @admin.display(description=_("asked back"))
    def recalled(self, row: Disclosure) -> SafeString:
        """Whether it was asked back."""
        return recall_pill(row)


@board.register
def recalls(viewer: User) -> Iterable[Tile]:
    """What was told of people who have left or withdrawn, and nobody has asked back yet."""
    if viewer.may_change_kind("liaison.disclosure"):
        due = recalls_visible_to(viewer).values("volunteer", "agency").distinct().count()
        url = reverse("admin:liaison_disclosure_changelist")
        yield Tile(_("Recalls to write"), due, f"{url}?recall=due")


guests.add_panel(Letter, guests.Panel("admin/liaison/told_by_letter.html", told_by_letter))
guests.add_buttons(
    Letter,
    FormButton(
        name="disclose",
        label=_("Tell of a volunteer"),
        says=_(
            "The letter then carries these parts of the identity. The volunteer must have "
            "consented, and two people approve the letter."
        ),
        asks=DiscloseForm,
        run=disclose,
        allowed=can_plan_disclosure,
        when=lambda obj: obj.state in WRITABLE,
        offers=tellable_by,
    ),
    FormButton(
        name="tell-nothing",
        label=_("Tell nothing of a volunteer"),
        says=_("The letter carries nothing of the identity any more."),
        asks=OfLetterForm,
        run=drop,
        allowed=can_plan_disclosure,
        when=lambda obj: obj.state in WRITABLE and obj.discloses,
        offers=planned_visible_to,
    ),
    FormButton(
        name="read-identity",
        label=_("Read what it tells"),
        says=_(
            "Shows, once, what the approved letter tells of one volunteer. "
            "The volunteer reads that you looked, when, and why."
        ),
        asks=ReadForm,
        run=read,
        allowed=is_author,
        when=is_to_be_read,
        elevated=True,
    ),
)
guests.add_panel(Volunteer, guests.Panel("admin/liaison/told_of_volunteer.html", told_about))
guests.add_buttons(
    Volunteer,
    Button(
        name="recall",
        label=_("Ask back what was told"),
        says=_(
            "Begins a letter of withdrawal to every agency that holds something told of this "
            "volunteer, each in a case of its own."
        ),
        run=recall,
        allowed=can_recall,
        when=lambda obj: agencies_to_ask(obj).exists(),
    ),
)
