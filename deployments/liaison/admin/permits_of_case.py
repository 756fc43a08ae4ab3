"""What permits show on the page of a case: which it is about, and entering the answers to them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guests import Panel, add_buttons, add_panel
from deployments.liaison.actions.permits import answer_permits
from deployments.liaison.admin.permit_looks import days_of, permit_pill
from deployments.liaison.forms.permit_answers import PermitAnswersForm
from deployments.liaison.models import Case
from deployments.liaison.queries.permits import permits_visible_to
from deployments.liaison.rules.cases import can_keep_case


def waits_for_answers(case: Case) -> bool:
    """Whether a permit was applied for by the case and has no answer."""
    return case.permits.filter(state="applied").exists()


def may_answer(user: User, case: Case) -> bool:
    """Whether somebody may enter answers: who may keep the case, and sees one of the permits that
    wait; those of people whom they do not see are put back when the case is closed."""
    if not can_keep_case(user, case):
        return False
    seen = permits_visible_to(user).filter(case=case, state="applied")
    return seen.exists() or not waits_for_answers(case)


def enter(request: HttpRequest, obj: Case, form: PermitAnswersForm) -> None:
    """Enter the answers."""
    by, at = viewer_of(request), timezone.now()
    answer_permits(case=obj, answers=form.answers(), by=by, at=at)


def of_case(viewer: User, obj: Case) -> dict[str, Any]:
    """Return the permits of a case that the viewer may see."""
    permits = permits_visible_to(viewer).filter(case=obj)
    own = permits.order_by("kind__code", "assignment__volunteer__callsign")
    at = timezone.now()
    rows = [
        {"permit": permit, "pill": permit_pill(permit, at=at), "days": days_of(permit)}
        for permit in own
    ]
    work = {permit.assignment.slot.deployment for permit in own}
    boards = [
        (one.codename, reverse("admin:liaison_permit_board", args=[one.pk]))
        for one in sorted(work, key=lambda one: one.codename)
    ]
    return {"shown": bool(rows), "rows": rows, "boards": boards}


add_panel(Case, Panel("admin/liaison/permits_of_case.html", of_case))
add_buttons(
    Case,
    FormButton(
        name="permit-answers",
        label=_("Enter answers about permits"),
        says=_(
            "Each is granted, refused or left without a comment by itself; what has no answer yet "
            "stays applied for."
        ),
        allowed=may_answer,
        when=waits_for_answers,
        asks=PermitAnswersForm,
        run=enter,
    ),
)
