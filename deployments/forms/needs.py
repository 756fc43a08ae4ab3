"""Forms of rows: what a place or a role needs, and what a team must have among its holders.

`rows()` tells the page which fields stand side by side. An empty row counts for nothing.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from deployments.models import Mode, Role, Slot, Team
from volunteers.models import Clearance, Language, Level, Skill

ROWS = 5
MOST_ROWS = 50
CLEARANCES: list[Any] = [("", _("as the deployment")), *Clearance.choices]


class RowsForm(StepForm):
    """A form with rows of fields, always a few more than are filled."""

    def count_rows(self, name: str, there: int) -> range:
        """Return the numbers of the rows whose first field is `name`, where `there` are filled."""
        sent = sum(
            key.startswith(f"{name}_") and key[len(name) + 1 :].isdecimal() for key in self.data
        )
        return range(min(max(ROWS, there + 2, sent), MOST_ROWS))

    def bound_rows(self, numbers: Iterable[int], *names: str) -> list[list[Any]]:
        """Return the fields `names` of each row."""
        return [[self[f"{name}_{number}"] for name in names] for number in numbers]

    def no_twice(self, numbers: range, names: tuple[str, ...], says: Any) -> None:
        """Add the error `says` to a row that names the same as one before."""
        seen = set()
        for number in numbers:
            key = tuple(self.cleaned_data.get(f"{name}_{number}") for name in names)
            if key[0] and key in seen:
                self.add_error(f"{names[0]}_{number}", says)
            seen.add(key)


class NeedRowsForm(RowsForm):
    """Rows of skills, and rows of languages, each with the level that is needed."""

    def make_rows(self, needing: Any) -> None:
        """Make the rows, and begin with what `needing` (a place or a role) needs now."""
        skills = list(needing.skills.all())
        languages = list(needing.languages.all())
        self.skill_rows = self.count_rows("skill", len(skills))
        self.language_rows = self.count_rows("language", len(languages))
        for row in self.skill_rows:
            self._skill_row(row)
        for row in self.language_rows:
            self._language_row(row)
        for row, need in enumerate(skills):
            begin = {f"skill_{row}": need.skill_id, f"skill_level_{row}": need.level}
            self.initial.update(begin)
        for row, need in enumerate(languages):
            names = {"language": need.language_id, "mode": need.mode, "level": need.level}
            self.initial.update({f"{name}_{row}": value for name, value in names.items()})

    def _skill_row(self, row: int) -> None:
        self.fields[f"skill_{row}"] = forms.ModelChoiceField(
            Skill.objects.order_by("code"),
            label=_("Skill %(number)s") % {"number": row + 1},
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
        self.fields[f"mode_{row}"] = mode_field()
        self.fields[f"level_{row}"] = level_field(Level.B1)

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them."""
        return self.bound_rows(self.skill_rows, "skill", "skill_level") + self.bound_rows(
            self.language_rows, "language", "mode", "level"
        )

    def clean(self) -> dict[str, Any]:
        """Name each skill once, and each language once in a mode."""
        cleaned = super().clean() or {}
        self.no_twice(self.skill_rows, ("skill",), _("This skill is named twice."))
        twice = _("This language is named twice in the same mode.")
        self.no_twice(self.language_rows, ("language", "mode"), twice)
        return cleaned

    def skills(self) -> dict[int, int]:
        """Return skill ids with the level needed."""
        given = self.cleaned_data
        return {
            given[f"skill_{n}"].pk: given[f"skill_level_{n}"] or 1
            for n in self.skill_rows
            if given.get(f"skill_{n}")
        }

    def languages(self) -> dict[tuple[str, str], int]:
        """Return pairs of language code and mode with the level needed."""
        given = self.cleaned_data
        return {
            (given[f"language_{n}"].pk, given[f"mode_{n}"] or Mode.SPEAKING): given[f"level_{n}"]
            or Level.B1
            for n in self.language_rows
            if given.get(f"language_{n}")
        }


class NeedsForm(NeedRowsForm):
    """What one place needs."""

    clearance = forms.TypedChoiceField(
        label=_("Clearance needed"),
        choices=CLEARANCES,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def prepare(self) -> None:
        """Begin with what the place needs."""
        slot: Slot = self.obj
        self.initial = {"clearance": slot.clearance}
        self.make_rows(slot)

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them."""
        return [[self["clearance"]], *super().rows()]


class RoleNeedsForm(NeedRowsForm):
    """What a role needs by default."""

    def prepare(self) -> None:
        """Begin with what the role needs."""
        self.initial = {}
        self.make_rows(self.obj)


class CompositionForm(RowsForm):
    """What a team must have among its holders: each row so many of a role, or so many who know a
    language at a level; for a role the way and the level count for nothing."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        self.team = team
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Begin with the rules that are there."""
        rules = list(self.team.rules.order_by("pk"))
        choices = self._choices()
        self.initial = {}
        self.rule_rows = self.count_rows("what", len(rules))
        for row in self.rule_rows:
            self._rule_row(row, choices)
        for row, rule in enumerate(rules):
            what = f"language {rule.language_id}" if rule.language_id else f"role {rule.role_id}"
            values = {"minimum": rule.minimum, "what": what, "mode": rule.mode}
            values["level"] = rule.level or Level.B2
            self.initial.update({f"{name}_{row}": value for name, value in values.items()})

    def _choices(self) -> list[Any]:
        self.roles = {f"role {role.pk}": role for role in Role.objects.order_by("code")}
        languages = Language.objects.order_by("name_en")
        self.languages = {f"language {language.pk}": language for language in languages}
        named = ((_("Role"), self.roles), (_("Language"), self.languages))
        groups = [
            (label, [(key, str(one)) for key, one in those.items()]) for label, those in named
        ]
        return [("", "–"), *groups]

    def _rule_row(self, row: int, choices: list[Any]) -> None:
        self.fields[f"minimum_{row}"] = forms.IntegerField(
            label=_("How many"), min_value=1, max_value=200, initial=1, required=False
        )
        self.fields[f"what_{row}"] = forms.ChoiceField(
            label=_("Role or language"), choices=choices, required=False
        )
        self.fields[f"mode_{row}"] = mode_field()
        self.fields[f"level_{row}"] = level_field(Level.B2)

    def rows(self) -> list[list[Any]]:
        """Return the fields as the page shows them."""
        return self.bound_rows(self.rule_rows, "minimum", "what", "mode", "level")

    def rules(self) -> list[dict[str, Any]]:
        """Return the rules that were filled in, as TeamRule takes them."""
        found = []
        for row in self.rule_rows:
            names = ("minimum", "what", "mode", "level")
            minimum, what, mode, level = (self.cleaned_data.get(f"{name}_{row}") for name in names)
            if what in self.roles:
                found.append({"minimum": minimum or 1, "role": self.roles[what]})
            elif what in self.languages:
                known = {"language": self.languages[what].pk, "mode": mode or Mode.SPEAKING}
                found.append({"minimum": minimum or 1, "level": level or Level.B2, **known})
        return found


def mode_field() -> forms.ChoiceField:
    """Return a field that offers the ways of using a language."""
    return forms.ChoiceField(
        label=_("mode"), choices=Mode.choices, initial=Mode.SPEAKING, required=False
    )


def level_field(initial: Level) -> forms.TypedChoiceField:
    """Return a field that offers the levels of a language."""
    return forms.TypedChoiceField(
        label=_("at least"), choices=Level.choices, initial=initial, coerce=int, required=False
    )
