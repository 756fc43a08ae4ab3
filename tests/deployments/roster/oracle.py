"""Who fits a place and why not, the slow and obvious way: quarter of an hour by quarter of an hour,
day by day, person by person, with no database and no ranges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from deployments.states import HOLDING
from tests.cast import NOW
from tests.deployments.roster.registers import DAY, Person, Place, Register, Work

STEP = timedelta(minutes=15)

Obstacle = tuple[str, object]
"""What kind, and what it is about: days, levels, or nothing."""


@dataclass
class Judged:
    """What is expected of one volunteer."""

    callsign: str
    obstacles: list[Obstacle]
    above: int
    prefers_not: bool
    load: int
    last_asked: datetime | None

    @property
    def order(self) -> tuple[object, ...]:
        """Smaller comes first."""
        if self.obstacles:
            return (len(self.obstacles), self.callsign)
        asked = self.last_asked or datetime.min.replace(tzinfo=UTC)
        return (0, -self.above, self.prefers_not, self.load, asked, self.callsign)


def expected(register: Register) -> list[Judged]:
    """Everybody whom the viewer sees, in the order in which they should be shown."""
    judged = [judged_one(person, register) for person in register.people if person.seen]
    fitting = sorted((one for one in judged if not one.obstacles), key=lambda one: one.order)
    others = sorted((one for one in judged if one.obstacles), key=lambda one: one.order)
    return fitting + others


def judged_one(person: Person, register: Register) -> Judged:
    place = register.place
    above: list[int] = []
    obstacles: list[Obstacle] = []
    if person.standing != "active":
        obstacles.append(("standing", person.standing))
    for (code, mode), needed in place.languages.items():
        held = person.languages.get(code, {}).get(mode)
        if held is None or held < needed:
            obstacles.append(("language", (code, mode, held)))
        else:
            above.append(held - needed)
    for code, needed in place.skills.items():
        levels = list(levels_of(person, code, register, lapsed=False))
        if levels and max(levels) >= needed:
            above.append(max(levels) - needed)
        elif any(level >= needed for level in levels_of(person, code, register, lapsed=True)):
            obstacles.append(("skill_lapses", code))
        else:
            obstacles.append(("skill", (code, max(levels, default=None))))
    obstacles += clearance_obstacles(person, place)
    moods = [(at, mood_at(person, at)) for at in instants(place)]
    obstacles += time_obstacles(person, moods)
    obstacles += [("holds_another", work.hidden) for work in person.work if holds_then(work, place)]
    return Judged(
        callsign=person.callsign,
        obstacles=obstacles,
        above=sum(above),
        prefers_not=any(mood == "avoid" for _, mood in moods),
        load=sum(counts_as_load(work) for work in person.work),
        last_asked=max((w.offered_at for w in person.work if w.offered_at), default=None),
    )


def instants(place: Place) -> Iterator[datetime]:
    at, end = place.period
    while at < end:
        yield at
        at += STEP


def days_there(place: Place) -> list[date]:
    zone = ZoneInfo(place.zone)
    return sorted({at.astimezone(zone).date() for at in instants(place)})


def levels_of(person: Person, code: str, register: Register, *, lapsed: bool) -> Iterator[int]:
    """Levels at which somebody holds a skill, by itself or by what another implies."""
    last_day = days_there(register.place)[-1]
    for held, (level, until) in person.skills.items():
        over = until is not None and until <= last_day
        if over == lapsed and implied(held, code, register.implies, set()):
            yield level


def implied(held: str, wanted: str, implies: set[tuple[str, str]], seen: set[str]) -> bool:
    if held == wanted:
        return True
    further = {other for one, other in implies if one == held} - seen
    return any(implied(other, wanted, implies, {*seen, held}) for other in further)


def clearance_obstacles(person: Person, place: Place) -> list[Obstacle]:
    days = days_there(place)
    cleared = [
        (level, first, until) for state, level, first, until in person.cases if state == "cleared"
    ]
    enough = [(first, until) for level, first, until in cleared if level >= place.clearance]
    covered = [any(first <= day < until for first, until in enough) for day in days]
    if all(covered):
        return []
    if any(covered):
        missing = [day for day, good in zip(days, covered, strict=True) if not good]
        tail = covered == sorted(covered, reverse=True)
        return [("clearance_ends", missing[0] - DAY)] if tail else [("clearance_gap", missing)]
    lesser = [
        level
        for level, first, until in cleared
        if level < place.clearance and any(first <= day < until for day in days)
    ]
    if lesser or not enough:
        return [("clearance", max(lesser, default=None))]
    before = [until for _, until in enough if until <= days[0]]
    return [("clearance_ends", max(before) - DAY)] if before else [("clearance_gap", days)]


def mood_at(person: Person, at: datetime) -> str:
    """What an instant is to somebody: available, avoid, unavailable or unsaid."""
    said = {kind for kind, (start, end) in person.windows if start <= at < end}
    for kind in ("unavailable", "avoid", "available"):
        if kind in said:
            return kind
    weekday = at.astimezone(ZoneInfo(person.zone)).isoweekday()
    return person.rules.get(weekday, "unsaid")


def time_obstacles(person: Person, moods: list[tuple[datetime, str]]) -> Iterator[Obstacle]:
    zone = ZoneInfo(person.zone)
    for kind in ("unavailable", "unsaid"):
        days = sorted({at.astimezone(zone).date() for at, mood in moods if mood == kind})
        if days:
            yield kind, days


def holds_then(work: Work, place: Place) -> bool:
    start, end = work.period
    holds = work.state in HOLDING
    return holds and any(start <= at < end for at in instants(place))


def counts_as_load(work: Work) -> bool:
    lately = work.since > NOW - 180 * DAY
    return work.state in HOLDING or (work.state == "completed" and lately)
