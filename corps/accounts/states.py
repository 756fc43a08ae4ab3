"""What may follow what: an act that one person asks for and another grants."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from corps.accounts.roles import Role
from corps.workflow.tables import Move, State, StateTable, Text

TWO_PERSON = StateTable(
    name="two-person",
    label=_("Request"),
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
        "withdraw": Move(("asked",), "lapsed", "two_person.withdrawn", _("Take back")),
        "end": Move(("granted",), "lapsed", "two_person.ended", _("End now")),
        "lapse": Move(("asked", "granted"), "lapsed", "two_person.lapsed", _("Let lapse")),
    },
)


class TwoPersonKind(StrEnum):
    """What takes two people."""

    RECOVERY = "recovery"
    VOLUNTEER_RECOVERY = "volunteer recovery"
    ACCOUNT = "account"
    ROLES = "roles"
    APP = "app"
    CLOSING = "closing"
    REOPENING = "reopening"
    MEMBERS = "members"
    BREAK_GLASS = "break glass"
    EXPORT = "export"
    CLIENT = "client"

    @property
    def label(self) -> Text:
        """What it is called."""
        return KINDS[self].label


class Holds(StrEnum):
    """What a granted act is good for."""

    ONE_USE = "one use"
    AT_GRANT = "at grant"
    WHILE_OPEN = "while open"


@dataclass(frozen=True, slots=True)
class Kind:
    """Who asks for an act and who grants it, both on the act's desk where `by_desk` says so; how
    long it waits to be granted, and how long it holds once it is.

    `good_for`: the asker uses it once; or it is done with the grant, in the same transaction; or it
    opens something until it is over.
    """

    label: Text
    asked_by: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    granted_by: tuple[Role, ...] = (Role.ADMINISTRATOR,)
    by_desk: bool = False
    waits: timedelta = timedelta(days=3)
    holds: timedelta = timedelta(hours=1)
    good_for: Holds = Holds.ONE_USE


KINDS = {
    TwoPersonKind.RECOVERY: Kind(_("One-time link into a staff account")),
    TwoPersonKind.VOLUNTEER_RECOVERY: Kind(
        _("Second factors of a volunteer removed"),
        (Role.COORDINATOR,),
        (Role.APPROVER,),
        by_desk=True,
        good_for=Holds.AT_GRANT,
    ),
    TwoPersonKind.ACCOUNT: Kind(_("New staff account"), good_for=Holds.AT_GRANT),
    TwoPersonKind.ROLES: Kind(_("Roles and desks"), good_for=Holds.AT_GRANT),
    TwoPersonKind.APP: Kind(_("Authenticator app for an account"), good_for=Holds.AT_GRANT),
    TwoPersonKind.CLOSING: Kind(_("Closing an administrator's account"), good_for=Holds.AT_GRANT),
    TwoPersonKind.REOPENING: Kind(_("Opening a closed account again"), good_for=Holds.AT_GRANT),
    TwoPersonKind.MEMBERS: Kind(_("Members of a desk"), good_for=Holds.AT_GRANT),
    TwoPersonKind.BREAK_GLASS: Kind(
        _("Break-glass"), waits=timedelta(hours=4), good_for=Holds.WHILE_OPEN
    ),
    TwoPersonKind.EXPORT: Kind(
        _("Export of identities"),
        (Role.COORDINATOR, Role.VETTING),
        (Role.APPROVER,),
        by_desk=True,
    ),
    TwoPersonKind.CLIENT: Kind(_("Credentials for an agency")),
}
