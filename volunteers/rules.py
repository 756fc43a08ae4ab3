"""Who may do what to people and vetting cases: `can_…` answers, `check_…` raises."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.accounts.roles import Role
from corps.accounts.rules.two_person import can_ask
from corps.accounts.second_factor import RECENT
from corps.accounts.states import TwoPersonKind
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.tables import Text
from volunteers.models import VettingCase, Volunteer
from volunteers.queries.people import volunteers_visible_to
from volunteers.workbook.private import tells_more_than_a_place

OWN_IDENTITY_AFTER = timedelta(hours=72)
"""How long a second factor and the last one-time link are at work before the account shows its own
identity: time for the volunteer to hear of one that somebody else has made."""

_OPENS_AT = _(
    "Your identity can be read here from {} on: 72 hours after you last came in by a one-time "
    "link, and after you added what you confirm with. If it was not you, tell your desk now."
)


def _told(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")


_told_later: Callable[[datetime], Text] = lazy(_told, str)

GONE = ("released", "withdrawn")

OWN_MOVES = ("pause", "resume", "withdraw")
"""The moves of STANDING that a volunteer makes without asking anybody."""


class OwnRecommendation(Refusal):
    """Somebody would decide about a recommendation of their own."""

    message = _("You recommended this yourself: somebody else has to decide.")


class HomeBaseTooExact(Refusal):
    """A home base stands in the clear everywhere."""

    message = _("A home base is a town or a district: no number, no street, no phone.")


class FactorNotRecent(Refusal):
    """What is sealed is shown only to somebody who has just proved who they are."""

    message = _("Please confirm with your second factor first: it counts for five minutes.")


class OwnIdentityTooSoon(Refusal):
    """The way into the account is too new for what is sealed; `opens_at` is from when on it is
    not, an aware instant, told in the time zone that is active for the reader."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(format_lazy(_OPENS_AT, _told_later(opens_at)))
        self.opens_at = opens_at


class VolunteerGone(Refusal):
    """The volunteer is released or has withdrawn."""

    message = _("This volunteer is released or has withdrawn.")


def _is_system(by: By) -> bool:
    return isinstance(by, Actor) and by.kind == ActorKind.SYSTEM


def _on_desk(by: By, desk_id: Any, *roles: Role) -> bool:
    """Whether `by` holds one of the roles and is a member of the desk; the system always is."""
    if not isinstance(by, User):
        return _is_system(by)
    fits = by.is_staff and by.has_role(*roles)
    return fits and own_desks(by).filter(pk=desk_id).exists()


def can_register_on(by: By, desk: Desk) -> bool:
    """Whether `by` may register people on a desk: its coordinators."""
    return _on_desk(by, desk.pk, Role.COORDINATOR)


def check_can_register_on(by: By, desk: Desk) -> None:
    """Raise NotPermitted unless `by` may register people on the desk."""
    if not can_register_on(by, desk):
        raise NotPermitted


