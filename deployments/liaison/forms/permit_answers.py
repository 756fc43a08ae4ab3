"""What an authority answered about the permits of one case, a row for each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from deployments.liaison.forms.cases import day_field
from deployments.liaison.models import Permit
from deployments.liaison.queries.permits import permits_to_answer, permits_visible_to
from deployments.liaison.rules.permits import LastDayMissing, PermitAnswer

ANSWERS = [
    ("", _("no answer yet")),
    ("granted", _("Granted")),
    ("refused", _("Refused")),
    ("no_comment", _("No comment: needed again")),
]
SAID = {"granted": True, "refused": False, "no_comment": None}
NAMES = ("answer", "reference", "until")
MOST_ROWS = 200


class PermitAnswersForm(StepForm):
    """Each permit that the case applied for: granted, refused or no comment, its number and its
    last day.

    `since` and `until` are those of every granted permit whose row names no other. `obj` is the
    case; only permits of people whom the viewer sees have a row.
    """

    since = day_field(_("All from"), help_text=_("The first day on which they hold."))
    until = day_field(
        _("All until"), help_text=_("The last day, where a row does not say another one.")
    )

    def prepare(self) -> None:
        """Make a row for each permit without an answer."""
        seen = permits_visible_to(self.viewer).values("pk")
        self.permits = list(permits_to_answer(self.obj.pk).filter(pk__in=seen)[:MOST_ROWS])
        for row, permit in enumerate(self.permits):
            self._row(row, permit)

    def _row(self, row: int, permit: Permit) -> None:
        self.fields[f"answer_{row}"] = forms.ChoiceField(
            label=f"{permit.assignment.volunteer.callsign} · {permit.kind}",
            choices=ANSWERS,
            required=False,
        )
        self.fields[f"reference_{row}"] = forms.CharField(
            label=_("Authority's number"), max_length=60, required=False
        )
        self.fields[f"until_{row}"] = day_field(_("Until"))

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them."""
        each = [[self[f"{name}_{row}"] for name in NAMES] for row in range(len(self.permits))]
        return [[self["since"], self["until"]], *each]

    def clean(self) -> dict[str, Any]:
        """Ask for one answer at least, for the last day of what is granted and has no usual length,
        and for days in their order."""
        cleaned = super().clean() or {}
        rows = range(len(self.permits))
        if not any(cleaned.get(f"answer_{row}") for row in rows):
            self.add_error(None, _("Choose an answer for at least one permit."))
        for row, permit in enumerate(self.permits):
            last = cleaned.get(f"until_{row}") or cleaned.get("until") or permit.kind.lasts_days
            if cleaned.get(f"answer_{row}") == "granted" and not last:
                self.add_error(f"until_{row}", LastDayMissing.message)
        since = cleaned.get("since")
        for name in ("until", *(f"until_{row}" for row in rows)):
            until = cleaned.get(name)
            if since and until and until < since:
                self.add_error(name, _("The last day of the permit lies before its first."))
        return cleaned

    def answers(self) -> dict[Permit, PermitAnswer]:
        """Return the permits that have an answer, each with it."""
        given = self.cleaned_data
        return {
            permit: PermitAnswer(
                granted=SAID[given[f"answer_{row}"]],
                reference=given[f"reference_{row}"],
                since=given["since"],
                until=given[f"until_{row}"] or given["until"],
            )
            for row, permit in enumerate(self.permits)
            if given[f"answer_{row}"]
        }
