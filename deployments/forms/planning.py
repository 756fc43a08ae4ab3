"""Forms for deployments, their places and teams. Days are whole, first and last both included."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from timezone_field import TimeZoneFormField

from corps.accounts.queries import own_desks
from corps.adminkit.buttons import StepForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import agencies_visible_to
from deployments.models import Deployment, Mode, Role, Slot, Team
from deployments.queries.days import days_of_period
from volunteers.forms.availability import DateInput
from volunteers.models import Clearance, Language, Level, Skill

NEED_ROWS = 5
CLEARANCES: list[Any] = [("", _("as the deployment")), *Clearance.choices]


class DaysForm(StepForm):
    """A first and a last day."""

    first_day = forms.DateField(label=_("First day"), widget=DateInput())
    last_day = forms.DateField(
        label=_("Last day"), widget=DateInput(), help_text=_("This day is part of it.")
    )

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
    country = forms.ChoiceField(label=_("Country"), choices=list(countries), initial="UA")
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

    desk = forms.ModelChoiceField(Agency.objects.none(), label=_("Desk"))

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


class NeedsForm(StepForm):
    """What one place needs: a few rows of skills and of languages; empty rows count for nothing."""

    clearance = forms.TypedChoiceField(
        label=_("Clearance needed"),
        choices=CLEARANCES,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def prepare(self) -> None:
        """Make the rows, and begin with what is there."""
        slot: Slot = self.obj
        self.initial = {"clearance": slot.clearance}
        for row in range(NEED_ROWS):
            self._skill_row(row)
        for row in range(NEED_ROWS):
            self._language_row(row)
        for row, skill in enumerate(slot.skills.all()[:NEED_ROWS]):
            self.initial |= {f"skill_{row}": skill.skill_id, f"skill_level_{row}": skill.level}
        for row, need in enumerate(slot.languages.all()[:NEED_ROWS]):
            self.initial |= {
                f"language_{row}": need.language_id,
                f"mode_{row}": need.mode,
                f"level_{row}": need.level,
            }

    def _skill_row(self, row: int) -> None:
        number = row + 1
        self.fields[f"skill_{row}"] = forms.ModelChoiceField(
            Skill.objects.order_by("code"),
            label=_("Skill %(number)s") % {"number": number},
            required=False,
        )
        self.fields[f"skill_level_{row}"] = forms.TypedChoiceField(
            label=_("at least"), choices=[(n, n) for n in range(1, 5)], coerce=int, required=False
        )

    def _language_row(self, row: int) -> None:
        self.fields[f"language_{row}"] = forms.ModelChoiceField(
            Language.objects.order_by("name_en"),
            label=_("Language %(number)s") % {"number": row + 1},
            required=False,
        )
        self.fields[f"mode_{row}"] = forms.ChoiceField(
            label=_("mode"), choices=Mode.choices, initial=Mode.SPEAKING, required=False
        )
        self.fields[f"level_{row}"] = forms.TypedChoiceField(
            label=_("at least"), choices=Level.choices, initial=Level.B1, coerce=int, required=False
        )

    def rows(self) -> list[list[Any]]:
        """Return the fields row by row, as the page shows them."""
        skills = [[self[f"skill_{n}"], self[f"skill_level_{n}"]] for n in range(NEED_ROWS)]
        names = ("language", "mode", "level")
        return skills + [[self[f"{name}_{n}"] for name in names] for n in range(NEED_ROWS)]

    def skills(self) -> dict[int, int]:
        """Return skill ids with the level needed."""
        given = self.cleaned_data
        return {
            given[f"skill_{n}"].pk: given[f"skill_level_{n}"] or 1
            for n in range(NEED_ROWS)
            if given.get(f"skill_{n}")
        }

    def languages(self) -> dict[tuple[str, str], int]:
        """Return pairs of language code and mode with the level needed."""
        given = self.cleaned_data
        return {
            (given[f"language_{n}"].pk, given[f"mode_{n}"] or Mode.SPEAKING): given[f"level_{n}"]
            or Level.B1
            for n in range(NEED_ROWS)
            if given.get(f"language_{n}")
        }


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