def can_change_volunteer(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may change a volunteer: the coordinators of the desk.

    Somebody the volunteer is only shared with may see, not change.
    """
    return _on_desk(by, volunteer.desk_id, Role.COORDINATOR)


def check_can_change_volunteer(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound for one who may not see the volunteer, NotPermitted for one who only may."""
    if not can_change_volunteer(by, volunteer):
        refuse_about(by, volunteer)


def can_speak_for(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may say when a volunteer is free, and in which language to be spoken to:
    the person, and who may change the volunteer."""
    if isinstance(by, User) and by.is_active and volunteer.user_id == by.pk:
        return True
    return can_change_volunteer(by, volunteer)


def check_can_speak_for(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound or NotPermitted unless `by` may speak for the volunteer."""
    if not can_speak_for(by, volunteer):
        refuse_about(by, volunteer)


def check_home_base(home_base: str) -> None:
    """Raise HomeBaseTooExact for what looks like an address or a phone number."""
    if tells_more_than_a_place(home_base):
        raise HomeBaseTooExact


def can_move_standing(by: By, volunteer: Volunteer, move: str) -> bool:
    """Whether `by` may make a move of STANDING: coordinators of the desk; OWN_MOVES the person."""
    if isinstance(by, User) and by.is_active and volunteer.user_id == by.pk:
        return move in OWN_MOVES
    return can_change_volunteer(by, volunteer)


def check_can_move_standing(by: By, volunteer: Volunteer, move: str) -> None:
    """Raise NotFound or NotPermitted unless `by` may make the move."""
    if not can_move_standing(by, volunteer, move):
        refuse_about(by, volunteer)


def refuse_about(by: By, volunteer: Volunteer) -> None:
    """Raise NotPermitted for somebody who sees the volunteer, NotFound for everybody else."""
    if isinstance(by, User) and volunteers_visible_to(by).filter(pk=volunteer.pk).exists():
        raise NotPermitted
    raise NotFound


def can_change_catalogue(by: By, kind: type[Model]) -> bool:
    """Whether `by` may change this part of the catalogue."""
    if not isinstance(by, User):
        return _is_system(by)
    return by.is_staff and by.may_change_kind(kind._meta.label_lower)


def check_can_change_catalogue(by: By, kind: type[Model]) -> None:
    """Raise NotPermitted unless `by` may change this part of the catalogue."""
    if not can_change_catalogue(by, kind):
        raise NotPermitted


def can_reveal_identity(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may see the identity of a volunteer: coordinators and vetting officers of the
    desk. Neither somebody the volunteer is shared with, nor break-glass, nor the system may."""
    roles = (Role.COORDINATOR, Role.VETTING)
    return isinstance(by, User) and _on_desk(by, volunteer.desk_id, *roles)


def check_can_reveal_identity(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound or NotPermitted unless `by` may see the identity of the volunteer."""
    if not can_reveal_identity(by, volunteer):
        refuse_about(by, volunteer)


def can_export(by: By, desk: Desk) -> bool:
    """Whether `by` may ask for an export of identities of a desk: who may reveal them there."""
    return isinstance(by, User) and can_ask(by, TwoPersonKind.EXPORT, desk)


def check_can_export(by: By, desk: Desk) -> None:
    """Raise NotPermitted unless `by` may ask for an export of identities of the desk."""
    if not can_export(by, desk):
        raise NotPermitted


def check_is_self(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound unless `by` is the volunteer."""
    if not (isinstance(by, User) and by.is_active and volunteer.user_id == by.pk):
        raise NotFound


def own_identity_opens_at(factor_added_at: datetime, joined_at: datetime | None) -> datetime:
    """Return from when on an account may show its own identity to who proves it by a factor added
    at `factor_added_at`, having last come in by a one-time link at `joined_at` (None: never)."""
    return max(factor_added_at, joined_at or factor_added_at) + OWN_IDENTITY_AFTER


def check_own_identity_opens(
    factor_added_at: datetime | None, joined_at: datetime | None, *, at: datetime
) -> None:
    """Raise FactorNotRecent where no factor of the account was used, OwnIdentityTooSoon before
    the instant of `own_identity_opens_at`."""
    if factor_added_at is None:
        raise FactorNotRecent
    opens_at = own_identity_opens_at(factor_added_at, joined_at)
    if at < opens_at:
        raise OwnIdentityTooSoon(opens_at)


def check_factor_recent(proved_at: datetime | None, *, at: datetime) -> None:
    """Raise FactorNotRecent unless a second factor was used within the five minutes before `at`."""
    if proved_at is None or at - proved_at >= RECENT:
        raise FactorNotRecent


def can_search_identity(by: By) -> bool:
    """Whether `by` may look somebody up by an identity: roles that may also reveal one."""
    if not isinstance(by, User):
        return _is_system(by)
    return by.is_staff and by.has_role(Role.COORDINATOR, Role.VETTING)


def check_can_search_identity(by: By) -> None:
    """Raise NotPermitted unless `by` may look somebody up by an identity."""
    if not can_search_identity(by):
        raise NotPermitted


def can_erase(by: By) -> bool:
    """Whether `by` may erase somebody: a command on the machine, by who holds the keyring."""
    return _is_system(by)


def check_can_erase(by: By) -> None:
    """Raise NotPermitted unless `by` may erase somebody."""
    if not can_erase(by):
        raise NotPermitted


def can_open_vetting_case(by: By, volunteer: Volunteer) -> bool:
    """Whether `by` may open a vetting case: the coordinators of the desk."""
    return _on_desk(by, volunteer.desk_id, Role.COORDINATOR)


def check_can_open_vetting_case(by: By, volunteer: Volunteer) -> None:
    """Raise NotFound or NotPermitted unless `by` may, VolunteerGone for somebody who has left."""
    if not can_open_vetting_case(by, volunteer):
        refuse_about(by, volunteer)
    if volunteer.standing in GONE:
        raise VolunteerGone


def can_vet(by: By, case: VettingCase) -> bool:
    """Whether `by` may check and recommend: the vetting officers of the volunteer's desk."""
    return _on_desk(by, case.volunteer.desk_id, Role.VETTING)


def check_can_vet(by: By, case: VettingCase) -> None:
    """Raise NotFound or NotPermitted unless `by` may check and recommend."""
    if not can_vet(by, case):
        refuse_about(by, case.volunteer)


def can_decide_vetting(by: By, case: VettingCase) -> bool:
    """Whether `by` may decide: an approver of the desk who did not recommend it."""
    return _may_approve(by, case) and not _recommended_it(by, case)


def check_can_decide_vetting(by: By, case: VettingCase) -> None:
    """Raise NotFound or NotPermitted unless `by` approves, OwnRecommendation for one's own."""
    if _recommended_it(by, case):
        raise OwnRecommendation
    if not _may_approve(by, case):
        refuse_about(by, case.volunteer)


def can_revoke_clearance(by: By, case: VettingCase) -> bool:
    """Whether `by` may revoke a clearance: the approvers of the desk."""
    return _may_approve(by, case)


def check_can_revoke_clearance(by: By, case: VettingCase) -> None:
    """Raise NotFound or NotPermitted unless `by` may revoke."""
    if not can_revoke_clearance(by, case):
        refuse_about(by, case.volunteer)


def _may_approve(by: By, case: VettingCase) -> bool:
    return _on_desk(by, case.volunteer.desk_id, Role.APPROVER)


def _recommended_it(by: By, case: VettingCase) -> bool:
    return isinstance(by, User) and case.recommended_by_id == by.pk
