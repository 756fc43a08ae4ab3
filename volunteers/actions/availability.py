"""What a volunteer says about their time: days set, weekly rules set, windows taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, record
from corps.errors import NotFound, Refusal
from volunteers.models import AvailabilityWindow, DayKind, Volunteer, WeeklyRule
from volunteers.queries.availability import (
    Span,
    dates_of,
    has_left,
    normal_form,
    spans_of,
    start_of,
    today_of,
    weekly_kinds,
    whole_days_between,
    zone_of,
)
from volunteers.rules import check_can_speak_for

LONGEST = timedelta(days=3 * 366)
"""The most days that one act may set."""

FURTHEST = timedelta(days=5 * 366)
"""How far ahead days may be set."""


class DaysNotPossible(Refusal):
    """These days cannot be set; `message` says why."""


@transaction.atomic
def set_days(
    *, volunteer: Volunteer, first: date, last: date, kind: DayKind | None, by: By, at: datetime
) -> None:
    """Say that all days from `first` to `last`, both included, are `kind`, in the volunteer's zone.

    None takes back whatever was said of them.

    Effects: the volunteer's windows stand in normal form afterwards (different kinds never overlap,
    touching windows of one kind are one); one ledger entry. Raises DaysNotPossible for days in the
    wrong order, past, too many or too far ahead, and for a volunteer who has left; NotFound or
    NotPermitted for somebody who may not speak for the volunteer, as do all acts here.
    """
    volunteer = _locked(volunteer, by)
    check_days(first, last, today=today_of(volunteer, at=at))
    _write(volunteer, *whole_days_between(first, last, zone_of(volunteer)), kind)
    facts = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "kind": kind.value if kind else None,
    }
    record("availability.days_set", volunteer, by=by, at=at, facts=facts)


def check_days(first: date, last: date, *, today: date) -> None:
    """Raise DaysNotPossible unless these days may be set on the day `today`."""
    if last < first:
        raise DaysNotPossible(_("The last day is before the first."))
    if first < today:
        raise DaysNotPossible(_("Days that have passed cannot be changed."))
    if last - first > LONGEST:
        raise DaysNotPossible(_("Choose at most three years at once."))
    if last - today > FURTHEST:
        raise DaysNotPossible(_("Choose days within the next five years."))


@transaction.atomic
def remove_window(*, volunteer: Volunteer, window_id: int, by: By, at: datetime) -> None:
    """Take one of the volunteer's own windows back; of one that has begun, only today and after.

    Effects: the windows in normal form, one ledger entry. Raises NotFound for a window that is
    absent, somebody else's or over.
    """
    volunteer = _locked(volunteer, by)
    window = AvailabilityWindow.objects.filter(volunteer=volunteer, pk=window_id).first()
    if window is None or window.during.upper <= at:
        raise NotFound
    zone, kind = zone_of(volunteer), window.kind
    start = max(window.during.lower, start_of(today_of(volunteer, at=at), zone))
    first, last = dates_of(start, window.during.upper, zone)
    _write(volunteer, start, window.during.upper, None)
    facts = {"first": first.isoformat(), "last": last.isoformat(), "kind": kind}
    record("availability.window_removed", volunteer, by=by, at=at, facts=facts)


@transaction.atomic
def set_weekly_rules(
    *, volunteer: Volunteer, kinds: dict[int, DayKind], by: By, at: datetime
) -> None:
    """Let `kinds` be all weekly rules of the volunteer: ISO weekday (1 Monday to 7) to kind.

    Effects: rules written anew where they differ; one ledger entry with every weekday that has a
    rule. Raises DaysNotPossible for a volunteer who has left.
    """
    volunteer = _locked(volunteer, by)
    old = weekly_kinds(volunteer)
    changed = [weekday for weekday in {*old, *kinds} if old.get(weekday) != kinds.get(weekday)]
    WeeklyRule.objects.filter(volunteer=volunteer, weekday__in=changed).delete()
    WeeklyRule.objects.bulk_create(
        WeeklyRule(volunteer=volunteer, weekday=weekday, kind=kinds[weekday])
        for weekday in changed
        if weekday in kinds
    )
    facts = {str(weekday): kind.value for weekday, kind in sorted(kinds.items())}
    record("availability.weekly_rules_set", volunteer, by=by, at=at, facts=facts)


def _locked(volunteer: Volunteer, by: By) -> Volunteer:
    """Return the volunteer's row, held until the transaction ends, so that changes queue up."""
    check_can_speak_for(by, volunteer)
    held = Volunteer.objects.select_for_update(of=("self",), no_key=True).select_related("desk")
    volunteer = held.get(pk=volunteer.pk)
    if has_left(volunteer):
        raise DaysNotPossible(_("Your part in Corps has ended, so your days are no longer kept."))
    return volunteer


def _write(volunteer: Volunteer, start: datetime, end: datetime, kind: DayKind | None) -> None:
    """Replace what stands between two instants, and leave every window in normal form."""
    rows = list(AvailabilityWindow.objects.filter(volunteer=volunteer))
    kept = [piece for span in normal_form(spans_of(rows)) for piece in _outside(span, start, end)]
    wanted = set(normal_form([*kept, Span(start, end, kind)] if kind else kept))
    stands = dict(zip(spans_of(rows), rows, strict=True))
    gone = [row.pk for span, row in stands.items() if span not in wanted]
    AvailabilityWindow.objects.filter(pk__in=gone).delete()
    AvailabilityWindow.objects.bulk_create(
        AvailabilityWindow(volunteer=volunteer, kind=span.kind, during=span.bounds)
        for span in sorted(wanted - stands.keys(), key=lambda span: span.start)
    )


def _outside(span: Span, start: datetime, end: datetime) -> list[Span]:
    """Return what is left of `span` without the stretch from `start` to `end`."""
    before = Span(span.start, min(span.end, start), span.kind)
    after = Span(max(span.start, end), span.end, span.kind)
    return [piece for piece in (before, after) if piece.start < piece.end]
