"""Showing one volunteer to one more person until a day, and ending it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.sight import permission_to_view
from corps.accounts.rules.sharing import check_share_ends
from corps.audit.actions import CLOCK, By, draft, record, record_many
from corps.errors import Refusal
from volunteers.models import Volunteer, VolunteerUserObjectPermission
from volunteers.queries.people import on_its_desk, people_to_share_with, shares_of, shares_over
from volunteers.rules import check_can_change_volunteer


class NotShareable(Refusal):
    """The person's role sees no volunteers, or the person is on the volunteer's desk."""

    message = _("This person's role sees no volunteers, or sees this one already.")


class NotShared(Refusal):
    """There is nothing to end."""

    message = _("This volunteer is not shared with this person.")


@transaction.atomic
def share_volunteer(
    *, volunteer: Volunteer, person: User, until: datetime, by: By, at: datetime
) -> None:
    """Let one more person see a volunteer until the instant `until`, itself excluded.

    Effects: one object permission; sharing again gives it the new end; one ledger entry. Raises
    NotFound, NotPermitted, NotShareable, EndOutOfRange.
    """
    volunteer = on_its_desk(volunteer)
    check_can_change_volunteer(by, volunteer)
    check_share_ends(until, at=at)
    if not people_to_share_with(volunteer).filter(pk=person.pk).exists():
        raise NotShareable
    running = shares_of(volunteer, at=at).filter(user=person).first()
    VolunteerUserObjectPermission.objects.update_or_create(
        user=person,
        permission=permission_to_view(Volunteer),
        content_object=volunteer,
        defaults={"until": until},
    )
    verb = "volunteer.sharing_changed" if running else "volunteer.shared"
    facts = {"with": person.username, "until": _told(until)}
    if running:
        facts["until"] = {"from": _told(running.until), "to": _told(until)}
    record(verb, volunteer, person, by=by, at=at, facts=facts)


@transaction.atomic
def end_sharing(*, volunteer: Volunteer, person: User, by: By, at: datetime) -> None:
    """End what `share_volunteer` began, before its end; one ledger entry. Raises NotShared."""
    check_can_change_volunteer(by, volunteer)
    running = shares_of(volunteer, at=at).filter(user=person)
    if not _end(running, "volunteer.sharing_ended", by=by, at=at):
        raise NotShared


@transaction.atomic
def end_all_sharing(*, volunteer: Volunteer, by: By, at: datetime) -> None:
    """End every share of a volunteer who goes to another desk, which has decided none of them;
    one ledger entry each. The caller may change the volunteer."""
    on_its_desk(volunteer)
    _end(shares_of(volunteer, at=at), "volunteer.sharing_ended", by=by, at=at)


@transaction.atomic
def end_shares_over(*, at: datetime) -> int:
    """Remove what was shared until `at` or earlier; one ledger entry each. Returns how many.

    Such a share shows nothing any more, whether or not this has run.
    """
    return _end(shares_over(at=at), "volunteer.sharing_over", by=CLOCK, at=at)


def _end(
    shares: Iterable[VolunteerUserObjectPermission], verb: str, *, by: By, at: datetime
) -> int:
    ended = list(shares)
    record_many(
        draft(
            verb,
            share.content_object,
            share.user,
            by=by,
            at=at,
            facts={"with": share.user.username, "until": _told(share.until)},
        )
        for share in ended
    )
    VolunteerUserObjectPermission.objects.filter(pk__in=[share.pk for share in ended]).delete()
    return len(ended)


def _told(until: datetime | None) -> Any:
    return until.isoformat() if until else None
