"""Registers that hypothesis makes up: plain values, and how they are written into the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from corps.accounts.models import Desk
from corps.vault.actions import draft_data_key
from corps.vault.models import DataKey
from deployments.models import Assignment, Deployment, Role, Slot, SlotLanguage, SlotSkill
from deployments.states import ASSIGNMENT, HOLDING
from tests.cast import NOW
from volunteers.models import (
    AvailabilityWindow,
    LanguageHeld,
    Skill,
    SkillHeld,
    VettingCase,
    Volunteer,
    WeeklyRule,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MODES = ("listening", "speaking", "reading", "writing")
KINDS = ("available", "avoid", "unavailable")
SKILLS = ("alpha", "beta", "gamma", "delta")
ZONES = ("Europe/Kyiv", "Asia/Seoul", "America/New_York", "Asia/Kathmandu")
DAYS = (date(2027, 3, 26), date(2027, 3, 28), date(2027, 5, 31), date(2027, 10, 30))
"""Days around both clock changes of Kyiv in 2027, and an ordinary end of month."""

Period = tuple[datetime, datetime]


@dataclass
class Work:
    """An assignment to some other place; `hidden` puts it on a desk the viewer is not at."""

    period: Period
    state: str
    since: datetime
    offered_at: datetime | None
    hidden: bool


@dataclass
class Person:
    """A volunteer as the oracle sees one; a day until which something holds is over already."""

    callsign: str
    zone: str
    standing: str
    seen: bool
    windows: list[tuple[str, Period]]
    rules: dict[int, str]
    cases: list[tuple[str, int, date, date]]
    skills: dict[str, tuple[int, date | None]]
    languages: dict[str, dict[str, int]]
    work: list[Work]


@dataclass
class Place:
    """What is to be filled."""

    zone: str
    period: Period
    clearance: int
    skills: dict[str, int]
    languages: dict[tuple[str, str], int]


@dataclass
class Register:
    """People, a place, and what each skill implies."""

    place: Place
    people: list[Person] = field(default_factory=list)
    implies: set[tuple[str, str]] = field(default_factory=set)


def pieces(start: datetime) -> st.SearchStrategy[list[Period]]:
    """Periods that never overlap and often touch, from two days before `start` on."""
    gaps = st.sampled_from([0, 0, 1, 11, 24])
    lengths = st.sampled_from([13, 24, 24, 48, 300])

    def laid(steps: list[tuple[int, int]]) -> list[Period]:
        found, at = [], start - 2 * DAY
        for gap, length in steps:
            begin = at + gap * HOUR
            at = begin + length * HOUR
            found.append((begin, at))
        return found

    return st.lists(st.tuples(gaps, lengths), max_size=4).map(laid)


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A place; half of them need no skill and no language, so that many fit."""
    zone = draw(st.sampled_from(ZONES[:2]))
    midnight = datetime.combine(draw(st.sampled_from(DAYS)), time.min, ZoneInfo(zone))
    start = midnight.astimezone(UTC) + draw(st.sampled_from([0, 0, 0, 7])) * HOUR
    length = draw(st.sampled_from([6, 24, 47, 48, 49, 96])) * HOUR
    needs = st.tuples(st.sampled_from(["kor", "ukr"]), st.sampled_from(MODES))
    most = 2 if draw(st.booleans()) else 0
    return Place(
        zone=zone,
        period=(start, start + length),
        clearance=draw(st.integers(1, 3)),
        skills=draw(st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4), max_size=most)),
        languages=draw(st.dictionaries(needs, st.sampled_from([1, 3, 4, 7]), max_size=most)),
    )


def mostly(draw: st.DrawFn) -> bool:
    """True three times out of four."""
    return draw(st.sampled_from([True, True, True, False]))


@st.composite
def people(draw: st.DrawFn, callsign: str, place: Place) -> Person:
    """A volunteer who is short of something, or, mostly, of little."""
    day = place.period[0].astimezone(ZoneInfo(place.zone)).date()
    near = st.integers(-3, 6).map(lambda days: day + days * DAY)
    until = st.one_of(st.none(), st.none(), near)
    least = 1 if mostly(draw) else 0
    level = st.sampled_from([1, 3, 4, 7, 7])
    modes = st.fixed_dictionaries(dict.fromkeys(MODES, level))
    held = st.tuples(st.integers(1 + 2 * least, 4), until)
    skills = st.sampled_from(SKILLS)
    return Person(
        callsign=callsign,
        zone=draw(st.sampled_from(ZONES)),
        standing="active" if mostly(draw) else draw(st.sampled_from(["applicant", "paused"])),
        seen=mostly(draw) or mostly(draw),
        windows=draw(windows(place)),
        rules=draw(rules()),
        cases=draw(cases(day)),
        skills=draw(st.dictionaries(skills, held, min_size=3 * least)),
        languages=draw(st.dictionaries(st.sampled_from(["kor", "ukr"]), modes, min_size=2 * least)),
        work=draw(works(place)),
    )


@st.composite
def windows(draw: st.DrawFn, place: Place) -> list[tuple[str, Period]]:
    """Dated windows: all available, available but for some to avoid, none, or anything at all."""
    start, end = place.period
    if draw(st.booleans()):
        whole = [("available", (start - DAY, end + DAY))]
        avoid = draw(pieces(start)) if draw(st.booleans()) else []
        return whole + [("avoid", period) for period in avoid]
    if draw(st.booleans()):
        return []
    return [(kind, period) for kind in KINDS for period in draw(pieces(start))]


def rules() -> st.SearchStrategy[dict[int, str]]:
    """No weekly rules, the same one every day, or any."""
    often_free = st.sampled_from(["available", *KINDS])
    every_day = often_free.map(lambda kind: dict.fromkeys(range(1, 8), kind))
    some = st.dictionaries(st.integers(1, 7), st.sampled_from(KINDS))
    return st.one_of(st.just({}), every_day, some)


