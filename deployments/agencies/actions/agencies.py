"""What happens to agencies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import Refusal
from deployments.agencies.models import Agency, AgencyKind, LettersBy
from deployments.agencies.rules import check_belongs, check_keep_agencies


class AgencyTaken(Refusal):
    """There is an agency of that short name."""

    message = _("There is an agency of this short name already.")


@transaction.atomic
def make_agency(
    *,
    slug: str,
    kind: AgencyKind | str,
    name_ko: str,
    name_en: str,
    name_uk: str,
    country: str,
    parent: Agency | None = None,
    languages: Sequence[str] = (),
    letters_by: LettersBy | str = LettersBy.EMAIL,
    by: By,
    at: datetime,
) -> Agency:
    """Make an agency, and the group `agency:<slug>` that receives what is shared with it.

    `languages` are those in which it reads letters, the one it likes best first. Effects: one
    agency, one group, one ledger entry. Raises NotPermitted, and AgencyTaken.
    """
    check_keep_agencies(by)
    group, fresh = Group.objects.get_or_create(name=f"agency:{slug}")
    if not fresh or Agency.objects.filter(slug=slug).exists():
        raise AgencyTaken
    agency = Agency.objects.create(
        slug=slug,
        kind=kind,
        name_ko=name_ko,
        name_en=name_en,
        name_uk=name_uk,
        country=country,
        parent=parent,
        languages=list(languages),
        letters_by=letters_by,
        group=group,
    )
    record("agency.made", agency, by=by, at=at, facts={"slug": slug, "kind": str(kind)})
    return agency


@transaction.atomic
def change_agency(*, agency: Agency, changed: dict[str, Any], by: By, at: datetime) -> None:
    """Change what is said of an agency; its short name stays, since its group is named by it.

    Effects: the agency, one ledger entry that names the changed fields. Raises NotPermitted,
    BelongsToItself.
    """
    check_keep_agencies(by)
    if "parent" in changed:
        list(Agency.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        check_belongs(agency, changed["parent"])
    changed = {name: value for name, value in changed.items() if name != "slug"}
    for name, value in changed.items():
        setattr(agency, name, value)
    agency.save(update_fields=list(changed))
    record("agency.changed", agency, by=by, at=at, facts={"changed": sorted(changed)})
