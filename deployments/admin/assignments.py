"""Assignments: the list, a page for each, and the buttons that move it on."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import move_button, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from deployments.actions import assignments as actions
from deployments.admin.looks import assignment_pill, days_shown, unbroken
from deployments.models import Assignment
from deployments.queries.attention import needing_attention
from deployments.queries.days import days_of_period
from deployments.queries.staffing import assignments_with_people
from deployments.rules import can_change_deployment
from deployments.states import ASSIGNMENT, HOLDING


def can_change_assignment(user: User, assignment: Any) -> bool:
    """Whether somebody may move an assignment: whoever may change its deployment."""
    return assignment is not None and can_change_deployment(user, assignment.slot.deployment)


def doing(action: Any) -> Any:
    """Return what runs an action without a reason."""

    def run(request: HttpRequest, obj: Assignment, reason: str) -> None:
        action(assignment=obj, by=viewer_of(request), at=timezone.now())

    return run


def cancel(request: HttpRequest, obj: Assignment, reason: str) -> None:
    """Cancel, with the reason."""
    by = viewer_of(request)
    actions.cancel_assignment(assignment=obj, by=by, at=timezone.now(), reason=reason)


def button(move: str, action: Any, says: Any, **more: Any) -> Any:
    """Return the button of one move of ASSIGNMENT."""
    return move_button(
        ASSIGNMENT, move, run=doing(action), allowed=can_change_assignment, says=says, **more
    )


class StandFilter(ChoiceFilter):
    """Assignments by what is expected next."""

    title = _("waiting for")
    parameter_name = "waiting"

    def choices_for(self, viewer: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [
            ("answer", _("an answer")),
            ("confirmation", _("a confirmation")),
            ("look", _("a look: clearance too short, permit lapsed, or no longer active")),
            ("holding", _("everything that holds a place")),
        ]

    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the assignments that are meant."""
        if value == "look":
            return needing_attention(queryset, at=timezone.now())
        states = {"answer": ["offered"], "confirmation": ["accepted"], "holding": list(HOLDING)}
        return queryset.filter(state__in=states[value])


@admin.register(Assignment)
class AssignmentAdmin(GuardedAdmin[Assignment]):
    """Who holds, was offered or is proposed for which place."""

    visible_to = staticmethod(assignments_with_people)
    may_change = staticmethod(can_change_assignment)
    list_display = ("who", "place", "state_pill", "days", "state_since", "answer_by")
    list_display_links = ("who",)
    list_filter = (StandFilter, "state", "slot__deployment__desk")
    search_fields = ("volunteer__callsign", "slot__deployment__codename")
    search_help_text = _("Callsign or codename")
    ordering = ("-state_since",)
    object_page = "admin/deployments/assignment/page.html"
    buttons = (
        button(
            "confirm",
            actions.confirm_assignment,
            _("The desk counts on the volunteer from now on."),
            look="primary",
        ),
        button(
            "activate",
            actions.activate_assignment,
            _("The volunteer is at work."),
            look="primary",
        ),
        button(
            "complete", actions.complete_assignment, _("The work is done, and the place is over.")
        ),
        button(
            "regain_contact",
            actions.regain_contact,
            _("The volunteer has been heard from again."),
            look="primary",
        ),
        button(
            "lose_contact",
            actions.report_lost_contact,
            _("The volunteer has not been heard from; the desk looks into it."),
        ),
        move_button(
            ASSIGNMENT,
            "cancel",
            run=cancel,
            allowed=can_change_assignment,
            says=_("The place is free again; the volunteer sees that it is no longer needed."),
            look="danger",
        ),
    )

    @admin.display(description=_("volunteer"))
    def who(self, row: Assignment) -> str:
        """The callsign."""
        return row.volunteer.callsign

    @admin.display(description=_("place"))
    def place(self, row: Assignment) -> str:
        """Deployment, number and role."""
        return f"{unbroken(str(row.slot))} · {row.slot.role}"

    @admin.display(description=_("state"))
    def state_pill(self, row: Assignment) -> SafeString:
        """The state as a pill."""
        return assignment_pill(row)

    @admin.display(description=_("days"))
    def days(self, row: Assignment) -> str:
        """The days, the last one included, in the deployment's time zone."""
        return days_shown(*days_of_period(row.period, row.slot.deployment.time_zone))

    def page_context(self, request: HttpRequest, obj: Assignment) -> dict[str, Any]:
        """Return what stands on an assignment's page."""
        this = assignments_with_people(viewer_of(request)).filter(pk=obj.pk)
        return {
            "attention": needing_attention(this, at=timezone.now()).first(),
            "state_pill": assignment_pill(obj),
            "days": self.days(obj),
            "volunteer_url": reverse("admin:volunteers_volunteer_change", args=[obj.volunteer_id]),
            "slot_url": reverse("admin:deployments_slot_change", args=[obj.slot_id]),
            "deployment_url": reverse(
                "admin:deployments_deployment_change", args=[obj.slot.deployment_id]
            ),
            "lines": timeline(obj, viewer_of(request), limit=30),
        }
