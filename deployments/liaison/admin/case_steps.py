"""The buttons of cases: each calls one action."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import FormButton, in_source_of, move_button, viewer_of
from deployments.liaison.actions import cases, links, notes
from deployments.liaison.actions.opening import open_case_of_deployment
from deployments.liaison.forms import cases as forms
from deployments.liaison.models import Case, CaseKind
from deployments.liaison.queries.cases import concerned_by, deliveries_of, deployments_of
from deployments.liaison.rules.cases import can_keep_case, can_open_case, may_end
from deployments.liaison.states import CASE
from deployments.materials.models import MaterialVersion
from deployments.models import Deployment


def may_open(user: User, obj: Any) -> bool:
    """Whether somebody may open cases on one of their desks."""
    return any(can_open_case(user, desk) for desk in own_desks(user))


def is_open(case: Case) -> bool:
    """Whether a case is not closed."""
    return case.state != "closed"


def opened(request: HttpRequest, action: Any = cases.open_case, **given: Any) -> HttpResponse:
    """Open a case and go there."""
    case = action(**given, by=viewer_of(request), at=timezone.now())
    messages.success(request, gettext("The case is open: it is %s.") % case.reference)
    return redirect("admin:liaison_case_change", case.pk)


def open_new(request: HttpRequest, obj: None, form: forms.NewCaseForm) -> HttpResponse:
    """Open a case from nothing."""
    return opened(request, **form.cleaned_data)


def open_for_deployment(
    request: HttpRequest, obj: Deployment, form: forms.CaseOfDeploymentForm
) -> HttpResponse:
    """Open a case about the people of a deployment."""
    return opened(request, open_case_of_deployment, deployment=obj, **form.cleaned_data)


def open_for_version(
    request: HttpRequest, obj: MaterialVersion, form: forms.CaseOfVersionForm
) -> HttpResponse:
    """Open a case about the handover of a material."""
    kind, desk = CaseKind.HANDOVER, obj.material.desk
    return opened(request, desk=desk, version=obj, kind=kind, **form.cleaned_data)


def change(request: HttpRequest, obj: Case, form: forms.ChangeCaseForm) -> None:
    """Change what a case says of itself."""
    cases.change_case(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def note(request: HttpRequest, obj: Case, form: forms.NoteForm) -> None:
    """Note something."""
    notes.add_note(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def remind(request: HttpRequest, obj: Case, form: forms.ReminderForm) -> None:
    """Set a reminder."""
    notes.add_reminder(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def done(request: HttpRequest, obj: Case, form: forms.DoneForm) -> None:
    """Say that a reminder is done."""
    notes.done_reminder(**form.cleaned_data, by=viewer_of(request), at=timezone.now())


def acknowledge(request: HttpRequest, obj: Case, reason: str) -> None:
    """Enter that the holder has the case."""
    cases.acknowledge_case(case=obj, by=viewer_of(request), at=timezone.now())


def refer(request: HttpRequest, obj: Case, form: forms.ReferralForm) -> None:
    """Enter a referral."""
    cases.refer_case(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def close(request: HttpRequest, obj: Case, reason: str) -> None:
    """Close the case."""
    cases.close_case(case=obj, reason=reason, by=viewer_of(request), at=timezone.now())


def link_people(request: HttpRequest, obj: Case, form: forms.PeopleForm) -> None:
    """Link volunteers."""
    links.link_volunteers(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def unlink_person(request: HttpRequest, obj: Case, form: forms.NoPersonForm) -> None:
    """Unlink a volunteer."""
    links.unlink_volunteer(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def link_deployment(request: HttpRequest, obj: Case, form: forms.DeploymentForm) -> None:
    """Link a deployment."""
    links.link_deployment(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def unlink_deployment(request: HttpRequest, obj: Case, form: forms.NoDeploymentForm) -> None:
    """Unlink a deployment."""
    links.unlink_deployment(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def link_version(request: HttpRequest, obj: Case, form: forms.VersionForm) -> None:
    """Say which material the case is about."""
    links.link_version(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def link_delivery(request: HttpRequest, obj: Case, form: forms.DeliverForm) -> None:
    """Link a delivery."""
    links.link_delivery(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def unlink_delivery(request: HttpRequest, obj: Case, form: forms.NoDeliveryForm) -> None:
    """Unlink a delivery."""
    links.unlink_delivery(case=obj, **form.cleaned_data, by=viewer_of(request), at=timezone.now())


def step(
    name: str, label: Any, says: Any, asks: Any, run: Any, when: Any = is_open, **more: Any
) -> FormButton:
    """Return a button for whoever keeps the case."""
    return FormButton(
        name=name,
        label=label,
        says=says,
        asks=asks,
        run=run,
        when=when,
        allowed=can_keep_case,
        **more,
    )


NEW = FormButton(
    name="new",
    label=_("Open a case"),
    says=_("One matter with the outside. It gets the next reference number of the year."),
    allowed=may_open,
    asks=forms.NewCaseForm,
    run=open_new,
    look="primary",
)
ACKNOWLEDGE = move_button(
    CASE,
    "acknowledge",
    run=acknowledge,
    allowed=can_keep_case,
    says=_("The agency that holds the case says that it has it."),
)
REFER = step(
    "refer",
    CASE.moves["refer"].label,
    _("The agency passed the matter to another, which holds it from now on."),
    forms.ReferralForm,
    refer,
    in_source_of(CASE, "refer"),
)
CLOSE = move_button(
    CASE,
    "close",
    run=close,
    allowed=can_keep_case,
    when=may_end,
    says=_(
        "The matter is done. A closed case is not opened again; permits that it applied for and "
        "that have no answer are needed again."
    ),
)
EDIT = step(
    "edit",
    _("Change"),
    _("Subject, owner and due day. A new due day takes the case out of those overdue."),
    forms.ChangeCaseForm,
    change,
)
NOTE = step(
    "note",
    _("Add a note"),
    _("It stands in the case for whoever sees it."),
    forms.NoteForm,
    note,
    lambda case: True,
)
REMIND = step(
    "remind",
    _("Set a reminder"),
    _("On that day the case stands among those to be looked at."),
    forms.ReminderForm,
    remind,
)
DONE = step(
    "done",
    _("Reminder done"),
    _("It is not shown as open any more."),
    forms.DoneForm,
    done,
    lambda case: case.reminders.filter(done_at=None).exists(),
)
PEOPLE = step(
    "people",
    _("Link volunteers"),
    _("The case concerns them. Nothing about them is told to anybody by that."),
    forms.PeopleForm,
    link_people,
)
NO_PERSON = step(
    "no-person",
    _("Unlink a volunteer"),
    _("The case does not concern this volunteer any more."),
    forms.NoPersonForm,
    unlink_person,
    offers=concerned_by,
)
DEPLOYMENT = step(
    "deployment",
    _("Link a deployment"),
    _("The case is about it as well. Coordinators of the case's desk who see it see the case."),
    forms.DeploymentForm,
    link_deployment,
)
NO_DEPLOYMENT = step(
    "no-deployment",
    _("Unlink a deployment"),
    _("The case is not about this deployment any more."),
    forms.NoDeploymentForm,
    unlink_deployment,
    offers=deployments_of,
)
MATERIAL = step(
    "material",
    _("Material"),
    _("The material that the case is about."),
    forms.VersionForm,
    link_version,
)
DELIVER = step(
    "deliver",
    _("Link a delivery"),
    _("The delivery and its receipt are shown in the case."),
    forms.DeliverForm,
    link_delivery,
)
NO_DELIVERY = step(
    "no-delivery",
    _("Unlink a delivery"),
    _("The delivery is not shown in the case any more."),
    forms.NoDeliveryForm,
    unlink_delivery,
    offers=deliveries_of,
)
LINK_STEPS = (DEPLOYMENT, NO_DEPLOYMENT, PEOPLE, NO_PERSON, MATERIAL, DELIVER, NO_DELIVERY)
PANEL_STEPS = (NOTE, REMIND, DONE, *LINK_STEPS)
"""Buttons that stand in the panels of the page; the others stand in its head."""
