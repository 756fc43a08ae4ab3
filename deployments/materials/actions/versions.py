"""What happens to a material and its versions: made, submitted, decided about by somebody else."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.audit.actions import By, record
from corps.errors import Refusal
from corps.vault.files import read_whole, seal_file
from corps.vault.models import SealedFile
from corps.workflow.moves import move
from deployments.materials.files import TAKEN, Inspected
from deployments.materials.models import Material, MaterialVersion
from deployments.materials.rules import (
    check_decide_version,
    check_make_material,
    check_retire_version,
    check_write_material,
)
from deployments.materials.states import VERSION
from volunteers.models import Language


class TitleTaken(Refusal):
    """The desk has a material of that title."""

    message = _("This desk has a material of that title.")


class TitleStays(Refusal):
    """Approvers or agencies read the title with a version that was submitted."""

    message = _(
        "A version under this title is in review or was approved: the title stays. Make a new "
        "material for another title."
    )


class OtherKind(Refusal):
    """The file is not of the material's kind."""

    message = _("This material takes files of another kind.")


class OfferedAlready(Refusal):
    """The same file is a version of this material already."""

    message = _("This material has a version with the very same file.")


@transaction.atomic
def make_material(*, title: str, kind: str, desk: Desk, by: By, at: datetime) -> Material:
    """Make a material on a desk, without versions yet.

    Effects: the material, one ledger entry. Raises NotPermitted unless `by` is an editor of the
    desk, and TitleTaken.
    """
    check_make_material(by, desk)
    made_by = by if isinstance(by, User) else None
    material = Material(title=title.strip(), kind=kind, desk=desk, made_by=made_by, made_at=at)
    _save(material)
    record("material.made", material, by=by, at=at, facts={"kind": kind})
    return material


@transaction.atomic
def rename_material(*, material: Material, title: str, by: By, at: datetime) -> None:
    """Give a material another title, as long as nobody else has it before them with a version.
    Effects: the title, one ledger entry.

    Raises NotFound, NotPermitted, TitleStays, TitleTaken.
    """
    check_write_material(by, material)
    _check_title_is_free(material)
    old, material.title = material.title, title.strip()
    _save(material)
    facts = {"title": {"from": old, "to": material.title}}
    record("material.renamed", material, by=by, at=at, facts=facts)


def _check_title_is_free(material: Material) -> None:
    """Raise TitleStays where a version is in review or was approved. No version is added or
    submitted before the caller's transaction ends."""
    Material.objects.select_for_update().get(pk=material.pk)
    states = material.versions.select_for_update().values_list("state", flat=True)
    if set(states) - {"draft", "rejected"}:
        raise TitleStays


def _save(material: Material) -> None:
    try:
        with transaction.atomic():
            material.save()
    except IntegrityError:
        raise TitleTaken from None


@transaction.atomic
def add_version(
    *,
    material: Material,
    file: Inspected,
    language: Language,
    by: User,
    at: datetime,
    variety: str = "",
    remarks: str = "",
) -> MaterialVersion:
    """Add the next version, a draft by `by`, with a file that `inspect_upload` has looked at.

    Effects: the file and its previews sealed and stored, the version, one ledger entry. Raises
    NotFound, NotPermitted, OtherKind, OfferedAlready.
    """
    check_write_material(by, material)
    if file.media_type not in TAKEN[material.kind]:
        raise OtherKind
    material = Material.objects.select_for_update().get(pk=material.pk)
    stored = seal_file([file.content], media_type=file.media_type)
    if material.versions.filter(sha256=stored.sha256).exclude(state="rejected").exists():
        raise OfferedAlready
    last = material.versions.aggregate(last=Max("number"))["last"] or 0
    version = MaterialVersion.objects.create(
        material=material,
        number=last + 1,
        language=language,
        variety=variety.strip(),
        remarks=remarks.strip(),
        file=stored,
        sha256=stored.sha256,
        pages=file.pages,
        length=file.seconds,
        author=by,
        made_at=at,
        state_since=at,
    )
    pictures = [seal_file([picture], media_type="image/png") for picture in file.previews]
    _keep_in_order(version, pictures)
    facts = {
        "version": version.number,
        "language": language.pk,
        "media_type": stored.media_type,
        "sha256": bytes(stored.sha256).hex(),
    }
    record("version.made", version, material, by=by, at=at, facts=facts)
    return version


def _keep_in_order(version: MaterialVersion, pictures: list[SealedFile]) -> None:
    """Put the pictures beside a version; the number of each row keeps the order of the pages."""
    beside = MaterialVersion.previews.through
    beside._default_manager.bulk_create(
        beside(materialversion=version, sealedfile=picture) for picture in pictures
    )


@transaction.atomic
def submit_version(*, version: MaterialVersion, by: By, at: datetime) -> None:
    """Submit a draft for review. Effects: the move, one ledger entry.

    Raises NotFound, NotPermitted, NotInThatState.
    """
    check_write_material(by, version.material)
    move(version, VERSION, "submit", by=by, at=at, about=(version.material,))


@transaction.atomic
def approve_version(*, version: MaterialVersion, by: User, at: datetime) -> None:
    """Approve a version that somebody else made: from now on it may be delivered.

    Effects: the move with who decided and when, one ledger entry. Raises AuthorDecides, NotFound,
    NotPermitted, NotInThatState.
    """
    check_decide_version(by, version)
    facts = {"sha256": bytes(version.sha256).hex()}
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at}
    about = (version.material,)
    move(version, VERSION, "approve", by=by, at=at, about=about, facts=facts, **decided)


@transaction.atomic
def reject_version(*, version: MaterialVersion, reason: str, by: User, at: datetime) -> None:
    """Reject a version that somebody else made, with the reason.

    Effects: the move with who decided and when, one ledger entry. Raises AuthorDecides, NotFound,
    NotPermitted, NotInThatState, ReasonMissing.
    """
    check_decide_version(by, version)
    decided: dict[str, Any] = {"decided_by": by, "decided_at": at}
    about = (version.material,)
    move(version, VERSION, "reject", by=by, at=at, about=about, reason=reason, **decided)


@transaction.atomic
def retire_version(*, version: MaterialVersion, reason: str, by: By, at: datetime) -> None:
    """Take an approved version out of use: it is handed over no more.

    Effects: the move, one ledger entry. Raises NotFound, NotPermitted, NotInThatState,
    ReasonMissing.
    """
    check_retire_version(by, version)
    move(version, VERSION, "retire", by=by, at=at, about=(version.material,), reason=reason)


@transaction.atomic
def fetch_version(*, version: MaterialVersion, by: By, at: datetime) -> bytes:
    """Return the whole file of a version that `by` may see, for whoever saves it outside.

    Effects: one ledger entry. Raises SealBroken, Erased.
    """
    content = read_whole(version.file)
    record("version.fetched", version, version.material, by=by, at=at)
    return content
