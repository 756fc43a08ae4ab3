"""Letters, as their viewer may see them: whoever sees a case sees its letters."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, own_desks
from corps.accounts.roles import Role
from corps.outbox.models import Message
from corps.vault.models import SealedFile
from deployments.liaison.models import Letter, LetterApproval, LetterAttachment, LetterVersion
from deployments.liaison.queries.cases import cases_visible_to


def letters_visible_to(viewer: Viewer) -> QuerySet[Letter]:
    """Return the letters of the cases that the viewer sees."""
    letters = Letter.objects.filter(case__in=cases_visible_to(viewer))
    return letters.select_related("case__desk", "agency", "contact", "author")


def letters_to_approve(viewer: User) -> QuerySet[Letter]:
    """Return the submitted letters that the viewer may still approve: on a desk of theirs, with
    nothing of it written or approved by them."""
    letters = letters_visible_to(viewer).filter(state="submitted")
    if not viewer.has_role(Role.APPROVER):
        return letters.none()
    written = LetterVersion.objects.filter(letter=OuterRef("pk"), written_by=viewer)
    given = LetterApproval.objects.filter(version=_latest_of_letter(), approver=viewer)
    return letters.filter(
        ~Exists(written), ~Exists(given), case__desk__in=own_desks(viewer)
    ).exclude(author=viewer)


def _latest_of_letter() -> QuerySet[LetterVersion, int]:
    latest = LetterVersion.objects.filter(letter=OuterRef(OuterRef("pk"))).order_by("-number")
    return latest.values_list("pk", flat=True)[:1]


def latest_version(letter: Letter) -> LetterVersion | None:
    """Return the latest version of a letter; the caller may see the letter."""
    versions = LetterVersion.objects.filter(letter=letter).select_related("letter__data_key")
    return versions.order_by("-number").first()


def versions_of(letter: Letter) -> QuerySet[LetterVersion]:
    """Return the versions of a letter, the latest first, with who approved each."""
    versions = letter.versions.select_related("written_by").order_by("-number")
    return versions.prefetch_related("approvals__approver")


def attachments_of(letter: Letter) -> QuerySet[LetterAttachment]:
    """Return what goes with a letter, in the order in which the letter names it."""
    related = ("file", "version__material", "version__file")
    return letter.attachments.select_related(*related).order_by("name")


def readable_attachments(letter: Letter, *, discloses: bool) -> QuerySet[LetterAttachment]:
    """Return what goes with a letter and is left to be read; `discloses` as they say it."""
    left = Q(file__data_key__wrapped__isnull=False) | Q(
        version__file__data_key__wrapped__isnull=False
    )
    return attachments_of(letter).filter(left, discloses=discloses)


def is_left(file: SealedFile | None) -> bool:
    """Whether there is a file, and its key is not destroyed."""
    return file is not None and file.data_key.wrapped is not None


def find_held_message(letter: Letter) -> Message | None:
    """Return the message that carries a letter, locked until the transaction ends: it is held
    before its letter, as those do who move messages."""
    rows = Message.objects.select_for_update(no_key=True)
    return rows.filter(pk__in=Letter.objects.filter(pk=letter.pk).values("message")).first()
