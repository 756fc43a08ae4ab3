"""What a volunteer can do: languages and skills entered, changed, verified, taken away."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import NotFound
from volunteers.models import Language, LanguageHeld, Skill, SkillHeld, Volunteer
from volunteers.rules import check_can_change_volunteer

MODES = ("listening", "speaking", "reading", "writing")


@transaction.atomic
def set_language(
    *,
    volunteer: Volunteer,
    language: Language,
    levels: Mapping[str, int],
    variety: str = "",
    by: By,
    at: datetime,
) -> LanguageHeld:
    """Enter a language with a level for each of MODES, or change it; one ledger entry."""
    check_can_change_volunteer(by, volunteer)
    values = {mode: levels[mode] for mode in MODES}
    held, _made = LanguageHeld.objects.update_or_create(
        volunteer=volunteer, language=language, defaults={**values, "variety": variety}
    )
    facts = {"language": language.code, **values}
    record("language.set", volunteer, by=by, at=at, facts=facts)
    return held


@transaction.atomic
def remove_language(*, volunteer: Volunteer, language: Language, by: By, at: datetime) -> None:
    """Take a language away; one ledger entry. Raises NotFound where it is not held."""
    check_can_change_volunteer(by, volunteer)
    gone, _rows = LanguageHeld.objects.filter(volunteer=volunteer, language=language).delete()
    if not gone:
        raise NotFound
    record("language.removed", volunteer, by=by, at=at, facts={"language": language.code})


@transaction.atomic
def set_skill(
    *,
    volunteer: Volunteer,
    skill: Skill,
    level: int,
    valid_until: date | None = None,
    verified: bool = False,
    by: By,
    at: datetime,
) -> SkillHeld:
    """Enter a skill at a level from 1 to 4, or change it; one ledger entry.

    `valid_until` is the first day on which it no longer counts. With `verified`, the person who
    enters it has seen the proof and stands for it; without, it counts as self-declared again.
    """
    check_can_change_volunteer(by, volunteer)
    verifier = by if verified and isinstance(by, User) else None
    values = {
        "level": level,
        "valid_until": valid_until,
        "verified_by": verifier,
        "verified_at": at if verifier else None,
    }
    held, _made = SkillHeld.objects.update_or_create(
        volunteer=volunteer, skill=skill, defaults=values
    )
    facts = {"skill": skill.code, "level": level, "verified": verifier is not None}
    record("skill.set", volunteer, by=by, at=at, facts=facts)
    return held


@transaction.atomic
def remove_skill(*, volunteer: Volunteer, skill: Skill, by: By, at: datetime) -> None:
    """Take a skill away; one ledger entry. Raises NotFound where it is not held."""
    check_can_change_volunteer(by, volunteer)
    gone, _rows = SkillHeld.objects.filter(volunteer=volunteer, skill=skill).delete()
    if not gone:
        raise NotFound
    record("skill.removed", volunteer, by=by, at=at, facts={"skill": skill.code})