@st.composite
def cases(draw: st.DrawFn, day: date) -> list[tuple[str, int, date, date]]:
    """Clearances near `day`, or one that always holds."""
    if mostly(draw):
        return [("cleared", 3, day - 10 * DAY, day + 30 * DAY)]
    states = st.sampled_from(["cleared", "cleared", "cleared", "lapsed", "revoked"])
    found = []
    for state in draw(st.lists(states, max_size=4)):
        first = day + draw(st.integers(-4, 5)) * DAY
        until = first + draw(st.integers(1, 5)) * DAY
        found.append((state, draw(st.integers(1, 3)), first, until))
    return found


@st.composite
def works(draw: st.DrawFn, place: Place) -> list[Work]:
    """Assignments of one volunteer; those that hold do not overlap each other."""
    start, end = place.period
    beside = [(start - DAY, start), (end, end + DAY), (end + 90 * DAY, end + 91 * DAY)]
    held = draw(st.sets(st.sampled_from(beside))) if mostly(draw) else draw(pieces(start))
    over = st.sampled_from([name for name in ASSIGNMENT.states if name not in HOLDING])
    found = [(period, draw(st.sampled_from(HOLDING))) for period in sorted(held)]
    found += [((start, start + DAY), state) for state in draw(st.lists(over, max_size=2))]
    asked = st.one_of(st.none(), st.sampled_from([1, 30]).map(lambda days: NOW - days * DAY))
    return [
        Work(
            period=period,
            state=state,
            since=NOW - draw(st.sampled_from([1, 179, 180])) * DAY,
            offered_at=draw(asked),
            hidden=draw(st.booleans()),
        )
        for period, state in found
    ]


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A place and two to seven volunteers, in no order, some of another desk."""
    place = draw(places())
    callsigns = draw(st.permutations(["가-1", "힣-2", "Zoo", "a-3", "Äh", "m.4", "Єва"]))
    chosen = callsigns[: draw(st.integers(2, 7))]
    pairs = st.tuples(st.sampled_from(SKILLS), st.sampled_from(SKILLS))
    return Register(
        place=place,
        people=[draw(people(callsign, place)) for callsign in chosen],
        implies={(one, other) for one, other in draw(st.sets(pairs, max_size=4)) if one != other},
    )


numbers = count(1)


def write(register: Register, desk: Desk, elsewhere: Desk) -> Slot:
    """Write a register into the database, on a desk, and give its place."""
    skills = {
        code: Skill.objects.create(code=code, name_ko=code, name_en=code, name_uk=code)
        for code in SKILLS
    }
    for one, other in register.implies:
        skills[one].implies.add(skills[other])
    place, role = register.place, Role.objects.get(code="interpreter")
    seen, hidden = (_deployment(register, where) for where in (desk, elsewhere))
    slot = Slot.objects.create(
        deployment=seen, number=1, role=role, period=place.period, clearance=place.clearance
    )
    for code, level in place.skills.items():
        SlotSkill.objects.create(slot=slot, skill=skills[code], level=level)
    for (code, mode), level in place.languages.items():
        SlotLanguage.objects.create(slot=slot, language_id=code, mode=mode, level=level)
    for person in register.people:
        _write_person(person, desk if person.seen else elsewhere, skills)
        for work in person.work:
            _write_work(person, work, hidden if work.hidden else seen, role)
    return slot


def _deployment(register: Register, desk: Desk) -> Deployment:
    return Deployment.objects.create(
        codename=f"crane-{next(numbers)}",
        desk=desk,
        time_zone=register.place.zone,
        period=register.place.period,
        state="open",
        state_since=NOW,
    )


def _write_person(person: Person, desk: Desk, skills: dict[str, Skill]) -> None:
    key, _ = draft_data_key()
    DataKey.objects.bulk_create([key])
    one = Volunteer.objects.create(
        callsign=person.callsign,
        standing=person.standing,
        standing_since=NOW,
        desk=desk,
        data_key=key,
        time_zone=person.zone,
    )
    AvailabilityWindow.objects.bulk_create(
        AvailabilityWindow(volunteer=one, kind=kind, during=during)
        for kind, during in person.windows
    )
    WeeklyRule.objects.bulk_create(
        WeeklyRule(volunteer=one, weekday=weekday, kind=kind)
        for weekday, kind in person.rules.items()
    )
    VettingCase.objects.bulk_create(_cases(one, person))
    SkillHeld.objects.bulk_create(
        SkillHeld(volunteer=one, skill=skills[code], level=level, valid_until=until)
        for code, (level, until) in person.skills.items()
    )
    LanguageHeld.objects.bulk_create(
        LanguageHeld(volunteer=one, language_id=code, **modes)
        for code, modes in person.languages.items()
    )


def _cases(one: Volunteer, person: Person) -> Iterator[VettingCase]:
    for state, level, first, until in person.cases:
        yield VettingCase(
            volunteer=one,
            state=state,
            state_since=NOW,
            from_register=True,
            level=level,
            holds=(first, until),
        )


def _write_work(person: Person, work: Work, deployment: Deployment, role: Role) -> None:
    slot = Slot.objects.create(
        deployment=deployment,
        number=deployment.slots.count() + 1,
        role=role,
        period=work.period,
        clearance=1,
    )
    Assignment.objects.create(
        slot=slot,
        volunteer=Volunteer.objects.get(callsign=person.callsign),
        period=work.period,
        state=work.state,
        state_since=work.since,
        offered_at=work.offered_at,
        answer_by=work.offered_at and work.offered_at + DAY,
    )
