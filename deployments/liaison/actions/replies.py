"""What comes back from an agency: entered by hand, or out of an e-mail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Model

from corps.accounts.models import User
from corps.audit.actions import By, record
from corps.errors import NotPermitted
from corps.vault.actions import draft_data_key, seal_under
from corps.vault.files import read_whole, seal_file
from corps.vault.sealing import seal
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import about_case, answer_case
from deployments.liaison.actions.holding import keep_case
from deployments.liaison.models import Case, Letter, Reply, ReplyAttachment
from deployments.liaison.queries.disclosures import nameable_in
from deployments.liaison.queries.replies import Mail, ReplyContent, read_reply, reply_place
from deployments.liaison.rules.replies import (
    check_came,
    check_can_be_answered,
    check_can_read_reply,
    check_is_new,
    check_letter_of,
)
from deployments.materials.files import Inspected
from volunteers.models import Volunteer

EMAIL = "message/rfc822"


@transaction.atomic
def record_reply(
    *,
    case: Case,
    by: By,
    at: datetime,
    agency: Agency,
    outcome: str,
    came_on: date,
    text: str = "",
    letter: Letter | None = None,
    files: Sequence[tuple[str, Inspected]] = (),
    mail: Mail | None = None,
) -> Reply:
    """Enter what an agency answered. `files` are names and what is kept of each. What it says of
    permits is entered by answer_permits.

    Effects: the reply, sealed with its attachments and the e-mail it came as; a case that this
    agency holds is answered, and held by nobody; any other stays where it is, and shows the answer
    that came last; one entry for the reply, and one for the move. A case takes an e-mail only once.
    Raises NotFound, NotPermitted, NothingSent, LetterOfAnother, CameTooSoon, MailKnown, SealBroken.
    """
    keep_case(by, case)
    check_can_be_answered(case)
    check_letter_of(case, letter)
    check_came(came_on, at=at)
    check_is_new(case, mail.message_id if mail else "")
    if not isinstance(by, User):
        raise NotPermitted
    reply = Reply(case=case, letter=letter, agency=agency, outcome=outcome, came_on=came_on)
    reply.entered_by, reply.entered_at = by, at
    content = ReplyContent(text.strip(), [name for name, _file in files])
    _keep(reply, content, files, mail)
    facts = {"outcome": outcome, "agency": agency.slug, "on": came_on.isoformat()}
    facts |= {"files": str(len(files))} if files else {}
    record("reply.recorded", reply, case, *about_case(case), by=by, at=at, facts=facts)
    if not answer_case(case, outcome=outcome, agency=agency, by=by, at=at):
        _show_last(case, reply)
    return reply


def _show_last(case: Case, reply: Reply) -> None:
    """Let a case show what a reply says, unless another came on a later day."""
    if not case.replies.filter(came_on__gt=reply.came_on).exists():
        case.outcome = reply.outcome
        case.save(update_fields=["outcome", "updated_at"])


@transaction.atomic
def attach_to_reply(*, reply: Reply, name: str, file: Inspected, by: By, at: datetime) -> None:
    """Keep one more file that came with a reply; of the reply nothing else changes.

    Effects: the file and its name, sealed; one ledger entry. Raises NotFound, NotPermitted,
    SealBroken.
    """
    keep_case(by, reply.case)
    reply.refresh_from_db(fields=["content"])
    content = read_reply(reply)
    content = replace(content, names=[*content.names, name])
    reply.content = seal_under(reply.data_key, reply_place(reply.pk), content.to_bytes())
    reply.save(update_fields=["content"])
    row = seal_file([file.content], media_type=file.media_type)
    ReplyAttachment.objects.create(reply=reply, place=len(content.names) - 1, file=row)
    record("reply.file_added", reply, reply.case, *about_case(reply.case), by=by, at=at)


@transaction.atomic
def open_reply(*, reply: Reply, by: By, at: datetime) -> ReplyContent:
    """Return what a reply says, with one ledger entry. Raises NotFound, NotPermitted, SealBroken,
    Erased."""
    check_can_read_reply(by, reply)
    record("reply.read", reply, *_about_reply(reply), by=by, at=at)
    return read_reply(reply)


@transaction.atomic
def read_reply_file(*, attachment: ReplyAttachment, by: By, at: datetime) -> bytes:
    """Return a file that came with a reply, with one ledger entry that tells its number. Raises
    NotFound, NotPermitted, SealBroken, Erased."""
    reply = attachment.reply
    check_can_read_reply(by, reply)
    facts = {"attachment": attachment.place + 1}
    record("reply.file_read", reply, *_about_reply(reply), by=by, at=at, facts=facts)
    return read_whole(attachment.file)


def _about_reply(reply: Reply) -> tuple[Model, ...]:
    """Return what an entry about reading a reply is entered about as well: its case, and those
    whom it may name."""
    case = reply.case
    people = Volunteer.objects.filter(pk__in=nameable_in(reply).values("volunteer")).order_by("pk")
    return (case, *case.deployments.order_by("pk"), *people)


def _keep(
    reply: Reply,
    content: ReplyContent,
    files: Sequence[tuple[str, Inspected]],
    mail: Mail | None,
) -> None:
    if mail:
        content = replace(content, headers=mail.headers, message_id=mail.message_id)
        reply.original = seal_file([mail.original], media_type=EMAIL)
    key, plain_key = draft_data_key()
    key.save(force_insert=True)
    reply.data_key = key
    reply.content = seal(plain_key, reply_place(reply.pk), content.to_bytes())
    reply.save(force_insert=True)
    for place, (_name, file) in enumerate(files):
        row = seal_file([file.content], media_type=file.media_type)
        ReplyAttachment.objects.create(reply=reply, place=place, file=row)
