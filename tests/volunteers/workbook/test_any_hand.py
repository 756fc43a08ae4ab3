"""People written down by many hands come out the same, whatever the workbook looks like."""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.volunteers.workbook.made import (
    Table,
    people,
    read,
    reasons,
    remarks,
    text_file,
    workbook,
)
from volunteers.workbook import LanguageLevel, ParsedRow, Period, SkillLevel

HEADERS: dict[str, Sequence[str]] = {
    "callsign": ("호출명", "콜사인", "Callsign", "Call sign", "호출 부호", "Code name", "Позивний"),
    "name": (
        "성명",
        "이름",
        "성   명",
        "성명(한글)",
        "한글 이름",
        "Name (Korean)",
        "* 성명",
        "이름\n(한글)",
    ),
    "latin_name": (
        "영문 성명",
        "영문명",
        "성명(영문)",
        "Name in English",
        "로마자 이름",
        "이름(여권 영문)",
        "Latin name",
    ),
    "birth_date": (
        "생년월일",
        "Date of birth",
        "생일",
        "생년월일\n(YYYY-MM-DD)",
        "DOB",
        "출생일",
        "Birth date",
    ),
    "sex": ("성별", "Sex", "Gender", "성별(남/여)"),
    "phone": (
        "연락처",
        "휴대전화",
        "전화번호",
        "Mobile",
        "Phone no.",
        "손전화",
        "연락처 (휴대폰)",
        "Contact number",
    ),
    "email": ("이메일", "E-mail", "전자우편", "Email address", "이메일 주소"),
    "address": ("주소", "Address", "거주지", "현 주소"),
    "passport": ("여권번호", "Passport No.", "여권 번호", "Passport"),
    "passport_expiry": ("여권 만료일", "Passport expiry", "여권 유효기간", "만료일", "Expires"),
    "relatives": ("북한 가족", "Relatives in the North", "재북 가족 유무", "Family in DPRK"),
    "service_branch": ("복무 군종", "군종", "Branch", "Service branch"),
    "rank": ("계급", "Rank", "최종 계급"),
    "service_years": ("복무 연수", "Years of service", "복무 연수(년)", "Years served"),
    "languages": (
        "언어",
        "Languages",
        "구사 언어",
        "언어 (수준)",
        "외국어 능력",
        "Languages (CEFR)",
    ),
    "skills": ("기술", "Skills", "보유 기술", "특기", "기술(수준)"),
    "wishes": ("지원 분야", "희망 분야", "Field of work", "Preferred role", "지원 희망 업무"),
    "clearance_level": ("신원조회", "Clearance", "신원조회 등급", "Clearance level", "보안등급"),
    "clearance_until": (
        "신원조회 만료일",
        "Clearance until",
        "신원조회 유효기간",
        "유효기한",
        "Valid until",
    ),
    "available": (
        "참여 가능 기간",
        "Availability",
        "가능 기간",
        "활동 가능 기간",
        "Available dates",
    ),
    "unavailable": ("불가 기간", "Unavailable", "참여 불가 기간", "Not available"),
    "notes": ("비고", "Notes", "특이사항", "Remarks", "메모"),
}
"""Headers by field; the last ones of some say less and need their neighbour to the left."""

LEAN_ON: dict[str, str] = {"passport_expiry": "passport", "clearance_until": "clearance_level"}

SURNAMES = [
    ("김", "KIM"),
    ("리", "RI"),
    ("박", "PAK"),
    ("최", "CHOE"),
    ("정", "JONG"),
    ("황", "HWANG"),
]
GIVEN = [("철수", "Chol Su"), ("영희", "Yong-Hui"), ("명옥", "Myong Ok"), ("금학", "Kum-Hak")]
LANGUAGES = [
    ("한국어", "Korean", "kor"),
    ("영어", "English", "eng"),
    ("러시아어", "Russian", "rus"),
]
SKILLS = [
    ("통역(순차)", "interpreting"),
    ("음향 장비", "audio"),
    ("지뢰 위험 교육", "mines"),
    ("무전", "radio"),
]
WISHES = [("통역", "interpreter"), ("방송", "broadcaster"), ("전단", "leaflets")]

