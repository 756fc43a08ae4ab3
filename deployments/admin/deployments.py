"""Deployments: the list, the page with its places and teams, and the buttons."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import FormButton, move_button, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from deployments.actions import deployments as actions
from deployments.actions.slots import add_slots
from deployments.actions.teams import TeamRule, make_team
from deployments.admin.looks import assignment_pill, days_shown, deployment_pill
from deployments.admin.share_buttons import SHARE_BUTTONS, shared_with_people
from deployments.admin.teams import TeamPages, is_planned
from deployments.forms.planning import (
    AddSlotsForm,
    ChangeDeploymentForm,
    NewDeploymentForm,
    TeamForm,
)
from deployments.models import Deployment
from deployments.queries.days import days_of_period
from deployments.queries.partner import agencies_sharing
from deployments.queries.slots import coverage_of, deployments_with_places
from deployments.queries.staffing import places_of_deployment, teams_of
from deployments.rules import can_change_deployment, can_make_deployment
from deployments.states import ASSIGNMENT, DEPLOYMENT

SHOWN_MOVES = ("confirm", "activate", "complete", "regain_contact", "lose_contact", "cancel")


def may_make(user: User, obj: Any) -> bool:
    """Whether somebody may make deployments on one of their desks."""
    return any(can_make_deployment(user, desk) for desk in own_desks(user))


def moving(move: str) -> Any:
    """Return what runs a move of DEPLOYMENT."""

    def run(request: HttpRequest, obj: Deployment, reason: str) -> None:
        actions.move_deployment(
            deployment=obj,
            move_name=move,
            by=viewer_of(request),
            at=timezone.now(),
            reason=reason,
        )

    return run


def make(request: HttpRequest, obj: None, form: NewDeploymentForm) -> HttpResponse:
    """Make a deployment and go there."""
    made = actions.make_deployment(**form.cleaned_data, by=viewer_of(request), at=timezone.now())
    messages.success(request, gettext("The deployment is made. Add places next."))
    return redirect("admin:deployments_deployment_change", made.pk)


def change(request: HttpRequest, obj: Deployment, form: ChangeDeploymentForm) -> None:
    """Change what is said of a deployment."""
    by = viewer_of(request)
    actions.change_deployment(deployment=obj, **form.cleaned_data, by=by, at=timezone.now())


def add_places(request: HttpRequest, obj: Deployment, form: AddSlotsForm) -> None:
    """Add places of a role."""
    add_slots(deployment=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def add_team(request: HttpRequest, obj: Deployment, form: TeamForm) -> None:
    """Make a team with what it must have among its holders."""
    rules = [TeamRule(**rule) for rule in form.rules()]
    name, by = form.cleaned_data["name"], viewer_of(request)
    make_team(deployment=obj, name=name, rules=rules, by=by, at=timezone.now())


@admin.register(Deployment)
class DeploymentAdmin(TeamPages, GuardedAdmin[Deployment]):
    """Deployments and their places."""

    visible_to = staticmethod(deployments_with_places)
    may_change = staticmethod(can_change_deployment)
    list_display = ("codename", "state_pill", "desk", "host_agency", "days", "filled")
    list_filter = ("state", "desk", "host_agency")
    list_select_related = ("desk", "host_agency")
    search_fields = ("codename",)
    search_help_text = _("Codename")
    sortable_by = ("codename", "desk")
    ordering = ("codename",)
    object_page = "admin/deployments/deployment/page.html"
    list_buttons = (
        FormButton(
            name="new",
            label=_("New deployment"),
            says=_("It begins as a draft: nobody is asked before you open it."),
            allowed=may_make,
            asks=NewDeploymentForm,
            run=make,
            look="primary",
        ),
    )
    buttons = (
        FormButton(
            name="places",
            label=_("Add places"),
            says=_("They begin with what the role needs; each can be changed afterwards."),
            allowed=can_change_deployment,
            when=is_planned,
            asks=AddSlotsForm,
            run=add_places,
        ),
        FormButton(
            name="team",
            label=_("New team"),
            says=_("Places that go together, and what there must be among their holders."),
            allowed=can_change_deployment,
            when=is_planned,
            asks=TeamForm,
            run=add_team,
        ),
        move_button(
            DEPLOYMENT,
            "open",
            run=moving("open"),
            allowed=can_change_deployment,
            says=_("From now on its places can be offered."),
            look="primary",
        ),
        move_button(
            DEPLOYMENT,
            "make_ready",
            run=moving("make_ready"),
            allowed=can_change_deployment,
            says=_("Staffing is done; places that are still free can be offered all the same."),
            look="primary",
        ),
        move_button(
            DEPLOYMENT,
            "start",
            run=moving("start"),
            allowed=can_change_deployment,
            says=_("The deployment begins."),
            look="primary",
        ),
        move_button(
            DEPLOYMENT,
            "close",
            run=moving("close"),
            allowed=can_change_deployment,
            says=_("The deployment ends. Nobody may hold a place any more by then."),
        ),
        FormButton(
            name="edit",
            label=_("Change"),
            says=_("Codename, days, host and clearance."),
            allowed=can_change_deployment,
            when=is_planned,
            asks=ChangeDeploymentForm,
            run=change,
        ),
        *SHARE_BUTTONS,
        move_button(
            DEPLOYMENT,
            "cancel",
            run=moving("cancel"),
            allowed=can_change_deployment,
            says=_("Every offer and assignment in it is cancelled, and those asked are told."),
            look="danger",
        ),
    )

    @admin.display(description=_("state"))
    def state_pill(self, row: Deployment) -> SafeString:
        """The state as a pill."""
        return deployment_pill(row)

    @admin.display(description=_("days"))
    def days(self, row: Deployment) -> str:
        """The days, the last one included, in the deployment's time zone."""
        return days_shown(*days_of_period(row.period, row.time_zone))

    @admin.display(description=_("places filled"))
    def filled(self, row: Any) -> str:
        """How many of its places are held."""
        return f"{row.held} / {row.places}"

    def page_context(self, request: HttpRequest, obj: Deployment) -> dict[str, Any]:
        """Return what stands on a deployment's page."""
        viewer = viewer_of(request)
        may_change = can_change_deployment(viewer, obj)
        places = places_of_deployment(viewer, obj, at=timezone.now())
        return {
            "state_pill": deployment_pill(obj),
            "days": self.days(obj),
            "places": [self._shown_place(place, may_change) for place in places],
            "filled": sum(place.held or bool(place.served) for place in places),
            "is_over": not is_planned(obj),
            "coverage": coverage_of(obj) if is_planned(obj) else [],
            "teams": teams_of(obj),
            "shared_with": agencies_sharing(obj),
            "shared_with_people": shared_with_people(viewer, obj),
            "may_plan": may_change and is_planned(obj),
            "lines": timeline(obj, viewer, limit=12),
        }

    def _shown_place(self, place: Any, may_change: bool) -> dict[str, Any]:
        holding = place.holding
        moves = ASSIGNMENT.moves_from(holding.state) if holding and may_change else []
        return {
            "place": place,
            "days": days_shown(place.first, place.last),
            "pill": assignment_pill(holding) if holding else "",
            "moves": [
                {"name": name, "label": ASSIGNMENT.moves[name].label}
                for name in SHOWN_MOVES
                if name in moves
            ],
        }
