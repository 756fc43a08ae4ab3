"""Taking identities out in one file: asked for by one person, granted by another, fetched once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.two_person import ask_for, use_act
from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.states import TwoPersonKind
from corps.audit.actions import draft, record_many
from corps.errors import NotFound, Refusal
from corps.vault.actions import Erased
from volunteers.identity import PARTS, IdentityDocument, open_identity, part_in_words
from volunteers.models import Volunteer
from volunteers.queries.export import volunteers_to_export
from volunteers.rules import check_can_export, check_factor_recent
from volunteers.workbook.exports import write_export
from volunteers.workbook.results import CellValue

AT_MOST = 500
"""How many volunteers one export holds."""


class NothingToExport(Refusal):
    """Nobody, or nothing of anybody, was chosen."""

    message = _("Choose at least one volunteer and one part.")


class TooManyToExport(Refusal):
    """An export is for a purpose, not for a copy of the register."""

    message = _("One export holds at most 500 volunteers. Choose fewer.")


@transaction.atomic
def ask_for_export(
    *,
    desk: Desk,
    volunteers: Sequence[Volunteer],
    parts: Sequence[str],
    reason: str,
    by: User,
    at: datetime,
) -> TwoPersonAct:
    """Ask that the parts (names out of PARTS) of some volunteers of a desk may be fetched.

    Effects: an act of two people with the ids and the names of the parts, one ledger entry. An
    approver of the desk grants it. Raises NotPermitted, NotFound for a volunteer whose identity
    `by` may not see on that desk, NothingToExport, TooManyToExport, ReasonMissing.
    """
    check_can_export(by, desk)
    chosen = [part for part in PARTS if part in parts]
    if not volunteers or not chosen:
        raise NothingToExport
    if len(volunteers) > AT_MOST:
        raise TooManyToExport
    if any(one.desk_id != desk.pk for one in volunteers):
        raise NotFound
    facts = {"volunteers": sorted(str(one.pk) for one in volunteers), "fields": chosen}
    return ask_for(kind=TwoPersonKind.EXPORT, desk=desk, facts=facts, reason=reason, by=by, at=at)


@transaction.atomic
def download_export(
    *, act: TwoPersonAct, by: User, proved_at: datetime | None, at: datetime
) -> bytes:
    """Return a granted export as an .xlsx that is made in memory and nowhere kept. Once.

    In it are those whose identity `by` may see at this moment; of the others the number alone.
    Effects: the act is used up; one ledger entry about the act, and one about each volunteer in
    the file, with the names of the parts. Raises NotFound for anybody but the one who asked,
    FactorNotRecent, NotInThatState where it was fetched or is over, SealBroken.
    """
    if act.kind != TwoPersonKind.EXPORT:
        raise NotFound
    check_factor_recent(proved_at, at=at)
    use_act(act=act, by=by, at=at)
    asked, parts = act.facts["volunteers"], act.facts["fields"]
    found = _opened(volunteers_to_export(by, act))
    _enter(act, [one for one, _document in found], gone=len(asked) - len(found), by=by, at=at)
    rows = [[one.callsign, *_cells(document, parts)] for one, document in found]
    return write_export(
        [gettext("Callsign"), *(str(PARTS[part]) for part in parts)],
        rows,
        watermark=_watermark(act, gone=len(asked) - len(found), by=by, at=at),
        mark_header=gettext("Fetched by, at"),
        mark=f"{by}, {_instant(at)}",
    )


def _opened(volunteers: Sequence[Volunteer]) -> list[tuple[Volunteer, IdentityDocument]]:
    found = []
    for one in volunteers:
        try:
            found.append((one, open_identity(one)))
        except Erased:
            continue
    return found


def _enter(
    act: TwoPersonAct, volunteers: Sequence[Volunteer], *, gone: int, by: User, at: datetime
) -> None:
    parts, granted = act.facts["fields"], str(act.decided_by)
    same: dict[str, Any] = {"by": by, "at": at, "reason": act.reason}
    told = {"fields": parts, "granted_by": granted}
    counted = {**told, "exported": len(volunteers), "gone": gone}
    entries = [draft("identity.exported", act, **same, facts=counted)]
    entries += [draft("identity.exported", one, act, **same, facts=told) for one in volunteers]
    record_many(entries)


def _cells(document: IdentityDocument, parts: Sequence[str]) -> list[CellValue]:
    return [part_in_words(document, part) if getattr(document, part) else "" for part in parts]


def _watermark(act: TwoPersonAct, *, gone: int, by: User, at: datetime) -> list[str]:
    told = {"who": by, "when": _instant(at), "granted": act.decided_by}
    lines = [gettext("Fetched by %(who)s on %(when)s, granted by %(granted)s.") % told]
    lines.append(gettext("Personal data of people at risk: pass it on to nobody, destroy it soon."))
    if gone:
        missing = ngettext(
            "%(count)s volunteer who was asked for is not in this file.",
            "%(count)s volunteers who were asked for are not in this file.",
            gone,
        )
        lines.append(missing % {"count": gone})
    return lines


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
