"""What may follow what: an act that one person asks for and another grants."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from corps.accounts.roles import Role
from corps.workflow.tables import Move, State, StateTable, Text

TWO_PERSON = StateTable(
    name="two-person",
    label=_("Request for two"),
    initial="asked",
    states={
        "asked": State(_("Asked for"), owner="second person"),
        "granted": State(_("Granted"), owner="asker"),
        "refused": State(_("Refused")),
        "used": State(_("Used")),
        "lapsed": State(_("Over")),
    },
    moves={
        "grant": Move(("asked",), "granted", "two_person.granted", _("Grant")),
        "refuse": Move(("asked",), "refused", "two_person.refused", _("Refuse"), reason=True),
        "use": Move(("granted",), "used", "two_person.used", _("Use")),
        "lapse": Move(("asked", "granted"), "lapsed", "two_person.lapsed", _("Let lapse")),
    },
)


class TwoPersonKind(StrEnum):
    """What takes two people."""

    RECOVERY = "recovery"
    ROLES = "roles"
    BREAK_GLASS = "break glass"
    EXPORT = "export"

    @property
    def label(self) -> Text:
        """What it is called."""
        return KINDS[self].label


@dataclass(frozen=True, slots=True)
class Kind:
    """Who asks for an act and who grants it, both on the act's desk where `by_desk` says so; how
    long it waits to be granted, and how long it holds once it is."""

    label: Text
    asked_by: tuple[Role, ...]
    granted_by: tuple[Role, ...]
    by_desk: bool = False
    waits: timedelta = timedelta(days=3)
    holds: timedelta = timedelta(hours=1)


KINDS = {
    TwoPersonKind.RECOVERY: Kind(
        _("One-time link into a staff account"), (Role.ADMINISTRATOR,), (Role.ADMINISTRATOR,)
    ),
    TwoPersonKind.ROLES: Kind(_("Roles and desks"), (Role.ADMINISTRATOR,), (Role.ADMINISTRATOR,)),
    TwoPersonKind.BREAK_GLASS: Kind(
        _("Break-glass"),
        (Role.ADMINISTRATOR,),
        (Role.ADMINISTRATOR,),
        waits=timedelta(hours=4),
    ),
    TwoPersonKind.EXPORT: Kind(
        _("Export of identities"),
        (Role.COORDINATOR, Role.VETTING),
        (Role.APPROVER,),
        by_desk=True,
    ),
}
