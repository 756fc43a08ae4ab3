"""Showing one volunteer to one more person, and ending it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import Refusal
from volunteers.models import Volunteer
from volunteers.queries.people import people_to_share_with, people_with_sight
from volunteers.rules import check_can_change_volunteer


class NotShareable(Refusal):
    """The person's role does not see volunteers, or sees this one already."""

    message = _("This person's role sees no volunteers, or sees this one already.")


class NotShared(Refusal):
    """There is nothing to end."""

    message = _("This volunteer is not shared with this person.")


@transaction.atomic
def share_volunteer(*, volunteer: Volunteer, person: User, by: By, at: datetime) -> None:
    """Let one more person see a volunteer; one ledger entry. Raises NotShareable."""
    check_can_change_volunteer(by, volunteer)
    if not people_to_share_with(volunteer).filter(pk=person.pk).exists():
        raise NotShareable
    assign_perm("view_volunteer", person, volunteer)
    facts = {"with": person.username}
    record("volunteer.shared", volunteer, person, by=by, at=at, facts=facts)


@transaction.atomic
def end_sharing(*, volunteer: Volunteer, person: User, by: By, at: datetime) -> None:
    """End what `share_volunteer` began; one ledger entry. Raises NotShared."""
    check_can_change_volunteer(by, volunteer)
    if not people_with_sight(volunteer).filter(pk=person.pk).exists():
        raise NotShared
    remove_perm("view_volunteer", person, volunteer)
    facts = {"with": person.username}
    record("volunteer.sharing_ended", volunteer, person, by=by, at=at, facts=facts)
