"""Who may do what, on one page.

A role is a Django group of the same name. `SEES` and `CHANGES` say which kinds of object a role
may see and change; which objects of a kind is said by `visible_to()` of that kind: those on the
person's own desks and those shared with them. Nobody is a superuser, and no global permission
opens a guarded object.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from corps.accounts.models import User


class Role(StrEnum):
    """The roles that people of the organisation hold."""

    COORDINATOR = "coordinator"
    VETTING = "vetting officer"
    LIAISON = "liaison officer"
    EDITOR = "editor"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


LABELS = {
    Role.COORDINATOR: _("Coordinator"),
    Role.VETTING: _("Vetting officer"),
    Role.LIAISON: _("Liaison officer"),
    Role.EDITOR: _("Editor"),
    Role.APPROVER: _("Approver"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
}

PEOPLE = frozenset({"volunteers.volunteer"})
WORK = frozenset(
    {
        "deployments.deployment",
        "deployments.slot",
        "deployments.team",
        "deployments.assignment",
    }
)
VETTING = frozenset({"volunteers.vettingcase"})
REGISTER = frozenset({"volunteers.importrun"})
CATALOGUE = frozenset(
    {
        "volunteers.skill",
        "volunteers.language",
        "volunteers.consentterm",
        "deployments.role",
        "liaison.permitkind",
    }
)
OUTSIDE = frozenset({"agencies.agency"})
CONTACTS = frozenset({"agencies.contact"})
CASES = frozenset({"liaison.case", "liaison.letter", "liaison.reply", "liaison.disclosure"})
PERMITS = frozenset({"liaison.permit"})
MATERIALS = frozenset({"materials.material", "materials.materialversion"})
DELIVERIES = frozenset({"materials.delivery"})
OUTBOX = frozenset({"outbox.message"})
CLIENTS = frozenset({"agencies.partnerclient"})
ACCOUNTS = frozenset({"accounts.user", "accounts.desk", "accounts.notice"})
FOR_TWO = frozenset({"accounts.twopersonact"})
LEDGER = frozenset({"audit.entry"})

LIAISON = CASES | PERMITS | MATERIALS | DELIVERIES

SEES: dict[Role, frozenset[str]] = {
    Role.COORDINATOR: frozenset.union(
        PEOPLE, WORK, VETTING, REGISTER, LIAISON, CATALOGUE, OUTSIDE, LEDGER, FOR_TWO
    ),
    Role.VETTING: PEOPLE | VETTING | CATALOGUE | LEDGER | FOR_TWO,
    Role.LIAISON: frozenset.union(
        PEOPLE, WORK, LIAISON, CONTACTS, OUTBOX, CATALOGUE, OUTSIDE, LEDGER
    ),
    Role.EDITOR: MATERIALS | CATALOGUE | OUTSIDE | LEDGER,
    Role.APPROVER: frozenset.union(
        PEOPLE, WORK, VETTING, LIAISON, CONTACTS, CATALOGUE, OUTSIDE, LEDGER, FOR_TWO
    ),
    Role.AUDITOR: LEDGER,
    Role.ADMINISTRATOR: ACCOUNTS | CLIENTS | OUTSIDE | CATALOGUE | FOR_TWO,
}

CHANGES: dict[Role, frozenset[str]] = {
    Role.COORDINATOR: PEOPLE | WORK | REGISTER,
    Role.VETTING: VETTING,
    Role.LIAISON: OUTSIDE | CASES | PERMITS | DELIVERIES | CONTACTS | OUTBOX,
    Role.EDITOR: MATERIALS,
    Role.APPROVER: VETTING | CASES | MATERIALS,
    Role.AUDITOR: frozenset(),
    Role.ADMINISTRATOR: ACCOUNTS | CLIENTS | OUTSIDE | CATALOGUE,
}

UNDER_GLASS = PEOPLE | WORK | VETTING
"""What break-glass opens, on one desk for one hour: to see, never to change."""


def roles_that_see(label: str) -> set[Role]:
    """Return the roles that may see objects of the model `label` (`app.model`, lower case)."""
    return {role for role, labels in SEES.items() if label in labels}


def roles_that_change(label: str) -> set[Role]:
    """Return the roles that may change objects of the model `label`."""
    return {role for role, labels in CHANGES.items() if label in labels}


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: without a page (`idle`), and from sign-in to its end (`whole`)."""

    idle: timedelta
    whole: timedelta


ADMINISTRATORS = SessionLimits(idle=timedelta(minutes=15), whole=timedelta(hours=4))
OTHER_STAFF = SessionLimits(idle=timedelta(minutes=30), whole=timedelta(hours=12))
VOLUNTEERS = SessionLimits(idle=timedelta(hours=2), whole=timedelta(hours=24))


def session_limits(user: "User") -> SessionLimits:
    """Return how long a session of `user` lasts, by the strictest of their roles."""
    if not user.is_staff:
        return VOLUNTEERS
    return ADMINISTRATORS if user.has_role(Role.ADMINISTRATOR) else OTHER_STAFF
