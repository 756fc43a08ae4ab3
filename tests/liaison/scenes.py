"""Cases made at a state, and the cast around them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import open_case
from deployments.liaison.models import Case
from deployments.liaison.states import WITH_AN_AGENCY
from tests.cast import NOW, a_desk, a_user, an_agency

DUE = date(2026, 12, 1)

LOSSES: dict[str, Callable[[Desk, User], object]] = {
    "off the desk": lambda desk, who: desk.members.remove(who),
    "out of the role": lambda _desk, who: who.groups.clear(),
    "switched off": lambda _desk, who: User.objects.filter(pk=who.pk).update(is_active=False),
}
"""By what somebody may do nothing more on a desk; whoever acts at that moment has not heard."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works on Seoul's desk, and two strangers: of another desk, and of none."""

    desk: Desk
    liaison: User
    approver: User
    coordinator: User
    stranger: User
    auditor: User


def a_cast() -> Cast:
    """The people of a desk who deal with the outside."""
    desk = a_desk()
    return Cast(
        desk=desk,
        liaison=a_user("liaison", Role.LIAISON, desk=desk),
        approver=a_user("approver", Role.APPROVER, desk=desk),
        coordinator=a_user("coordinator", Role.COORDINATOR, desk=desk),
        stranger=a_user("other-liaison", Role.LIAISON, desk=a_desk("elsewhere")),
        auditor=a_user("auditor", Role.AUDITOR),
    )


def a_case(liaison: User, *, agency: Agency | None = None, **more: Any) -> Case:
    """A case that has just been opened by a liaison officer, on their first desk."""
    desk = liaison.desks.order_by("slug").first()
    assert desk is not None
    fields: dict[str, Any] = {"kind": "permits", "subject": "Passport permits", "due": DUE}
    fields |= {"desk": desk, "agency": agency or an_agency(), "at": NOW}
    return open_case(by=liaison, **(fields | more))


def case_at(state: str, liaison: User, **more: Any) -> Case:
    """A case that stands in `state`, held by the agency written to where one holds it."""
    case = a_case(liaison, **more)
    case.state, case.holder = state, case.agency if state in WITH_AN_AGENCY else None
    case.save()
    return case
