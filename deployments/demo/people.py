"""Invented volunteers: no name, number or address here belongs to anybody."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random

from volunteers.actions.people import NewVolunteer
from volunteers.identity import IdentityDocument

SURNAMES = {
    "김": "Kim", "리": "Ri", "박": "Pak", "최": "Choe", "정": "Jong", "강": "Kang", "조": "Jo",
    "윤": "Yun", "장": "Jang", "림": "Rim", "한": "Han", "오": "O", "서": "So", "신": "Sin",
    "권": "Kwon", "황": "Hwang", "안": "An", "송": "Song", "류": "Ryu", "홍": "Hong",
}  # fmt: skip
GIVEN = {
    "철": "Chol", "영": "Yong", "성": "Song", "광": "Kwang", "명": "Myong", "혁": "Hyok",
    "남": "Nam", "수": "Su", "일": "Il", "호": "Ho", "경": "Kyong", "국": "Kuk", "금": "Kum",
    "은": "Un", "복": "Pok", "순": "Sun", "희": "Hui", "미": "Mi", "화": "Hwa", "옥": "Ok",
    "룡": "Ryong", "진": "Jin", "석": "Sok", "학": "Hak",
}  # fmt: skip
CALLSIGNS = [
    "은하", "파도", "들꽃", "안개", "노을", "별빛", "하늘", "바람", "구름", "물결", "솔숲",
    "갈대", "조약돌", "단풍", "눈꽃", "메아리", "햇살", "언덕",
]  # fmt: skip
BASES = ["서울", "경기", "인천", "강원", "충남", "대구", "부산", "광주"]
BRANCHES = ["육군", "해군", "공군", "특수작전군", "경보병"]
RANKS = ["상급병사", "하사", "중사", "상사", "소위", "중위", "대위"]
WISHES = ["interpreter", "broadcaster", "leaflets"]
LANGUAGES = {"ukr": (1, 5), "rus": (1, 5), "eng": (2, 4), "zho": (2, 5)}
SKILLS = [
    "interpreting-consecutive",
    "presenting",
    "scriptwriting",
    "audio",
    "leaflet-editing",
    "radio",
    "first-aid",
    "mine-awareness",
    "driving",
    "drone",
]


def callsign(number: int) -> str:
    """Return the callsign of the invented volunteer of this number."""
    return f"{CALLSIGNS[number % len(CALLSIGNS)]}-{number // len(CALLSIGNS) + 11}"


def invent(random: Random, number: int, skills: Mapping[str, int], today: date) -> NewVolunteer:
    """Return one invented volunteer; `number` makes callsign, phone and passport unique.

    `skills` maps a skill's code to its id. About one in eight is not cleared, one in twenty has
    said nothing about time; some clearances end within the month.
    """
    held = {random.choice(SKILLS[:2]), *random.sample(SKILLS, random.randint(1, 4))}
    tongues = {*random.choices(["ukr", "rus"], [5, 2], k=1), *random.sample(sorted(LANGUAGES), 1)}
    return NewVolunteer(
        identity=_identity(random, number, today),
        callsign=callsign(number),
        standing=random.choices(["active", "paused", "applicant"], [92, 5, 3])[0],
        home_base=random.choice(BASES),
        wishes=random.sample(WISHES, random.randint(1, 2)),
        languages={
            "kor": 7,
            **{code: random.randint(*LANGUAGES[code]) for code in sorted(tongues)},
        },
        skills={skills[code]: random.randint(1, 4) for code in sorted(held)},
        windows=list(_windows(random, today)),
        clearance=_clearance(random, today),
    )


def _identity(random: Random, number: int, today: date) -> IdentityDocument:
    surname, first, second = random.choice(list(SURNAMES)), *random.choices(list(GIVEN), k=2)
    latin = f"{SURNAMES[surname]} {GIVEN[first]} {GIVEN[second]}"
    return IdentityDocument(
        name=surname + first + second,
        latin_name=latin,
        birth_date=date(1958, 1, 1) + timedelta(days=random.randrange(15_000)),
        sex=random.choice(["male", "female"]),
        phone=f"+8210{20_000_000 + number * 37 % 70_000_000:08}",
        email=f"person{number}@example.org",
        address=f"{random.choice(BASES)} {random.randint(1, 99)}번지",
        passport=f"M{10_000_000 + number * 53 % 89_999_999}",
        passport_expires=today + timedelta(days=random.randint(200, 3000)),
        relatives_in_north=random.choice(["yes", "no", "unknown"]),
        service_branch=random.choice(BRANCHES),
        service_rank=random.choice(RANKS),
        service_years=str(random.randint(3, 12)),
    )


def _windows(random: Random, today: date) -> Iterator[tuple[str, date, date]]:
    """Yield a long window of availability, and now and then a week that is better not, or not."""
    if random.random() < 0.05:
        return
    first = today - timedelta(days=random.randint(50, 200))
    last = today + timedelta(days=random.randint(50, 330))
    yield "available", first, last
    for kind in random.choices(["avoid", "unavailable"], [2, 1], k=random.randint(0, 2)):
        begin = first + timedelta(days=random.randrange((last - first).days))
        if kind == "avoid" or random.random() < 0.5:
            yield kind, begin, begin + timedelta(days=random.randint(1, 9))
            return


def _clearance(random: Random, today: date) -> tuple[int, date] | None:
    if random.random() < 0.12:
        return None
    days = random.randint(5, 40) if random.random() < 0.08 else random.randint(60, 700)
    return random.choices([1, 2, 3], [15, 40, 45])[0], today + timedelta(days=days)
