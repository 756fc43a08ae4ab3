"""The catalogue of permits: kinds added and changed by administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from corps.audit.actions import By, record
from deployments.liaison.models import PermitKind
from volunteers.rules import check_can_change_catalogue


@transaction.atomic
def add_permit_kind(*, values: Mapping[str, Any], by: By, at: datetime) -> PermitKind:
    """Add a kind of permit; one ledger entry. Raises NotPermitted."""
    check_can_change_catalogue(by, PermitKind)
    kind = PermitKind.objects.create(**values)
    record("catalogue.added", kind, by=by, at=at)
    return kind


@transaction.atomic
def change_permit_kind(
    *, kind: PermitKind, changed: Mapping[str, Any], by: By, at: datetime
) -> None:
    """Change a kind of permit by the fields that differ, its code excepted; permits that are there
    keep their days. One ledger entry. Raises NotPermitted."""
    check_can_change_catalogue(by, PermitKind)
    told = {name: value for name, value in changed.items() if name != "code"}
    for name, value in told.items():
        setattr(kind, name, value)
    kind.save(update_fields=list(told))
    record("catalogue.changed", kind, by=by, at=at, facts={"changed": sorted(told)})
