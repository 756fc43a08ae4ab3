"""What permits show elsewhere: on the pages of deployments and assignments, on the landing board,
and in the ledger's words."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import board
from corps.adminkit.board import Tile
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guests import Panel, add_buttons, add_panel
from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts
from corps.audit.queries import narrow_entries
from corps.workflow.tables import Text
from deployments.liaison.actions.permits import set_permit_needs
from deployments.liaison.admin.permit_looks import days_of, permit_pill
from deployments.liaison.forms.permits import PermitNeedsForm
from deployments.liaison.models import Permit
from deployments.liaison.queries.permit_board import cases_seen, permit_counts, permits_of
from deployments.liaison.queries.permit_entries import about_seen_permits
from deployments.liaison.queries.permits import (
    kinds_needed,
    lapsed_inside,
    lapsing,
    missing_soon,
    permits_visible_to,
)
from deployments.liaison.rules.permits import can_set_needs
from deployments.liaison.states import PERMIT
from deployments.models import Assignment, Deployment
from deployments.rules import PLANNED_IN

SHIPPED: dict[str, Text] = {
    "passport-use": _("Exceptional permit to use a passport"),
    "accreditation": _("Host-country accreditation"),
    "insurance": _("Insurance"),
    "medical": _("Medical fitness"),
}


def is_planned(deployment: Deployment) -> bool:
    """Whether what the deployment needs may still be changed."""
    return deployment.state in PLANNED_IN


def set_needs(request: HttpRequest, obj: Deployment, form: PermitNeedsForm) -> None:
    """Say which kinds the deployment needs."""
    kinds, by = form.cleaned_data["kinds"], viewer_of(request)
    set_permit_needs(deployment=obj, kinds=kinds, by=by, at=timezone.now())


def of_deployment(viewer: User, obj: Deployment) -> dict[str, Any]:
    """Return what a deployment needs, and how many permits are in which state."""
    if not viewer.may_see_kind(Permit._meta.label_lower):
        return {"shown": False}
    return {
        "shown": True,
        "kinds": list(kinds_needed(obj)),
        "counts": permit_counts(viewer, obj, at=timezone.now()),
        "url": reverse("admin:liaison_permit_board", args=[obj.pk]),
    }


def of_assignment(viewer: User, obj: Assignment) -> dict[str, Any]:
    """Return the permits of one assignment."""
    if not viewer.may_see_kind(Permit._meta.label_lower):
        return {"shown": False}
    permits, at = permits_of(viewer, obj), timezone.now()
    seen = cases_seen(viewer, permits)
    rows = [
        {
            "permit": permit,
            "pill": permit_pill(permit, at=at),
            "days": days_of(permit),
            "case": permit.case if permit.case_id in seen else None,
        }
        for permit in permits
    ]
    return {"shown": bool(rows), "rows": rows}


@board.register
def permits(viewer: User) -> Iterator[Tile]:
    """Permits that are missing, end soon, or have lapsed."""
    if not viewer.may_see_kind(Permit._meta.label_lower):
        return
    at, seen = timezone.now(), permits_visible_to(viewer)
    url = reverse("admin:liaison_permit_changelist")
    yield Tile(
        _("Permits missing"),
        missing_soon(seen, at=at).count(),
        f"{url}?look=missing",
        note=_("for places that start within 30 days"),
    )
    yield Tile(
        _("Permits that end soon"),
        lapsing(seen, at=at).count(),
        f"{url}?look=lapsing",
        note=_("within 30 days, before the place does"),
    )
    yield Tile(
        _("Permits lapsed"),
        lapsed_inside(seen).count(),
        f"{url}?look=lapsed",
        note=_("while the place is held"),
        look="is-blocked",
    )


def kind_in_words(code: Any) -> Text:
    """Return what a kind of permit is called by its code, as far as it ships with Corps."""
    return SHIPPED.get(code) or str(code)


add_buttons(
    Deployment,
    FormButton(
        name="permit-needs",
        label=_("Permits needed"),
        says=_(
            "Everybody who is confirmed gets a list of them, and starts only when each is granted. "
            "One that is no longer needed goes, unless it is applied for or was answered."
        ),
        allowed=can_set_needs,
        when=is_planned,
        asks=PermitNeedsForm,
        run=set_needs,
    ),
)
add_panel(Deployment, Panel("admin/liaison/permits_of_deployment.html", of_deployment))
add_panel(Assignment, Panel("admin/liaison/permits_of_assignment.html", of_assignment))
narrow_entries(Permit._meta.label_lower, about_seen_permits)
name_moves(PERMIT)
name_verbs(
    {
        "deployment.permit_needed": _("Permit needed from now on"),
        "deployment.permit_not_needed": _("Permit no longer needed"),
        "permit.listed": _("Permit put on somebody's list"),
        "permit.dropped": _("Permit taken off somebody's list"),
        "permit.corrected": _("Permit corrected"),
        "case.permits_added": _("Permits put into a case"),
    }
)
name_facts(
    {
        "permit_kind": _("kind of permit"),
        "permits": _("permits"),
        "since": _("from"),
        "case": _("case"),
    }
)
tell_facts({"permit_kind": kind_in_words})
