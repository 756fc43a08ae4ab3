"""What is filled in to open a case and to keep it. Days are whole, in Seoul."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import COUNTABLE_DAYS, StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.liaison.forms.fields import CallsignsField, SubjectField
from deployments.liaison.models import Case, CaseKind, Reminder
from deployments.liaison.queries.cases import (
    concerned_by,
    day_in_seoul,
    deliveries_of,
    deployments_of,
    deployments_to_link,
    owners_for,
)
from deployments.liaison.queries.permits import authority_over, kinds_needed
from deployments.materials.models import Delivery, MaterialVersion
from deployments.materials.queries import deliveries_visible_to, versions_visible_to
from deployments.models import Deployment
from deployments.queries.staffing import assignments_with_people
from volunteers.forms.availability import DateInput
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to

COMING = ("accepted", "confirmed", "active", "lost_contact")
"""The states of an assignment whose volunteer a deployment's case may concern."""


def day_field(label: Any, *, required: bool = False, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label, required=required, widget=DateInput(), validators=COUNTABLE_DAYS, **more
    )


class CaseFields(StepForm):
    """What every way of opening a case asks for."""

    subject = SubjectField()
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Written to"))
    due = day_field(
        _("Due"), help_text=_("The last day on which an answer is in time. It may stay open.")
    )

    def prepare(self) -> None:
        """Offer the agencies the person may see."""
        self.offer("agency", agencies_visible_to(self.viewer))

    def offer(self, name: str, rows: Any) -> None:
        """Let a field choose among rows."""
        self.fields[name].queryset = rows  # type: ignore[attr-defined]


class NewCaseForm(CaseFields):
    """A case to be opened, from nothing."""

    desk = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices)
    deployments = forms.ModelMultipleChoiceField(
        Deployment.objects.none(),
        label=_("Deployments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    volunteers = CallsignsField(required=False)

    field_order = ("desk", "kind", "subject", "agency", "due")

    def prepare(self) -> None:
        """Offer the person's own desks and what they may see."""
        super().prepare()
        desks = own_desks(self.viewer)
        self.offer("desk", desks)
        self.fields["desk"].initial = desks.first()
        self.offer("deployments", deployments_to_link(self.viewer))

    def clean_volunteers(self) -> list[Volunteer]:
        """Return the volunteers of the callsigns."""
        return seen_by_callsign(self.viewer, self.cleaned_data["volunteers"])


class CaseOfDeploymentForm(CaseFields):
    """A case about some of the people of a deployment: at first to ask for the permits that it
    needs, of the authority that grants them."""

    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind.choices, initial=CaseKind.PERMITS)
    volunteers = forms.ModelMultipleChoiceField(
        Volunteer.objects.none(),
        label=_("For whom"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("kind", "volunteers", "subject", "agency", "due")

    def prepare(self) -> None:
        """Offer the people who are coming, the confirmed ones ticked."""
        super().prepare()
        deployment: Deployment = self.obj
        here = assignments_with_people(self.viewer).filter(slot__deployment=deployment)
        coming = here.filter(state__in=COMING)
        seen = volunteers_visible_to(self.viewer)
        people = seen.filter(pk__in=coming.values("volunteer")).order_by("callsign")
        self.offer("volunteers", people)
        confirmed = coming.exclude(state="accepted").values_list("volunteer", flat=True)
        self.initial = {
            "volunteers": list(confirmed),
            "subject": _("Permits for %(codename)s") % {"codename": deployment.codename},
            "agency": authority_over(kinds_needed(deployment)),
        }


class CaseOfVersionForm(CaseFields):
    """A case about a version of a material, to be handed over."""

    def prepare(self) -> None:
        """Begin with what is to be handed over."""
        super().prepare()
        version: MaterialVersion = self.obj
        self.initial = {"subject": _("Handover of %(material)s") % {"material": version}}


class ChangeCaseForm(StepForm):
    """What a case says of itself, who owns it and when an answer is due."""

    subject = SubjectField()
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))
    due = day_field(_("Due"))

    def prepare(self) -> None:
        """Begin with what is there."""
        case: Case = self.obj
        officers = owners_for(self.viewer).filter(desks=case.desk).values("pk")
        rows = User.objects.filter(Q(pk__in=officers) | Q(pk=case.owner_id)).order_by("username")
        self.fields["owner"].queryset = rows  # type: ignore[attr-defined]
        self.initial = {"subject": case.subject, "owner": case.owner_id, "due": case.due}


class NoteForm(StepForm):
    """A note about a case."""

    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write no names, phone numbers or addresses; volunteers by callsign."),
    )


class ReminderForm(StepForm):
    """A day on which to look at a case again."""

    on = day_field(_("Day"), required=True)
    says = forms.CharField(label=_("What for"), max_length=200)


