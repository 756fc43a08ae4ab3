"""Many volunteers at once, with plausible skills, languages, time, clearance and work."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

from django.db import transaction

from corps.accounts.models import Desk
from corps.vault.actions import draft_data_key
from corps.vault.models import DataKey
from deployments.models import Assignment, Deployment, Role, Slot, SlotLanguage, SlotSkill
from tests.cast import NOW, days
from volunteers.models import (
    AvailabilityWindow,
    LanguageHeld,
    Skill,
    SkillHeld,
    VettingCase,
    Volunteer,
    WeeklyRule,
)

DAY = timedelta(days=1)
SKILLS = (
    *("interpreting-consecutive", "interpreting-simultaneous", "first-aid", "combat-medic"),
    *("presenting", "driving"),
)
BATCH = 2000


def a_demanding_slot(desk: Desk) -> Slot:
    """A place in March 2027 that needs two languages, two skills and a clearance abroad."""
    deployment = Deployment.objects.create(
        codename="두루미",
        desk=desk,
        period=days(date(2027, 3, 1), date(2027, 4, 1)),
        state="open",
        state_since=NOW,
    )
    role = Role.objects.get(code="interpreter")
    period = days(date(2027, 3, 8), date(2027, 3, 22))
    slot = Slot.objects.create(
        deployment=deployment, number=1, role=role, period=period, clearance=2
    )
    for code, level in (("interpreting-consecutive", 2), ("first-aid", 1)):
        SlotSkill.objects.create(slot=slot, skill=Skill.objects.get(code=code), level=level)
    for language, level in (("kor", 7), ("ukr", 3)):
        SlotLanguage.objects.create(slot=slot, language_id=language, mode="speaking", level=level)
    return slot


@transaction.atomic
def a_crowd(number: int, desk: Desk, *, seed: int = 20270301) -> list[Volunteer]:
    """Make `number` volunteers on a desk, the same ones for the same seed."""
    random = Random(seed)
    keys = [draft_data_key()[0] for _ in range(number)]
    DataKey.objects.bulk_create(keys, batch_size=BATCH)
    people = [_volunteer(index, key, desk, random) for index, key in enumerate(keys)]
    Volunteer.objects.bulk_create(people, batch_size=BATCH)
    _add_abilities(people, random)
    _add_time(people, random)
    _add_work(people, desk, random)
    return people


def _volunteer(index: int, key: DataKey, desk: Desk, random: Random) -> Volunteer:
    return Volunteer(
        callsign=f"V-{index:06}",
        standing=random.choices(["active", "paused", "applicant"], [90, 6, 4])[0],
        standing_since=NOW,
        desk=desk,
        data_key=key,
        time_zone=random.choices(["Asia/Seoul", "Europe/Kyiv", "Europe/Warsaw"], [8, 1, 1])[0],
    )


def _add_abilities(people: list[Volunteer], random: Random) -> None:
    found = Skill.objects.filter(code__in=SKILLS).order_by("code")
    skills = list(found.values_list("pk", flat=True))
    SkillHeld.objects.bulk_create(
        (
            SkillHeld(volunteer=one, skill_id=skill, level=random.randint(1, 4))
            for one in people
            for skill in random.sample(skills, random.randint(2, 5))
        ),
        batch_size=BATCH,
    )
    LanguageHeld.objects.bulk_create(
        (_language(one, code, random) for one in people for code in _languages(random)),
        batch_size=BATCH,
    )


def _languages(random: Random) -> list[str]:
    return ["kor", *random.sample(["ukr", "rus", "eng", "zho"], random.randint(0, 3))]


def _language(one: Volunteer, code: str, random: Random) -> LanguageHeld:
    level = 7 if code == "kor" else random.randint(1, 6)
    modes = dict.fromkeys(("listening", "speaking", "reading", "writing"), level)
    return LanguageHeld(volunteer=one, language_id=code, **modes)


def _add_time(people: list[Volunteer], random: Random) -> None:
    AvailabilityWindow.objects.bulk_create(
        (
            AvailabilityWindow(volunteer=one, kind=kind, during=during)
            for one in people
            for kind, during in _windows(random)
        ),
        batch_size=BATCH,
    )
    WeeklyRule.objects.bulk_create(
        (
            WeeklyRule(volunteer=one, weekday=weekday, kind="available")
            for one in people
            if random.random() < 0.3
            for weekday in range(1, 8)
        ),
        batch_size=BATCH,
    )
    VettingCase.objects.bulk_create(
        (_case(one, random) for one in people if random.random() < 0.9), batch_size=BATCH
    )


def _windows(random: Random) -> list[tuple[str, tuple[datetime, datetime]]]:
    """Three touching months to be available, and now and then some days that are not so."""
    start = NOW + random.randint(0, 60) * DAY
    months = [start + step * 30 * DAY for step in range(4)]
    found = [("available", pair) for pair in pairwise(months)]
    for kind in ("avoid", "unavailable"):
        if random.random() < 0.25:
            begin = start + random.randint(0, 120) * DAY
            found.append((kind, (begin, begin + random.randint(1, 9) * DAY)))
    return found


def _case(one: Volunteer, random: Random) -> VettingCase:
    first = date(2026, 1, 1) + random.randint(0, 300) * DAY
    return VettingCase(
        volunteer=one,
        state="cleared",
        state_since=NOW,
        from_register=True,
        level=random.choices([1, 2, 3], [2, 5, 3])[0],
        holds=(first, first + random.randint(200, 700) * DAY),
    )


def _add_work(people: list[Volunteer], desk: Desk, random: Random) -> None:
    """Give a third of them something behind or before them."""
    busy = [one for one in people if random.random() < 0.33]
    deployment = Deployment.objects.create(
        codename="해오라기",
        desk=desk,
        period=days(date(2026, 1, 1), date(2028, 1, 1)),
        state="active",
        state_since=NOW,
    )
    role = Role.objects.get(code="broadcaster")
    slots = [
        Slot(
            deployment=deployment,
            number=number,
            role=role,
            period=days(date(2027, 2, 1), date(2027, 3, 1) + random.randint(0, 20) * DAY),
            clearance=1,
        )
        for number, _ in enumerate(busy, 1)
    ]
    Slot.objects.bulk_create(slots, batch_size=BATCH)
    Assignment.objects.bulk_create(
        (_assignment(one, slot, random) for one, slot in zip(busy, slots, strict=True)),
        batch_size=BATCH,
    )


def _assignment(one: Volunteer, slot: Slot, random: Random) -> Assignment:
    asked = NOW - random.randint(1, 300) * DAY
    return Assignment(
        slot=slot,
        volunteer=one,
        period=slot.period,
        state=random.choice(["accepted", "completed", "declined", "expired"]),
        state_since=asked + DAY,
        offered_at=asked,
        answer_by=asked + 2 * DAY,
    )
