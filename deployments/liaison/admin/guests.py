"""What cases show on the pages of others: the buttons that open one from there, and the cases of a
deployment."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import FormButton
from corps.adminkit.guests import Panel, add_buttons, add_panel
from deployments.liaison.admin.case_steps import open_for_deployment, open_for_version
from deployments.liaison.admin.looks import case_pill, due_shown
from deployments.liaison.forms.cases import CaseOfDeploymentForm, CaseOfVersionForm
from deployments.liaison.queries.inbox import inbox_of
from deployments.liaison.rules.cases import can_open_case
from deployments.materials.models import MaterialVersion
from deployments.models import Deployment
from deployments.rules import PLANNED_IN


def cases_of(viewer: User, deployment: Deployment) -> dict[str, Any]:
    """Return the cases about a deployment that the viewer may see."""
    if not viewer.may_see_kind("liaison.case"):
        return {"shown": False}
    rows = [
        {"case": case, "pill": case_pill(case), "due": due_shown(case)}
        for case in inbox_of(viewer).filter(deployments=deployment)
    ]
    return {"shown": bool(rows), "rows": rows}


add_panel(Deployment, Panel("admin/liaison/cases_of.html", cases_of))
add_buttons(
    Deployment,
    FormButton(
        name="open-case",
        label=_("Open a case"),
        says=_("To write to an agency about this deployment, say for permits of its people."),
        allowed=lambda user, deployment: can_open_case(user, deployment.desk),
        when=lambda deployment: deployment.state in PLANNED_IN,
        asks=CaseOfDeploymentForm,
        run=open_for_deployment,
    ),
)
add_buttons(
    MaterialVersion,
    FormButton(
        name="open-case",
        label=_("Open a case"),
        says=_("To write to an agency about handing this over."),
        allowed=lambda user, version: can_open_case(user, version.material.desk),
        when=lambda version: version.state == "approved",
        asks=CaseOfVersionForm,
        run=open_for_version,
    ),
)
