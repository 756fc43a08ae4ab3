"""Notes about a case, reminders of it, and the clock that finds it overdue."""

from datetime import date, datetime

from django.db import transaction

from corps.accounts.models import User
from corps.audit.actions import CLOCK, By, draft, record, record_many
from corps.audit.models import Entry
from corps.errors import NotPermitted
from deployments.liaison.actions.holding import keep_case
from deployments.liaison.actions.naming import look_through, told_counts_as_search
from deployments.liaison.models import Case, CaseNote, Reminder
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.rules.cases import (
    DoneAlready,
    check_case_is_open,
    check_day_to_come,
)
from deployments.liaison.states import WITH_AN_AGENCY

FLAGGED_AT_ONCE = 500


@told_counts_as_search
@transaction.atomic
def add_note(*, case: Case, text: str, by: By, at: datetime) -> CaseNote:
    """Note something about a case, closed or not; it names nobody.

    Effects: the note, one ledger entry without its text. Raises NotFound, NotPermitted,
    IdentityTyped (which counts as a search).
    """
    author = _author(by, case)
    look_through(by, case, text, at=at)
    note = CaseNote.objects.create(case=case, text=text.strip(), written_by=author, written_at=at)
    record("case.noted", case, by=by, at=at)
    return note


@told_counts_as_search
@transaction.atomic
def add_reminder(*, case: Case, on: date, says: str, by: By, at: datetime) -> Reminder:
    """Say on which day somebody should look at a case again, and what for.

    Effects: the reminder, one ledger entry. Raises NotFound, NotPermitted, CaseClosed,
    DueInThePast, IdentityTyped (which counts as a search).
    """
    author = _author(by, case)
    check_case_is_open(case)
    check_day_to_come(on, at=at)
    look_through(by, case, says, at=at)
    reminder = Reminder.objects.create(
        case=case, on=on, says=says.strip(), made_by=author, made_at=at
    )
    record("case.reminder_added", case, by=by, at=at, facts={"on": on.isoformat()})
    return reminder


@transaction.atomic
def done_reminder(*, reminder: Reminder, by: By, at: datetime) -> None:
    """Say that what a reminder asked for is done. Effects: the reminder, one ledger entry. Raises
    NotFound, NotPermitted, DoneAlready."""
    author = _author(by, reminder.case)
    open_ones = Reminder.objects.filter(pk=reminder.pk, done_at=None)
    if open_ones.update(done_by=author, done_at=at) != 1:
        raise DoneAlready
    reminder.done_by, reminder.done_at = author, at
    facts = {"on": reminder.on.isoformat()}
    record("case.reminder_done", reminder.case, by=by, at=at, facts=facts)


@transaction.atomic
def flag_overdue(*, at: datetime) -> int:
    """Flag the cases that an agency holds and whose due day has passed in Seoul; how many, at most
    FLAGGED_AT_ONCE at a time, those longest overdue first.

    Effects: the flag and one ledger entry for each, by the clock. A case that is flagged already,
    or that somebody else is just changing, is left as it is.
    """
    late = Case.objects.filter(
        state__in=WITH_AN_AGENCY, due__lt=day_in_seoul(at), overdue_since=None
    )
    found = late.select_related("desk", "holder").order_by("due", "pk")
    held = found.select_for_update(of=("self",), no_key=True, skip_locked=True)
    cases = list(held.prefetch_related("deployments", "concerned__volunteer")[:FLAGGED_AT_ONCE])
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(overdue_since=at, updated_at=at)
    record_many([_overdue(case, at=at) for case in cases])
    return len(cases)


def _overdue(case: Case, *, at: datetime) -> Entry:
    work = sorted(case.deployments.all(), key=lambda one: one.pk)
    people = sorted((link.volunteer for link in case.concerned.all()), key=lambda one: one.pk)
    facts = {"due": str(case.due), "agency": case.holder.slug if case.holder else ""}
    return draft("case.overdue", case, *work, *people, by=CLOCK, at=at, facts=facts)


def _author(by: By, case: Case) -> User:
    keep_case(by, case)
    if not isinstance(by, User):
        raise NotPermitted
    return by
