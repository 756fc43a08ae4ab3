"""What happens to a case: opened, changed, and moved from state to state.

Each step leaves one ledger entry about the case, its deployments and the volunteers it concerns.
A case follows its letters (`follow_letter`): what is written, approved and sent moves it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from corps.accounts.models import Desk, User
from corps.audit.actions import By, record
from corps.errors import NotPermitted
from corps.workflow.moves import move
from deployments.agencies.models import Agency
from deployments.liaison.actions.holding import hold_case, keep_case
from deployments.liaison.actions.links import connect, share_with_agency
from deployments.liaison.actions.naming import look_through, told_counts_as_search
from deployments.liaison.actions.passing_on import pass_on
from deployments.liaison.actions.permit_moves import put_back_unanswered
from deployments.liaison.models import Case, Letter, Referral
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.inbox import nobody_has
from deployments.liaison.rules.cases import (
    HolderAlready,
    check_can_be_closed,
    check_can_open_case,
    check_case_is_open,
    check_day_to_come,
    check_owner,
    check_referred_on,
    check_subject_is_free,
)
from deployments.liaison.rules.naming import check_names_no_callsign
from deployments.liaison.states import CASE, WITH_AN_AGENCY
from deployments.materials.models import Delivery, MaterialVersion
from deployments.models import Deployment
from volunteers.models import Volunteer

IN_REVIEW = ("submitted", "approved")
"""States of a letter that keep its case in review."""

PATHS: dict[str, dict[str, tuple[str, ...]]] = {
    "begin": {"open": ("draft",), "answered": ("draft",)},
    "submit": {
        "open": ("draft", "submit"),
        "answered": ("draft", "submit"),
        "drafting": ("submit",),
    },
    "send": {
        "open": ("draft", "submit", "send"),
        "answered": ("draft", "submit", "send"),
        "drafting": ("submit", "send"),
        "in_review": ("send",),
    },
}
"""By which moves a case catches up with a step of a letter, from the state in which it stands. A
case that an agency has stays there while another letter, a reminder say, is written for it."""


@told_counts_as_search
@transaction.atomic
def open_case(
    *,
    by: By,
    at: datetime,
    desk: Desk,
    kind: str,
    subject: str,
    agency: Agency,
    due: date | None = None,
    owner: User | None = None,
    deployments: Iterable[Deployment] = (),
    version: MaterialVersion | None = None,
    volunteers: Iterable[Volunteer] = (),
    deliveries: Iterable[Delivery] = (),
    generated: bool = False,
) -> Case:
    """Open a case on a desk, to be written about to `agency`; `due` is the last day, in Seoul, on
    which an answer is in time. Its owner is whoever opens it, unless told. A `generated` subject is
    the house's own, and is not looked through.

    Effects: the case with the next number of the year in Seoul (an opening that is undone leaves
    no gap), its links, one ledger entry. Raises NotPermitted, DueInThePast, NotAnOwner,
    CallsignTyped, IdentityTyped (which counts as a search), and NotFound for a link to something
    that `by` may not see.
    """
    check_can_open_case(by, desk)
    check_day_to_come(due, at=at)
    if not isinstance(by, User):
        raise NotPermitted
    case = Case(desk=desk, kind=kind, subject=subject.strip(), agency=agency, due=due)
    _begin(case, owner=owner, by=by, at=at)
    work: dict[str, Any] = {"deployments": deployments, "version": version}
    linked = connect(case, by=by, volunteers=volunteers, deliveries=deliveries, **work)
    if not generated:
        check_names_no_callsign(by, case, case.subject)
        look_through(by, case, case.subject, at=at)
    facts = {"kind": kind, "agency": agency.slug, "due": _told(due), **linked}
    record("case.opened", case, *about_case(case), by=by, at=at, facts=facts)
    return case


def _begin(case: Case, *, owner: User | None, by: User, at: datetime) -> None:
    """Give a case its owner and its number, and keep it. Raises NotAnOwner."""
    if owner is not None:
        check_owner(owner, case.desk)
    case.owner, case.opened_by, case.opened_at, case.state_since = owner or by, by, at, at
    case.year = day_in_seoul(at).year
    case.number = _next_number(case.year)
    case.save(force_insert=True)


@told_counts_as_search
@transaction.atomic
def change_case(
    *, case: Case, by: By, at: datetime, subject: str, owner: User, due: date | None
) -> None:
    """Change what a case says of itself, who owns it and when an answer is due.

    Effects: the case, one ledger entry with what changed (none when nothing did), of the subject
    only that it did: perhaps it named somebody; a due day that is still to come takes the case
    out of those overdue. Raises NotFound, NotPermitted,
    CaseClosed, SubjectStays, NotAnOwner, DueInThePast, CallsignTyped, IdentityTyped (which counts
    as a search).
    """
    keep_case(by, case)
    check_case_is_open(case)
    before, renamed = _owner_and_due(case), subject.strip() != case.subject
    if renamed:
        check_subject_is_free(case)
        check_names_no_callsign(by, case, subject)
    if owner != case.owner:
        check_owner(owner, case.desk)
    if due != case.due:
        check_day_to_come(due, at=at)
        case.overdue_since = None
    if renamed:
        look_through(by, case, subject, at=at)
    case.subject, case.owner, case.due = subject.strip(), owner, due
    changed: dict[str, Any] = {"changed": ["subject"]} if renamed else {}
    for name, value in _owner_and_due(case).items():
        changed |= {name: {"from": before[name], "to": value}} if before[name] != value else {}
    if changed:
        case.save(update_fields=["subject", "owner", "due", "overdue_since", "updated_at"])
        record("case.changed", case, *about_case(case), by=by, at=at, facts=changed)


def _owner_and_due(case: Case) -> dict[str, str]:
    return {"owner": str(case.owner), "due": _told(case.due)}


@transaction.atomic
def acknowledge_case(*, case: Case, by: By, at: datetime) -> None:
    """Enter that the agency which holds the case says it has it.
    Raises NotFound, NotPermitted, NotInThatState."""
    keep_case(by, case)
    move_case(case, "acknowledge", by=by, at=at)


@told_counts_as_search
@transaction.atomic
def refer_case(
    *,
    case: Case,
    to_agency: Agency,
    by: By,
    at: datetime,
    on: date,
    due: date | None = None,
    remark: str = "",
) -> Referral:
    """Enter that the agency which holds the case passed it to another on a day, with a due day of
    its own (None for none). The new holder is shown nothing by that.

    Effects: the case and its trail, one ledger entry; it is overdue no more; what was told of
    volunteers stands in the register for the new holder too. Raises NotFound, NotPermitted,
    NotInThatState, HolderAlready, DueInThePast, ReferredOutOfTime, IdentityTyped for the remark
    (which counts as a search).
    """
    keep_case(by, case)
    check_day_to_come(due, at=at)
    check_referred_on(on, case, at=at)
    holder = case.holder
    if not isinstance(by, User):
        raise NotPermitted
    if holder == to_agency:
        raise HolderAlready
    facts = {"agency": to_agency.slug, "on": on.isoformat(), "due": _told(due)}
    new = {"holder": to_agency, "due": due, "overdue_since": None}
    move_case(case, "refer", by=by, at=at, facts=facts, **new)
    assert holder is not None, "a case that can be referred has a holder, by constraint"
    referral = Referral.objects.create(
        case=case,
        from_agency=holder,
        to_agency=to_agency,
        on=on,
        due=due,
        remark=remark.strip(),
        entered_by=by,
        entered_at=at,
    )
    pass_on(referral=referral, by=by, at=at)
    look_through(by, case, remark, at=at)
    return referral


@transaction.atomic
def close_case(*, case: Case, by: By, at: datetime, reason: str) -> None:
    """Close a case, for a reason; what it applied for and has no answer is needed again, one entry
    each. Raises NotFound, NotPermitted, NotInThatState, ReasonMissing, LettersWaiting,
    PermitsWaiting where the last answer decided."""
    keep_case(by, case)
    check_can_be_closed(case)
    put_back_unanswered(case, by=by, at=at)
    move_case(case, "close", by=by, at=at, reason=reason, holder=None, overdue_since=None)


@transaction.atomic
def follow_letter(letter: Letter, step: str, by: By, at: datetime) -> None:
    """Let a letter's case follow a step that the letter has just taken; who may is the letter's
    own question.

    `step` is "begin" or a move of LETTER. Effects: at "begin", "submit" and "send" the case
    catches up, each move with its entry; "send" makes the addressee the holder, also in place of
    one whom no letter reached, and lets its group read the case; "return" and "discard" take it
    back to drafting when no other letter is in review; "acknowledge" counts for it when the holder
    received the letter. Raises CaseClosed at "begin" and "send": a letter that came back goes out
    no more once it is closed.
    """
    case = letter.case
    hold_case(case)
    if step in ("begin", "send"):
        check_case_is_open(case)
    for name in _path(case, letter, step):
        new = {"holder": letter.agency} if name == "send" else {}
        move_case(case, name, by=by, at=at, facts={"letter": letter.number}, **new)
    if step == "send":
        share_with_agency(case, letter.agency, at=at)
    elif _goes_along(case, letter, step):
        name = "acknowledge" if step == "acknowledge" else "return"
        move_case(case, name, by=by, at=at, facts={"letter": letter.number})


def _path(case: Case, letter: Letter, step: str) -> tuple[str, ...]:
    if step == "send" and case.holder_id != letter.agency_id and nobody_has(case):
        return ("send",)
    return PATHS.get(step, {}).get(case.state, ())


def _goes_along(case: Case, letter: Letter, step: str) -> bool:
    if step == "acknowledge":
        held = case.holder_id == letter.agency_id
        return held and case.state in CASE.moves["acknowledge"].sources
    others = case.letters.filter(state__in=IN_REVIEW).exclude(pk=letter.pk)
    return step in ("return", "discard") and case.state == "in_review" and not others.exists()


def answer_case(case: Case, *, outcome: str, agency: Agency, by: By, at: datetime) -> bool:
    """Let a case follow a reply of its holder, or of anybody once no agency has it: it is answered,
    and held by nobody; whether it moved. The caller has checked who asks, and holds the case."""
    if case.state not in WITH_AN_AGENCY or (case.holder != agency and not nobody_has(case)):
        return False
    facts = {"outcome": outcome, "agency": agency.slug}
    new: dict[str, Any] = {"outcome": outcome, "holder": None, "due": None, "overdue_since": None}
    move_case(case, "answer", by=by, at=at, facts=facts, **new)
    return True


def move_case(case: Case, name: str, *, by: By, at: datetime, **more: Any) -> None:
    """Make one move, entered about the deployments and the volunteers as well."""
    move(case, CASE, name, by=by, at=at, about=about_case(case), updated_at=at, **more)


def about_case(case: Case) -> tuple[models.Model, ...]:
    """Return what an entry about a case is entered about as well."""
    concerned = Volunteer.objects.filter(cases__case=case).order_by("pk")
    return (*case.deployments.order_by("pk"), *concerned)


def _next_number(year: int) -> int:
    """Return the next number of a year, whose row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO liaison_casenumber (year, last) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = liaison_casenumber.last + 1 RETURNING last",
            [year],
        )
        return int(cursor.fetchone()[0])


def _told(day: date | None) -> str:
    return day.isoformat() if day else ""
