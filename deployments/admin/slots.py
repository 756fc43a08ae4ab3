"""Places: the list, and the page that says who could fill one and why others could not."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import Button, FormButton, Step, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from deployments.actions.offers import offer_slot, propose_volunteer
from deployments.actions.slots import Needs, change_slot, remove_slot, set_slot_needs
from deployments.admin.looks import assignment_pill, days_shown, unbroken
from deployments.forms.needs import NeedsForm
from deployments.forms.planning import SlotDaysForm
from deployments.forms.staffing import OfferForm
from deployments.models import Slot
from deployments.queries.staffing import (
    free_slots,
    slots_with_needs,
    unfilled_slots,
    with_people,
)
from deployments.roster.queries import Candidates, candidates_for
from deployments.rules import OFFERED_IN, PLANNED_IN, can_change_deployment
from volunteers.models import Volunteer
from volunteers.queries.people import find_volunteer

LONGEST_NUMBER = 7


def can_change_slot(user: User, slot: Any) -> bool:
    """Whether somebody may change a place: whoever may change its deployment."""
    return slot is None or can_change_deployment(user, slot.deployment)


def planned(slot: Slot) -> bool:
    """Whether anything about the place may still be changed."""
    return slot.deployment.state in PLANNED_IN


def never_asked(slot: Slot) -> bool:
    """Whether the place may still be changed, and was never proposed or offered to anybody."""
    return planned(slot) and not slot.assignments.exists()


class FillingFilter(ChoiceFilter):
    """Places by whether somebody holds them."""

    title = _("filling")
    parameter_name = "filling"

    def choices_for(self, viewer: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("free", _("free")), ("soon", _("free, starting within 30 days"))]

    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the free places."""
        if value == "free":
            return free_slots(queryset)
        return queryset.filter(pk__in=unfilled_slots(self.viewer, at=timezone.now()).values("pk"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Remember who asks."""
        self.viewer = viewer_of(request)
        return super().lookups(request, model_admin)


def set_days(request: HttpRequest, obj: Slot, form: SlotDaysForm) -> None:
    """Change the days and the team of a place."""
    change_slot(slot=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def set_needs(request: HttpRequest, obj: Slot, form: NeedsForm) -> None:
    """Change what a place needs."""
    needs = Needs(
        skills=form.skills(), languages=form.languages(), clearance=form.cleaned_data["clearance"]
    )
    set_slot_needs(slot=obj, needs=needs, by=viewer_of(request), at=timezone.now())


def remove(request: HttpRequest, obj: Slot, reason: str) -> HttpResponse:
    """Remove a place and go back to its deployment."""
    remove_slot(slot=obj, by=viewer_of(request), at=timezone.now())
    return redirect("admin:deployments_deployment_change", obj.deployment_id)


@admin.register(Slot)
class SlotAdmin(GuardedAdmin[Slot]):
    """Places and who could fill them."""

    visible_to = staticmethod(slots_with_needs)
    may_change = staticmethod(can_change_slot)
    list_display = ("place", "role", "days", "team", "holder")
    list_filter = (FillingFilter, "role", "deployment__desk")
    search_fields = ("deployment__codename",)
    search_help_text = _("Codename of the deployment")
    ordering = ("deployment__codename", "number")
    object_page = "admin/deployments/slot/page.html"
    buttons = (
        FormButton(
            name="needs",
            label=_("Change needs"),
            says=_("Who could fill the place is judged by this."),
            allowed=can_change_slot,
            when=planned,
            asks=NeedsForm,
            run=set_needs,
        ),
        FormButton(
            name="days",
            label=_("Change days or team"),
            says=_("The days must lie within the deployment's."),
            allowed=can_change_slot,
            when=planned,
            asks=SlotDaysForm,
            run=set_days,
        ),
        Button(
            name="remove",
            label=_("Remove"),
            says=_("A place that was never offered or proposed to anybody can be removed."),
            allowed=can_change_slot,
            when=never_asked,
            run=remove,
            look="danger",
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that offer or propose a place to one volunteer."""
        staff = path(
            "<uuid:slot>/<slug:how>/<uuid:volunteer>/",
            self._guarded(self.staff_view),
            name="deployments_slot_staff",
        )
        return [staff, *super().get_urls()]

    # -- the list

    def for_page(self, viewer: User, rows: list[Slot]) -> None:
        """Fetch who holds the page's places."""
        places = {place.slot.pk: place for place in with_people(viewer, rows)}
        for row in rows:
            row.shown = places[row.pk]  # type: ignore[attr-defined]

    @admin.display(description=_("place"))
    def place(self, row: Slot) -> str:
        """Deployment and number."""
        return unbroken(str(row))

    @admin.display(description=_("days"))
    def days(self, row: Any) -> str:
        """The days, the last one included."""
        return days_shown(row.shown.first, row.shown.last)

    @admin.display(description=_("held by"))
    def holder(self, row: Any) -> SafeString | str:
        """Who holds the place, as far as the reader may see."""
        if row.shown.holding:
            pill = assignment_pill(row.shown.holding)
            return format_html("{} {}", row.shown.holding.volunteer.callsign, pill)
        return str(_("held")) if row.shown.held else "–"

    # -- a place's page

    def page_context(self, request: HttpRequest, obj: Slot) -> dict[str, Any]:
        """Return the place, and one page of those who could fill it or could not."""
        viewer, at = viewer_of(request), timezone.now()
        place = with_people(viewer, [obj])[0]
        others = request.GET.get("show") == "others"
        page = candidates_on(_page(request), obj, viewer, others=others)
        return {
            "place": place,
            "days": days_shown(place.first, place.last),
            "pill": assignment_pill(place.holding) if place.holding else "",
            "candidates": page,
            "others": others,
            "proposed": {str(assignment.volunteer_id) for assignment in place.proposals},
            "may_staff": can_change_slot(viewer, obj) and planned(obj) and not place.held,
            "may_offer": obj.deployment.state in OFFERED_IN and obj.period.upper > at,
            "deployment_url": reverse(
                "admin:deployments_deployment_change", args=[obj.deployment_id]
            ),
            "lines": timeline(obj, viewer, limit=12),
        }

    # -- offering and proposing

    def staff_view(
        self, request: HttpRequest, slot: UUID, how: str, volunteer: UUID
    ) -> HttpResponse:
        """Ask, then offer or propose the place to one volunteer."""
        obj = self.visible_or_404(request, str(slot))
        one = find_volunteer(viewer_of(request), volunteer)
        steps = {"offer": _offer(obj, one), "propose": _propose(obj, one)}
        if how not in steps:
            raise Http404
        return self._step(request, obj, steps[how])


def candidates_on(number: int, slot: Slot, viewer: User, *, others: bool) -> Candidates:
    """Return a page of those who fit, or of the others; the last one for a number beyond it."""
    at = timezone.now()
    page = candidates_for(slot, viewer, at=at, page=number, fitting=not others)
    if number <= page.pages:
        return page
    return candidates_for(slot, viewer, at=at, page=page.pages, fitting=not others)


def _page(request: HttpRequest) -> int:
    """Return the page that is asked for; anything that is no number asks for the first."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER):
        return 1
    return max(int(text), 1)


def _offer(slot: Slot, volunteer: Volunteer) -> Step:
    def run(request: HttpRequest, obj: Slot, form: OfferForm) -> None:
        offer_slot(
            slot=obj,
            volunteer=volunteer,
            by=viewer_of(request),
            at=timezone.now(),
            answer_within=timedelta(hours=form.cleaned_data["hours"]),
        )

    return FormButton(
        name="offer",
        label=_("Offer to %(callsign)s") % {"callsign": volunteer.callsign},
        says=_("The place and the volunteer's days are held until the answer."),
        done=_("Offered. The volunteer finds the offer in the portal."),
        allowed=can_change_slot,
        asks=OfferForm,
        run=run,
        look="primary",
        about=(slot.deployment, volunteer),
    )


def _propose(slot: Slot, volunteer: Volunteer) -> Step:
    def run(request: HttpRequest, obj: Slot, reason: str) -> None:
        propose_volunteer(slot=obj, volunteer=volunteer, by=viewer_of(request), at=timezone.now())

    return Button(
        name="propose",
        label=_("Propose %(callsign)s") % {"callsign": volunteer.callsign},
        says=_("A note for the desk: nothing is held, and the volunteer is not told."),
        allowed=can_change_slot,
        run=run,
        about=(slot.deployment, volunteer),
    )
