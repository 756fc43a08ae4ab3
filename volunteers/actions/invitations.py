"""Inviting a volunteer into the portal: the account behind a callsign, and its one-time link."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.invitations import Link, invite_user
from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import Refusal
from volunteers.actions.quotas import QuotaSpent, note_quota_spent, spend_quota
from volunteers.models import Volunteer
from volunteers.queries.availability import has_left
from volunteers.queries.people import on_its_desk
from volunteers.rules import check_can_change_volunteer


class NotInvitable(Refusal):
    """The volunteer cannot be invited; `message` says why."""


INVITED = "volunteer.invited"


def invite_volunteer(*, volunteer: Volunteer, by: By, at: datetime) -> Link:
    """Make a one-time link, good for 72 hours, by which a volunteer sets a portal password.

    The first time the account is made: its sign-in name is the callsign, its language and time zone
    are the volunteer's. Later it is a way back in: the old password holds until the link is used.
    Effects: one of a person's quota of the day spent (a command has none), perhaps the account,
    its open invitation replaced, an entry for each; over the quota an entry of that and a notice
    to the administrators instead. Raises NotInvitable for somebody released or withdrawn, a closed
    account, and a taken sign-in name; QuotaSpent; NotFound or NotPermitted unless `by` may change
    the volunteer.
    """
    try:
        return _invite(volunteer, by=by, at=at)
    except QuotaSpent:
        if isinstance(by, User):
            note_quota_spent(INVITED, volunteer, by=by, limit=settings.INVITATIONS_A_DAY, at=at)
        raise


@transaction.atomic
def _invite(volunteer: Volunteer, *, by: By, at: datetime) -> Link:
    volunteer = on_its_desk(volunteer)
    check_can_change_volunteer(by, volunteer)
    if has_left(volunteer):
        raise NotInvitable(
            _("This volunteer is released or has withdrawn, and is not invited again.")
        )
    user = volunteer.user or _make_account(volunteer, by=by, at=at)
    if not user.is_active:
        raise NotInvitable(_("The account of this volunteer is closed."))
    if isinstance(by, User):
        spend_quota(INVITED, by=by, limit=settings.INVITATIONS_A_DAY, at=at)
    link = invite_user(user=user, by=by, at=at)
    record(INVITED, volunteer, user, by=by, at=at)
    return link


def _make_account(volunteer: Volunteer, *, by: By, at: datetime) -> User:
    """Return a new account for the volunteer, without a password and without any role."""
    username = User.normalize_username(volunteer.callsign)
    if User.objects.filter(username__iexact=username).exists():
        raise NotInvitable(
            _("Another account signs in with this callsign: change the callsign first.")
        )
    user = User.objects.create_user(
        username, language=volunteer.portal_language, time_zone=volunteer.time_zone
    )
    volunteer.user = user
    volunteer.save(update_fields=["user"])
    record("account.made", user, volunteer, by=by, at=at)
    return user
