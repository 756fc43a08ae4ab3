"""Forms for deployments, their places and teams. Days are whole, first and last both included."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from timezone_field import TimeZoneFormField

from corps.accounts.models import Desk
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import COUNTABLE_DAYS, StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.models import Deployment, Role, Slot, Team
from deployments.queries.days import days_of_period
from volunteers.forms.availability import DateInput
from volunteers.models import Clearance, Language, Level


class DaysForm(StepForm):
    """A first and a last day."""

    first_day = forms.DateField(label=_("First day"), widget=DateInput(), validators=COUNTABLE_DAYS)
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DateInput(),
        help_text=_("This day is part of it."),
        validators=COUNTABLE_DAYS,
    )

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them: the two days side by side."""
        others = [[field] for field in self if field.name not in ("first_day", "last_day")]
        place = list(self.fields).index("first_day")
        return [*others[:place], [self["first_day"], self["last_day"]], *others[place:]]

    def clean(self) -> dict[str, Any]:
        """The last day may not lie before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return cleaned


class DeploymentFields(DaysForm):
    """What is said of a deployment."""

    codename = forms.CharField(
        label=_("Codename"), max_length=60, help_text=_("It tells strangers nothing.")
    )
    host_agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Host agency"), required=False
    )
    country = forms.ChoiceField(label=_("Country"), choices=lambda: list(countries), initial="UA")
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    time_zone = TimeZoneFormField(label=_("Time zone"), initial="Europe/Kyiv")
    clearance = forms.TypedChoiceField(
        label=_("Clearance needed"), choices=Clearance.choices, coerce=int, initial=2
    )

    field_order = ("desk", "codename", "first_day", "last_day", "host_agency")

    def prepare(self) -> None:
        """Offer the agencies the person may see."""
        self.fields["host_agency"].queryset = agencies_visible_to(self.viewer)  # type: ignore[attr-defined]


class NewDeploymentForm(DeploymentFields):
    """A deployment to be made, on one of the person's desks."""

    desk = forms.ModelChoiceField(Desk.objects.none(), label=_("Desk"))

    def prepare(self) -> None:
        """Offer the person's own desks."""
        super().prepare()
        desks = own_desks(self.viewer)
        self.fields["desk"].queryset = desks  # type: ignore[attr-defined]
        self.fields["desk"].initial = desks.first()


class ChangeDeploymentForm(DeploymentFields):
    """A deployment as it is, to be changed."""

    def prepare(self) -> None:
        """Begin with what is there."""
        super().prepare()
        deployment: Deployment = self.obj
        first, last = days_of_period(deployment.period, deployment.time_zone)
        self.initial = {
            "codename": deployment.codename,
            "first_day": first,
            "last_day": last,
            "host_agency": deployment.host_agency_id,
            "country": str(deployment.country),
            "region": deployment.region,
            "time_zone": str(deployment.time_zone),
            "clearance": deployment.clearance,
        }


class AddSlotsForm(DaysForm):
    """Places of one role, many at a time."""

    role = forms.ModelChoiceField(Role.objects.order_by("code"), label=_("Role"))
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=200, initial=1)
    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)

    field_order = ("role", "count", "first_day", "last_day", "team")

    def prepare(self) -> None:
        """Offer the deployment's teams and begin with its days."""
        deployment: Deployment = self.obj
        self.fields["team"].queryset = deployment.teams.all()  # type: ignore[attr-defined]
        first, last = days_of_period(deployment.period, deployment.time_zone)
        self.initial = {"first_day": first, "last_day": last}


class SlotDaysForm(DaysForm):
    """The days and the team of one place."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"), required=False)

    def prepare(self) -> None:
        """Begin with what is there."""
        slot: Slot = self.obj
        self.fields["team"].queryset = slot.deployment.teams.all()  # type: ignore[attr-defined]
        first, last = days_of_period(slot.period, slot.deployment.time_zone)
        self.initial = {"first_day": first, "last_day": last, "team": slot.team_id}


class TeamForm(StepForm):
    """A team: its name, and what it must have among its holders."""

    name = forms.CharField(label=_("Name"), max_length=60)
    leaders = forms.ModelChoiceField(
        Role.objects.order_by("code"), label=_("At least one of this role"), required=False
    )
    language = forms.ModelChoiceField(
        Language.objects.order_by("name_en"), label=_("At least one who speaks"), required=False
    )
    level = forms.TypedChoiceField(
        label=_("at least"), choices=Level.choices, coerce=int, initial=Level.B2, required=False
    )

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them."""
        return [[self["name"]], [self["leaders"]], [self["language"], self["level"]]]

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules that were filled in, as TeamRule takes them."""
        given = self.cleaned_data
        rules: list[dict[str, Any]] = [{"role": given["leaders"]}] if given["leaders"] else []
        if given["language"]:
            level = given["level"] or Level.B2
            rules.append({"language": given["language"].pk, "level": level})
        return rules
