"""Changing the catalogue of roles."""

from datetime import datetime
from typing import Any

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import NotPermitted
from deployments.models import Role


@transaction.atomic
def change_role(*, role: Role, changed: dict[str, Any], by: By, at: datetime) -> None:
    """Change the names of a role; one ledger entry. Raises NotPermitted."""
    if not isinstance(by, User) or not by.may_change_kind("deployments.role"):
        raise NotPermitted
    for name, value in changed.items():
        setattr(role, name, value)
    role.full_clean()
    role.save(update_fields=list(changed))
    record("role.changed", role, by=by, at=at, facts={"changed": sorted(changed)})
