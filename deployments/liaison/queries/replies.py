"""Replies, as their viewer may see them, and what they say."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from corps.accounts.queries.sight import Viewer
from corps.vault.actions import unseal_under
from corps.vault.sealing import Place
from deployments.liaison.models import Case, Reply
from deployments.liaison.queries.cases import cases_visible_to


@dataclass(frozen=True, slots=True, repr=False)
class ReplyContent:
    """What a reply says: its text, the names of its attachments in their order, and the header and
    the Message-ID of the e-mail it came as. `repr()` shows nothing."""

    text: str = ""
    names: Sequence[str] = ()
    headers: Sequence[Sequence[str]] = field(default=())
    message_id: str = ""

    def to_bytes(self) -> bytes:
        """Return the content as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "ReplyContent":
        """Return the content that `to_bytes()` wrote."""
        return cls(**json.loads(data))


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """The e-mail that a reply came as: its Message-ID without angle brackets ("" for none), its
    header, and all its bytes as they came."""

    message_id: str
    headers: Sequence[Sequence[str]]
    original: bytes


def reply_place(pk: UUID) -> Place:
    """Return where a reply's content is kept."""
    return Place("liaison_reply", "content", str(pk))


def read_reply(reply: Reply) -> ReplyContent:
    """Return what a reply says; the caller enters who reads it. Raises SealBroken, Erased."""
    sealed = bytes(reply.content)
    return ReplyContent.from_bytes(unseal_under(reply.data_key, reply_place(reply.pk), sealed))


def has_mail(case: Case, message_id: str) -> bool:
    """Whether a reply of a case came as the e-mail of that Message-ID; the caller holds the case.
    Raises SealBroken."""
    mails = Reply.objects.filter(case=case, original__isnull=False).select_related("data_key")
    return any(read_reply(reply).message_id == message_id for reply in mails)


def replies_visible_to(viewer: Viewer) -> QuerySet[Reply]:
    """Return the replies of the cases the viewer may see."""
    seen = cases_visible_to(viewer).filter(pk=OuterRef("case_id"))
    related = ("case__desk", "agency", "letter", "data_key")
    return Reply.objects.filter(Exists(seen.order_by())).select_related(*related)