class DoneForm(StepForm):
    """Which reminder is done."""

    reminder = forms.ModelChoiceField(
        Reminder.objects.none(), label=_("Reminder"), widget=forms.RadioSelect, empty_label=None
    )
    from_link = ("reminder",)

    def prepare(self) -> None:
        """Offer the open reminders of the case."""
        field: Any = self.fields["reminder"]
        field.queryset = self.obj.reminders.filter(done_at=None)
        field.label_from_instance = lambda reminder: f"{reminder.on} · {reminder.says}"


class ReferralForm(StepForm):
    """To which agency the holder passed the case."""

    to_agency = forms.ModelChoiceField(Agency.objects.none(), label=_("To"))
    on = day_field(_("On"), required=True)
    due = day_field(_("Due"), help_text=_("The new holder's last day. It may stay open."))
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)

    def prepare(self) -> None:
        """Offer all agencies but the holder, and begin with today."""
        others = agencies_visible_to(self.viewer).exclude(pk=self.obj.holder_id)
        self.fields["to_agency"].queryset = others  # type: ignore[attr-defined]
        self.initial = {"on": day_in_seoul(timezone.now())}


class PeopleForm(StepForm):
    """Volunteers whom a case concerns, to be linked."""

    volunteers = CallsignsField()

    def clean_volunteers(self) -> list[Volunteer]:
        """Return the volunteers of the callsigns."""
        return seen_by_callsign(self.viewer, self.cleaned_data["volunteers"])


class NoPersonForm(StepForm):
    """A volunteer whom a case does not concern any more."""

    volunteer = forms.ModelChoiceField(Volunteer.objects.none(), label=_("Volunteer"))

    def prepare(self) -> None:
        """Offer those who are linked."""
        found = concerned_by(self.viewer, self.obj)
        self.fields["volunteer"].queryset = found  # type: ignore[attr-defined]


class DeploymentForm(StepForm):
    """A deployment to be linked."""

    deployment = forms.ModelChoiceField(Deployment.objects.none(), label=_("Deployment"))

    def prepare(self) -> None:
        """Offer those the person may see and the case is not about yet."""
        rows = deployments_to_link(self.viewer).exclude(cases=self.obj)
        self.fields["deployment"].queryset = rows  # type: ignore[attr-defined]


class NoDeploymentForm(StepForm):
    """A deployment to be unlinked."""

    deployment = forms.ModelChoiceField(Deployment.objects.none(), label=_("Deployment"))

    def prepare(self) -> None:
        """Offer those that are linked, as far as the person may see them."""
        rows = deployments_of(self.viewer, self.obj)
        self.fields["deployment"].queryset = rows  # type: ignore[attr-defined]


class VersionForm(StepForm):
    """The material that a case is about."""

    version = forms.ModelChoiceField(
        MaterialVersion.objects.none(), label=_("Material"), required=False
    )

    def prepare(self) -> None:
        """Offer what the person may see, and begin with what is there."""
        field: Any = self.fields["version"]
        versions = versions_visible_to(self.viewer).select_related("material")
        field.queryset = versions.exclude(state__in=("rejected", "retired"))
        self.initial = {"version": self.obj.version_id}

    def clean_version(self) -> MaterialVersion | None:
        """Keep what is there and not offered, such as a material that the person may not see."""
        given: MaterialVersion | None = self.cleaned_data["version"]
        field: Any = self.fields["version"]
        here = self.obj.version
        offered = here and field.queryset.filter(pk=here.pk).exists()
        return given if given or offered else here


class DeliverForm(StepForm):
    """A delivery to be linked."""

    delivery = forms.ModelChoiceField(Delivery.objects.none(), label=_("Delivery"))

    def prepare(self) -> None:
        """Offer the deliveries of the case's desk that it does not name yet."""
        case: Case = self.obj
        rows = deliveries_visible_to(self.viewer).filter(desk=case.desk).exclude(cases=case)
        related = rows.select_related("version__material", "agency")
        self.fields["delivery"].queryset = related  # type: ignore[attr-defined]


class NoDeliveryForm(StepForm):
    """A delivery to be unlinked."""

    delivery = forms.ModelChoiceField(Delivery.objects.none(), label=_("Delivery"))

    def prepare(self) -> None:
        """Offer those that are linked."""
        rows = deliveries_of(self.viewer, self.obj)
        related = rows.select_related("version__material", "agency")
        self.fields["delivery"].queryset = related  # type: ignore[attr-defined]


def seen_by_callsign(viewer: User, callsigns: list[str]) -> list[Volunteer]:
    """Return the volunteers of some callsigns, of those the viewer may see. Raises
    ValidationError with the callsigns that are not among them."""
    seen = volunteers_visible_to(viewer).filter(callsign__in=callsigns)
    found = {volunteer.callsign: volunteer for volunteer in seen.order_by("callsign")}
    missing = [callsign for callsign in callsigns if callsign not in found]
    if missing:
        told = {"callsigns": ", ".join(missing)}
        raise forms.ValidationError(_("There is nobody called %(callsigns)s.") % told)
    return list(found.values())
