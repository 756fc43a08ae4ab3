"""The language in which a volunteer is spoken to."""

from datetime import datetime

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import By, record
from volunteers.models import Volunteer
from volunteers.rules import check_can_speak_for


@transaction.atomic
def choose_language(*, volunteer: Volunteer, language: str, by: By, at: datetime) -> None:
    """Speak `language` (`ko`, `en` or `uk`) to the volunteer from now on.

    Effects: the volunteer's portal language and that of the account set, one ledger entry.
    Raises NotFound or NotPermitted for somebody who may not speak for the volunteer.
    """
    check_can_speak_for(by, volunteer)
    Volunteer.objects.filter(pk=volunteer.pk).update(portal_language=language)
    User.objects.filter(volunteer=volunteer).update(language=language)
    volunteer.portal_language = language
    facts = {"portal_language": language}
    record("volunteer.language_chosen", volunteer, by=by, at=at, facts=facts)