DATES: Sequence[Callable[[date], Any]] = (
    lambda d: d,
    lambda d: d.isoformat(),
    lambda d: f"{d.year}. {d.month}. {d.day}.",
    lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: int(f"{d:%Y%m%d}"),
    lambda d: f"{d.year}년 {d.month}월 {d.day}일",
    lambda d: f"{d:%d %b %Y}",
    lambda d: f"{d:%d.%m.%Y}",
    lambda d: (d - date(1899, 12, 30)).days,
)
DAYS: Sequence[Callable[[date], str]] = tuple(
    shape for shape in DATES[1:9] if isinstance(shape(date(2027, 1, 5)), str)
)
DASHES = ("~", " ~ ", "–", " - ", "〜", " to ", "∼")
LISTS = (", ", ",", "; ", "/", " / ", "\n", "·", " 및 ", "、", " | ")
JOINTS = (("", " ", ""), ("", "(", ")"), ("", ": ", ""), ("", "-", ""), ("", "=", ""))


def person(chance: random.Random) -> ParsedRow:
    """Make somebody up."""
    surname, given = chance.choice(SURNAMES), chance.choice(GIVEN)
    start = date(2027, 1, 1) + timedelta(chance.randrange(300))
    away = start + timedelta(20)
    cleared = chance.random() < 0.7
    return ParsedRow(
        name=surname[0] + given[0],
        latin_name=f"{surname[1]} {given[1]}",
        callsign=f"범-{chance.randrange(10_000)}",
        birth_date=date(1958, 1, 1) + timedelta(chance.randrange(15_000)),
        sex=chance.choice(("male", "female")),
        phone=f"+8210{chance.randrange(10**8):08}",
        email=f"v{chance.randrange(10**4)}@example.org",
        address="서울특별시 노원구 1번지 2호",
        passport=f"M{chance.randrange(10**7, 10**8)}",
        passport_expiry=date(2028, 1, 1) + timedelta(chance.randrange(2000)),
        relatives=chance.choice(("yes", "no", "unknown")),
        service_branch="육군",
        rank="중사",
        service_years=chance.randrange(1, 20),
        languages=tuple(
            LanguageLevel(code, "native" if code == "kor" else chance.choice(("A1", "B2", "C1")))
            for *_, code in chance.sample(LANGUAGES, chance.randrange(1, 4))
        ),
        skills=tuple(
            SkillLevel(code, chance.randrange(1, 5))
            for _, code in chance.sample(SKILLS, chance.randrange(1, 4))
        ),
        wishes=tuple(code for _, code in chance.sample(WISHES, chance.randrange(1, 4))),
        clearance_level=chance.randrange(1, 4) if cleared else None,
        clearance_until=date(2027, 6, 1) + timedelta(chance.randrange(600)) if cleared else None,
        available=(Period(start, start + timedelta(chance.randrange(120))),),
        unavailable=(Period(away, away + timedelta(3)),),
        notes="조용히 말함",
    )


