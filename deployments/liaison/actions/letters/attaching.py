"""What goes with a letter: files of its own, and approved versions of materials."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import record
from corps.errors import NotFound, Refusal
from corps.vault.files import remove_file, seal_file
from deployments.liaison.actions.disclosures import mark_letter
from deployments.liaison.actions.letters.holding import about_letter, hold_writable
from deployments.liaison.actions.versions import write_version
from deployments.liaison.models import Letter, LetterAttachment
from deployments.liaison.queries.letters import attachments_of
from deployments.liaison.rules.letters import check_can_write_letters
from deployments.materials.files import Inspected, inspect_upload
from deployments.materials.inspection.findings import ending_of
from deployments.materials.models import MaterialVersion
from deployments.materials.queries import versions_visible_to

MOST = 10
LONGEST = 18 * 1024 * 1024
"""How many bytes all attachments of a letter may have: with the encoding of e-mail, mail servers
take about that much."""


class TooMuchAttached(Refusal):
    """There are too many attachments, or they are too large together."""

    message = _("A letter takes ten attachments, of 18 MB together. Hand the rest over otherwise.")


class NotApprovedMaterial(Refusal):
    """The version of a material is not approved."""

    message = _("Only an approved version of a material goes with a letter.")


class OutOfUse(Refusal):
    """A version of a material that goes with a letter was retired; `names` are the attachments."""

    def __init__(self, names: Iterable[str]) -> None:
        sentence = _(
            "What goes with this letter was taken out of use: {}. Take it off the draft, have the "
            "letter returned, or write another one."
        )
        super().__init__(format_lazy(sentence, ", ".join(names)))


def attach_file(
    *,
    letter: Letter,
    content: bytes | Iterable[bytes],
    name: str,
    discloses: bool = False,
    by: User,
    at: datetime,
) -> LetterAttachment:
    """Attach a file of the letter's own to a draft, under a neutral name; `name` is its sender's,
    `discloses` says that it shows the identity of a volunteer.

    Effects: the file, cleaned and sealed, one attachment, one version, the letter marked as one
    that discloses, one ledger entry with its hash. Raises NotFound, NotPermitted, NotADraft,
    FileRefused, TooMuchAttached.
    """
    check_can_write_letters(by, letter.case)
    return _attach(letter, inspect_upload(content, name), discloses, by=by, at=at)


@transaction.atomic
def _attach(
    letter: Letter, found: Inspected, discloses: bool, *, by: User, at: datetime
) -> LetterAttachment:
    hold_writable(letter, by=by, at=at)
    _check_room(letter, len(found.content))
    file = seal_file([found.content], media_type=found.media_type)
    made = LetterAttachment(letter=letter, file=file, sha256=bytes(file.sha256))
    made.discloses = discloses
    return _enter(made, file.media_type, by=by, at=at)


@transaction.atomic
def attach_material(
    *, letter: Letter, version: MaterialVersion, by: User, at: datetime
) -> LetterAttachment:
    """Attach an approved version of a material to a draft, under a neutral name.

    Effects: one attachment, one version, one ledger entry with its hash. Raises NotFound,
    NotPermitted, NotADraft, NotApprovedMaterial, TooMuchAttached.
    """
    check_can_write_letters(by, letter.case)
    hold_writable(letter, by=by, at=at)
    seen = versions_visible_to(by).select_related("file").filter(pk=version.pk).first()
    if seen is None:
        raise NotFound
    if seen.state != "approved":
        raise NotApprovedMaterial
    _check_room(letter, seen.file.size)
    made = LetterAttachment(letter=letter, version=seen, sha256=bytes(seen.sha256))
    return _enter(made, seen.file.media_type, by=by, at=at)


@transaction.atomic
def drop_attachment(*, attachment: LetterAttachment, by: User, at: datetime) -> None:
    """Take an attachment off a draft; a file of the letter's own is removed for good.

    Effects: the attachment, its file, whether the letter discloses, one version, one ledger entry.
    Raises NotFound, NotPermitted, NotADraft.
    """
    letter = attachment.letter
    check_can_write_letters(by, letter.case)
    hold_writable(letter, by=by, at=at)
    facts = {"attachment": attachment.name, "sha256": bytes(attachment.sha256).hex()}
    file = attachment.file
    attachment.delete()
    if file is not None:
        remove_file(file)
    mark_letter(letter)
    write_version(letter, by=by, at=at)
    record("letter.detached", letter, *about_letter(letter), by=by, at=at, facts=facts)


def check_attached(letter: Letter) -> None:
    """Raise OutOfUse for a letter with a version of a material that is approved no more. The others
    stay in use until the caller's transaction ends."""
    attached = letter.attachments.exclude(version=None)
    rows = MaterialVersion.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    held = list(rows.filter(pk__in=attached.values("version")))
    gone = attached.exclude(version__in=[one for one in held if one.state == "approved"])
    if names := list(gone.order_by("name").values_list("name", flat=True)):
        raise OutOfUse(names)


def size_of(attachment: LetterAttachment) -> int:
    """Return how many bytes an attachment has."""
    if attachment.file is not None:
        return attachment.file.size
    assert attachment.version is not None, "one of the two, by constraint"
    return attachment.version.file.size


def _check_room(letter: Letter, size: int) -> None:
    held = list(attachments_of(letter))
    if len(held) >= MOST or sum(map(size_of, held)) + size > LONGEST:
        raise TooMuchAttached


def _enter(made: LetterAttachment, media_type: str, *, by: User, at: datetime) -> LetterAttachment:
    letter = made.letter
    made.name = _name(letter, media_type)
    made.save(force_insert=True)
    mark_letter(letter)
    write_version(letter, by=by, at=at)
    facts: dict[str, Any] = {"attachment": made.name, "sha256": bytes(made.sha256).hex()}
    facts |= {"discloses": True} if made.discloses else {}
    about = about_letter(letter)
    record("letter.attached", letter, *about, by=by, at=at, facts=facts)
    return made


def _name(letter: Letter, media_type: str) -> str:
    """Return the neutral name of the next attachment, such as `2026-0042-1-annex-02.pdf`."""
    begin = f"{letter.case.reference}-{letter.number}-annex-"
    taken = {name.partition(".")[0] for name in letter.attachments.values_list("name", flat=True)}
    free = next(n for n in range(1, MOST + 2) if f"{begin}{n:02}" not in taken)
    return f"{begin}{free:02}{ending_of(media_type)}"
