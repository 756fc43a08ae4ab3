"""Changing the catalogue of roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from corps.audit.actions import By, record
from deployments.models import Role, RoleLanguage, RoleSkill
from volunteers.rules import check_can_change_catalogue


@transaction.atomic
def change_role(*, role: Role, changed: dict[str, Any], by: By, at: datetime) -> None:
    """Change the names of a role; one ledger entry. Raises NotPermitted."""
    check_can_change_catalogue(by, Role)
    for name, value in changed.items():
        setattr(role, name, value)
    role.full_clean()
    role.save(update_fields=list(changed))
    record("role.changed", role, by=by, at=at, facts={"changed": sorted(changed)})


@transaction.atomic
def set_role_defaults(
    *,
    role: Role,
    skills: Mapping[int, int],
    languages: Mapping[tuple[str, str], int],
    by: By,
    at: datetime,
) -> None:
    """Replace what places of a role need from now on; places that are there keep their needs.

    `skills` gives a level (1 to 4) for each skill's id, `languages` one (1 A1 to 7 native) for each
    pair of language code and mode. Effects: the defaults, one ledger entry. Raises NotPermitted.
    """
    check_can_change_catalogue(by, Role)
    role.skills.all().delete()
    role.languages.all().delete()
    RoleSkill.objects.bulk_create(
        RoleSkill(role=role, skill_id=skill, level=level) for skill, level in skills.items()
    )
    RoleLanguage.objects.bulk_create(
        RoleLanguage(role=role, language_id=code, mode=mode, level=level)
        for (code, mode), level in languages.items()
    )
    codes = {need.skill.code: need.level for need in role.skills.select_related("skill")}
    told = {f"{code} {mode}": level for (code, mode), level in languages.items()}
    facts = {"skills": codes, "languages": told}
    record("role.defaults_set", role, by=by, at=at, facts=facts)