class Hand:
    """One way of writing a register: headers, order of columns, habits for each kind of cell."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.fields = self._fields()
        self.lists, self.joint = self.chance.choice(LISTS), self.chance.choice(JOINTS)
        self.dash, self.day = self.chance.choice(DASHES), self.chance.choice(DAYS)
        self.date = self.chance.choice(DATES)

    def _fields(self) -> list[str]:
        free = [field for field in HEADERS if field not in LEAN_ON]
        self.chance.shuffle(free)
        fields = []
        for field in free:
            fields += [field, *(leaning for leaning, on in LEAN_ON.items() if on == field)]
        return fields

    def table(self, rows: Sequence[ParsedRow]) -> Table:
        """Write the people down, with titles above, gaps between and notes below."""
        header = [self.chance.choice(HEADERS[field]) for field in self.fields]
        lines: Table = [["지원자 명단 (작업본)"], []][: self.chance.randrange(3)]
        lines += [[]] * self.chance.randrange(4)
        lines.append(header)
        for row in rows:
            lines.append([self.cell(field, row) for field in self.fields])
            lines += [[]] * (self.chance.random() < 0.1)
        lines += self.chance.choice(
            ([], [[], ["* 회의 후 갱신 예정"]], [["합계", f"{len(rows)}명"]])
        )
        return lines

    def text_file(self, table: Table) -> bytes:
        """Return the table as separated values, in the old Korean encoding if it can hold it."""
        separator = self.chance.choice((",", ";", "\t"))
        try:
            return text_file(table, "cp949", separator)
        except UnicodeEncodeError:
            return text_file(table, self.chance.choice(("utf-8", "utf-8-sig", "utf-16")), separator)

    def cell(self, field: str, row: ParsedRow) -> Any:
        value = getattr(row, field)
        writer = getattr(self, field, None)
        return value if writer is None or value is None else writer(value)

    def birth_date(self, value: date) -> Any:
        return self.date(value)

    passport_expiry = clearance_until = birth_date

    def name(self, value: str) -> str:
        return self.chance.choice((value, f" {value[0]} {value[1:]} ", value + "\u200b"))

    def sex(self, value: str) -> str:
        male, female = self.chance.choice(
            (("남", "여"), ("M", "F"), ("남성", "여성"), ("Male", "Female"))
        )
        return male if value == "male" else female

    def phone(self, value: str) -> Any:
        digits = value[5:]
        return self.chance.choice(
            (
                value,
                int(f"10{digits}"),
                f"010{digits}",
                f"010-{digits[:4]}-{digits[4:]}",
                f"+82 10-{digits[:4]}-{digits[4:]}",
                f"010 {digits[:4]} {digits[4:]}",
                f"010.{digits[:4]}.{digits[4:]}",
            )
        )

    def relatives(self, value: str) -> str:
        words = {
            "yes": ("있음", "유", "yes"),
            "no": ("없음", "무", "no"),
            "unknown": ("모름", "미상", "unknown"),
        }
        return self.chance.choice(words[value])

    def service_years(self, value: int) -> Any:
        return self.chance.choice((value, str(value), f"{value}년"))

    def languages(self, value: Sequence[LanguageLevel]) -> str:
        native = self.chance.choice(("N", "원어민", "native"))
        names = {code: self.chance.choice((korean, english)) for korean, english, code in LANGUAGES}
        return self._list(
            [(names[one.code], native if one.level == "native" else one.level) for one in value]
        )

    def skills(self, value: Sequence[SkillLevel]) -> str:
        names = {code: name for name, code in SKILLS}
        return self._list([(names[one.code], str(one.level)) for one in value])

    def _list(self, pairs: Sequence[tuple[str, str]]) -> str:
        before, between, after = self.joint
        return self.lists.join(f"{before}{name}{between}{level}{after}" for name, level in pairs)

    def wishes(self, value: Sequence[str]) -> str:
        names = {code: name for name, code in WISHES}
        return self.lists.join(names[one] for one in value)

    def clearance_level(self, value: int) -> Any:
        return self.chance.choice((value, str(value), f"{value}급", f"level {value}", f"L{value}"))

    def available(self, value: Sequence[Period]) -> str:
        return self.lists.join(
            f"{self.day(one.first)}{self.dash}{self.day(one.last)}" for one in value
        )

    unavailable = available


MISTAKES: dict[str, tuple[tuple[Any, str], ...]] = {
    "name": ((None, "missing name"), ("  ", "missing name"), ("-", "missing name")),
    "birth_date": (("1979-02-30", "not a date"), ("2031. 5. 5.", "in the future")),
    "sex": (("중", "unknown sex"),),
    "phone": (("010-12", "not a phone number"), ("번호", "not a phone number")),
    "email": (("not-an-address", "not an e-mail address"),),
    "passport": (("M1", "not a passport number"),),
    "languages": (
        ("클링온어 B2", "unknown language"),
        ("영어 B7", "unknown level"),
        ("영어", "missing level"),
    ),
    "skills": (("잠수 2", "unknown skill"), ("무전 9", "unknown level")),
    "wishes": (("요리", "unknown field"),),
    "clearance_level": (("9", "unknown clearance"), (9, "unknown clearance")),
    "available": (("2027-05-01~2027-02-01", "ends before it starts"), ("abc", "not a date")),
}


@pytest.mark.parametrize("seed", range(40))
def test_the_same_people_come_out_of_every_workbook(seed: int) -> None:
    hand = Hand(seed)
    rows = [person(hand.chance) for _ in range(8)]
    table = hand.table(rows)
    results = read(workbook(table) if seed % 3 else hand.text_file(table))
    assert reasons(results) == {}
    assert remarks(results) == []
    assert list(people(results).values()) == rows


@pytest.mark.parametrize("seed", range(40))
def test_a_mistake_is_named_by_row_and_header_in_every_workbook(seed: int) -> None:
    hand = Hand(1000 + seed)
    table = hand.table([person(hand.chance) for _ in range(6)])
    filled = [number for number, line in enumerate(table) if len(line) == len(hand.fields)]
    header, row = filled[0], hand.chance.choice(filled[1:])
    field = hand.chance.choice(list(MISTAKES))
    place = hand.fields.index(field)
    table[row][place], why = hand.chance.choice(MISTAKES[field])
    assert reasons(read(workbook(table))) == {row + 1: [(table[header][place], why)]}
