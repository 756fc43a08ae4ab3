"""Forms about materials: a new one, a version with its file, sharing, deliveries and receipts."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import own_desks
from corps.adminkit.buttons import COUNTABLE_DAYS, StepForm
from deployments.agencies.models import Agency, Contact
from deployments.agencies.queries import agencies_visible_to, contacts_in_office
from deployments.materials.files import (
    DOCUMENTS,
    TAKEN,
    FileRefused,
    Inspected,
    inspect_upload,
)
from deployments.materials.inspection.findings import NAMED
from deployments.materials.models import MaterialKind, Medium
from deployments.materials.queries import SEOUL, agencies_reading, day_in_seoul, officers_of
from volunteers.models import Language

MOST_COPIES = 10_000_000
COUNTED = (MinValueValidator(1), MaxValueValidator(MOST_COPIES))


def day_field(label: Any, *, required: bool = True, **more: Any) -> forms.DateField:
    """Return a field for a day of Seoul's calendar."""
    return forms.DateField(
        label=label,
        required=required,
        validators=COUNTABLE_DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **more,
    )


class InspectedFileField(forms.FileField):
    """A file that is looked at before anything is kept of it; gives an Inspected, or None.

    `takes` are the media types; set it before the form is asked whether it is valid.
    """

    def __init__(self, *, takes: frozenset[str], previews: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.previews = previews
        self.take(takes)

    def take(self, takes: frozenset[str]) -> None:
        """Take files of these media types."""
        self.takes = takes
        ends = sorted(end for kind in takes for end in NAMED[kind])
        self.widget.attrs["accept"] = ",".join(ends)
        self.ends = ", ".join(ends)

    def clean(self, data: Any, initial: Any = None) -> Inspected | None:
        """Return what is kept of the file. Raises ValidationError with the reason."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return inspect_upload(
                upload.chunks(), upload.name, takes=self.takes, previews=self.previews
            )
        except FileRefused as refused:
            raise forms.ValidationError(str(refused), code=refused.code) from None


class MaterialForm(StepForm):
    """A new material on one of the editor's desks."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("It is shown outside: name nobody in it.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MaterialKind.choices)
    desk: Any = forms.ModelChoiceField(None, label=_("Desk"), empty_label=None)

    def prepare(self) -> None:
        """Offer the person's own desks."""
        self.fields["desk"].queryset = own_desks(self.viewer)  # type: ignore[attr-defined]


class TitleForm(StepForm):
    """Another title."""

    title = forms.CharField(label=_("Title"), max_length=120)

    def prepare(self) -> None:
        """Begin with the present title."""
        self.fields["title"].initial = self.obj.title


class VersionForm(StepForm):
    """The next version: its file, its language, and what to know about it."""

    file = InspectedFileField(label=_("File"), takes=DOCUMENTS, previews=True)
    language = forms.ModelChoiceField(Language.objects.all(), label=_("Language"))
    variety = forms.CharField(
        label=_("Regional variety"),
        max_length=60,
        required=False,
        help_text=_("Such as Pyongan or Hamgyong; empty for the standard language."),
    )
    remarks = forms.CharField(label=_("Remarks"), max_length=200, required=False)

    def prepare(self) -> None:
        """Take the files of the material's kind; begin with the language of the last version."""
        field = self.fields["file"]
        assert isinstance(field, InspectedFileField)
        field.take(TAKEN[self.obj.kind])
        field.help_text = _("%(ends)s; at most 25 MB.") % {"ends": field.ends}
        last = self.obj.versions.order_by("-number").first()
        self.fields["language"].initial = last.language_id if last else "kor"


class ShareMaterialForm(StepForm):
    """An agency that does not read the material yet."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))

    def prepare(self) -> None:
        """Offer the agencies with whom it is not shared yet."""
        shared = agencies_reading(self.obj).values("pk")
        choices: Any = agencies_visible_to(self.viewer).exclude(pk__in=shared)
        self.fields["agency"].queryset = choices  # type: ignore[attr-defined]


class EndShareMaterialForm(StepForm):
    """An agency that reads the material, and why it shall not any more."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def prepare(self) -> None:
        """Offer the agencies with whom it is shared."""
        self.fields["agency"].queryset = agencies_reading(self.obj)  # type: ignore[attr-defined]


class DeliveryForm(StepForm):
    """To whom a version goes, on what, and how many are made."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Agency"))
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("Contact"), required=False, help_text=_("By their post.")
    )
    medium = forms.ChoiceField(label=_("Medium"), choices=Medium.choices)
    made = forms.IntegerField(
        label=_("How many copies or media are made"), initial=1, validators=COUNTED
    )

    def prepare(self) -> None:
        """Offer what the person may see, and the medium that fits the material."""
        self.fields["agency"].queryset = agencies_visible_to(self.viewer)  # type: ignore[attr-defined]
        self.fields["contact"].queryset = contacts_in_office(self.viewer, timezone.localdate())  # type: ignore[attr-defined]
        printed = self.obj.material.kind in (MaterialKind.LEAFLET, MaterialKind.SCRIPT)
        self.fields["medium"].initial = Medium.PRINTED if printed else Medium.STORAGE


class HandOverForm(StepForm):
    """How many were handed over, on which day and by whom; today by the viewer unless told."""

    count = forms.IntegerField(label=_("How many are handed over"), validators=COUNTED)
    on = day_field(
        _("Day of the handing over"), required=False, help_text=_("Where it is empty: today.")
    )
    handed_over_by = forms.ModelChoiceField(
        User.objects.none(), label=_("Handed over by"), required=False, empty_label=None
    )

    def prepare(self) -> None:
        """Begin with all that were made, today, by the viewer; offer the officers of the desk."""
        today = day_in_seoul(timezone.now())
        self.initial = {"count": self.obj.made, "on": today, "handed_over_by": self.viewer.pk}
        self.fields["handed_over_by"].queryset = officers_of(self.obj.desk)  # type: ignore[attr-defined]


class ReceiptForm(StepForm):
    """The agency's receipt: how many, by which post, on which day, perhaps its scan."""

    count = forms.IntegerField(
        label=_("How many the receipt says"),
        validators=(MinValueValidator(0), MaxValueValidator(MOST_COPIES)),
    )
    receipt_by = forms.CharField(
        label=_("Received by (post)"),
        max_length=120,
        help_text=_("Write the post, such as “duty officer”, and no name."),
    )
    day = day_field(_("Day of the receipt"))
    scan = InspectedFileField(label=_("Scan of the receipt"), takes=DOCUMENTS, required=False)

    def prepare(self) -> None:
        """Begin with all that were handed over, today."""
        self.fields["count"].initial = self.obj.handed_over
        self.fields["day"].initial = day_in_seoul(timezone.now())
        field = self.fields["scan"]
        assert isinstance(field, InspectedFileField)
        field.help_text = _("%(ends)s; at most 25 MB.") % {"ends": field.ends}

    def received_at(self, *, at: datetime) -> datetime:
        """Return the end of the day of the receipt in Seoul; for today not later than `at`."""
        day: date = self.cleaned_data["day"]
        end = datetime.combine(day, time.max, tzinfo=SEOUL)
        return min(end, at) if day <= day_in_seoul(at) else end
