"""Lists with levels, and the other kinds of cells."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.volunteers.workbook.made import CATALOGUE, TODAY, refusal
from volunteers.workbook import values
from volunteers.workbook.dates import Calendar, Unreadable
from volunteers.workbook.lists import LevelList, read_languages, read_skills, read_wishes
from volunteers.workbook.results import CellValue, Why

CALENDAR = Calendar(TODAY)
LANGUAGES = LevelList(CATALOGUE.languages, "language", frozenset())
SKILLS = LevelList(CATALOGUE.skills, "skill", CATALOGUE.licences)


def languages(text: str) -> list[tuple[str, str]]:
    return [(language.code, language.level) for language in read_languages(text, LANGUAGES)]


def skills(text: str) -> list[tuple[str, int]]:
    return [(skill.code, skill.level) for skill in read_skills(text, SKILLS)]


@pytest.mark.parametrize(
    "written",
    [
        "영어 B1",
        "영어(B1)",
        "영어: B1",
        "영어B1",
        "영어=B1",
        "영어-B1",
        "영어 – B1",
        "영어（Ｂ１）",
        "영어：Ｂ１",
        "영어[b1]",
        "English B1",
        "english-b1",
        "English: B1",
        "EnglishB1",
        "English language: B1",
        "eng B1",
        "en B1",
        "англійська В1",
        "영어 B1+",
        "영어 CEFR B1",
        "영어 B1급",
        "영 어 B1",
        "\u200b영어\u00a0B1",
        "영어, B1".replace(",", ""),
        "- 영어 B1",
        "1. 영어 B1",
    ],
)
def test_a_language_and_its_level_however_they_are_joined(written: str) -> None:
    assert languages(written) == [("eng", "B1")]


@pytest.mark.parametrize(
    "written",
    [
        "한국어 N",
        "한국어 원어민",
        "한국어(모국어)",
        "조선어 N",
        "Korean native",
        "Korean: mother tongue",
        "корейська рідна",
    ],
)
def test_native_speakers(written: str) -> None:
    assert languages(written) == [("kor", "native")]


@pytest.mark.parametrize(
    "separator",
    [
        ", ",
        ",",
        "; ",
        ";",
        "/",
        " / ",
        "·",
        "・",
        " | ",
        "\n",
        "\r\n",
        "，",
        "、",
        "；",
        "／",
        " 및 ",
        "및",
        " and ",
        " & ",
        " + ",
        " ",
        " - ",
        ". ",
        ", , ",
        "\n- ",
        " 그리고 ",
    ],
)
def test_lists_with_any_separator(separator: str) -> None:
    assert languages(separator.join(["한국어 N", "영어 B1", "러시아어 A2"])) == [
        ("kor", "native"),
        ("eng", "B1"),
        ("rus", "A2"),
    ]
    assert skills(separator.join(["통역(순차) 2", "지뢰 위험 교육 1", "음향 장비 3"])) == [
        ("interpreting", 2),
        ("mines", 1),
        ("audio", 3),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "통역(순차) 2",
        "통역(순차)2",
        "통역(순차)(2)",
        "통역 (순차): 2",
        "통역 순차 2",
        "통역(순차) Lv.2",
        "통역(순차) level 2",
        "통역(순차) 2급",
        "통역(순차) 2단계",
        "통역(순차)②",
        "통역(순차) II",
        "interpreting (consecutive) 2",
        "Interpreting consecutive - L2",
    ],
)
def test_a_skill_and_its_level_however_they_are_joined(written: str) -> None:
    assert skills(written) == [("interpreting", 2)]


@pytest.mark.parametrize(
    ("written", "why", "word"),
    [
        ("클링온어 B2", Why.UNKNOWN_LANGUAGE, "클링온어"),
        ("한국어 N, 클링온어 B2", Why.UNKNOWN_LANGUAGE, "클링온어"),
        ("Klingon", Why.UNKNOWN_LANGUAGE, "klingon"),
        ("영어 회화 B1", Why.UNKNOWN_LANGUAGE, "영어 회화"),
        ("러시아어 B7", Why.UNKNOWN_LEVEL, "B7"),
        ("러시아어 중급", Why.UNKNOWN_LEVEL, "중급"),
        ("러시아어 유창", Why.UNKNOWN_LEVEL, "유창"),
        ("Russian fluent", Why.UNKNOWN_LEVEL, "fluent"),
        ("영어", Why.MISSING_LEVEL, "영어"),
        ("영어, 러시아어 B1", Why.MISSING_LEVEL, "영어"),
        ("영어 B1, 영어 B2", Why.TWO_LEVELS, "영어"),
        ("영어 B1/B2", Why.TWO_LEVELS, ""),
        ("hong@example.org", Why.UNKNOWN_LANGUAGE, ""),
        ("010-1234-5678", Why.UNKNOWN_LANGUAGE, ""),
    ],
)
def test_what_is_wrong_with_a_list_of_languages_is_named(written: str, why: Why, word: str) -> None:
    with pytest.raises(Unreadable) as refused:
        languages(written)
    assert (refused.value.why, refused.value.word) == (why, word)


@pytest.mark.parametrize(
    ("written", "why", "word"),
    [
        ("잠수 2", Why.UNKNOWN_SKILL, "잠수"),
        ("무전기 3", Why.UNKNOWN_SKILL, "무전기"),
        ("음향 장비 조작 2", Why.UNKNOWN_SKILL, "음향 장비 조작"),
        ("무전 9", Why.UNKNOWN_LEVEL, "9"),
        ("무전 12", Why.UNKNOWN_LEVEL, "12"),
        ("무전 2.5", Why.UNKNOWN_LEVEL, "2.5"),
        ("무전 고급", Why.UNKNOWN_LEVEL, "고급"),
        ("무전", Why.MISSING_LEVEL, "무전"),
        ("무전 2, 무전 3", Why.TWO_LEVELS, "무전"),
    ],
)
def test_what_is_wrong_with_a_list_of_skills_is_named(written: str, why: Why, word: str) -> None:
    with pytest.raises(Unreadable) as refused:
        skills(written)
    assert (refused.value.why, refused.value.word) == (why, word)


def test_a_licence_needs_no_level_and_repeating_a_skill_is_harmless() -> None:
    assert skills("운전면허, 무전 3, 무전 3") == [("driving", 1), ("radio", 3)]


NAMES = st.sampled_from(sorted(CATALOGUE.languages))
LEVELS = st.sampled_from(["A1", "A2", "B1", "B2", "C1", "C2", "N"])
SEPARATORS = st.sampled_from([", ", ";", "/", "\n", " · ", " 및 ", " "])
JOINTS = st.sampled_from([" ", ":", "(", " - ", ""])


@given(st.dictionaries(NAMES, LEVELS, min_size=1, max_size=6), SEPARATORS, JOINTS)
def test_every_list_of_languages_comes_back(
    held: dict[str, str], separator: str, joint: str
) -> None:
    by_code = {CATALOGUE.languages[name]: (name, level) for name, level in held.items()}
    close = ")" if joint == "(" else ""
    text = separator.join(f"{name}{joint}{level}{close}" for name, level in by_code.values())
    assert languages(text) == [
        (code, "native" if level == "N" else level) for code, (_, level) in by_code.items()
    ]


@pytest.mark.parametrize("read", [languages, skills, read_wishes])
@given(text=st.text(max_size=40))
def test_any_text_is_a_list_or_refused(read: Callable[[str], object], text: str) -> None:
    refused = refusal(read, text)
    assert refused is None or len(refused.word) <= 30


@pytest.mark.parametrize(
    ("written", "wishes"),
    [
        ("통역", ["interpreter"]),
        ("방송, 전단", ["broadcaster", "leaflets"]),
        ("통역/방송/전단", ["interpreter", "broadcaster", "leaflets"]),
        ("통역방송", ["interpreter", "broadcaster"]),
        ("1순위: 통역, 2순위: 방송", ["interpreter", "broadcaster"]),
        ("방송 진행, 전단팀", ["broadcaster", "leaflets"]),
        ("Interpreter; Leaflet team", ["interpreter", "leaflets"]),
        ("leaflets and broadcasting", ["leaflets", "broadcaster"]),
        ("переклад, листівки", ["interpreter", "leaflets"]),
        ("모두", ["interpreter", "broadcaster", "leaflets"]),
    ],
)
def test_fields_of_work(written: str, wishes: list[str]) -> None:
    assert list(read_wishes(written)) == wishes


def test_an_unknown_field_of_work_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        read_wishes("통역, 요리")
    assert (refused.value.why, refused.value.word) == (Why.UNKNOWN_WISH, "요리")


@pytest.mark.parametrize(
    ("written", "level", "until"),
    [
        ("1", 1, None),
        (2, 2, None),
        (3.0, 3, None),
        ("1급", 1, None),
        ("level 2", 2, None),
        ("L3", 3, None),
        ("Lv.2", 2, None),
        ("2단계", 2, None),
        ("②", 2, None),
        ("제2급", 2, None),
        ("등급 2", 2, None),
        (0, None, None),
        ("신청중", None, None),
        ("2급 (2028.7.12)", 2, date(2028, 7, 12)),
        ("2 until 2028-07-12", 2, date(2028, 7, 12)),
    ],
)
def test_clearances(written: CellValue, level: int | None, until: date | None) -> None:
    assert values.read_clearance(written, CALENDAR) == (level, until)


@pytest.mark.parametrize("written", ["9", "4", "12", "A", "1~2", "2.5", "합격", -1, True])
def test_unknown_clearances(written: CellValue) -> None:
    with pytest.raises(Unreadable) as refused:
        values.read_clearance(written, CALENDAR)
    assert refused.value.why is Why.UNKNOWN_CLEARANCE


@pytest.mark.parametrize(
    ("reader", "written", "value"),
    [
        (values.read_phones, "010-1234-5678 / 02-123-4567", ("+821012345678", "+8221234567")),
        (values.read_phones, "010-1234-5678 010-2345-6789", ("+821012345678", "+821023456789")),
        (values.read_phones, "휴대폰 010-1234-5678", ("+821012345678",)),
        (values.read_phones, "010-1234-5678(본인)", ("+821012345678",)),
        (values.read_phones, "tel: +82-10-1234-5678", ("+821012345678",)),
        (values.read_phones, 1012345678, ("+821012345678",)),
        (values.read_phones, 1012345678.0, ("+821012345678",)),
        (values.read_emails, "mailto:A@b.org", ("a@b.org",)),
        (values.read_emails, "Kim <a@b.org>", ("a@b.org",)),
        (values.read_emails, "a@b.org; c@d.co.kr", ("a@b.org", "c@d.co.kr")),
        (values.read_passport, "m 1234 5678", "M12345678"),
        (values.read_passport, 12345678, "12345678"),
        (values.read_sex, "남", "male"),
        (values.read_sex, "여성", "female"),
        (values.read_sex, "F", "female"),
        (values.read_sex, "Male", "male"),
        (values.read_relatives, "있음", ("yes", "")),
        (values.read_relatives, "무", ("no", "")),
        (values.read_relatives, "모름", ("unknown", "")),
        (values.read_relatives, "N", ("no", "")),
        (values.read_relatives, "있음(모, 제)", ("yes", "있음(모, 제)")),
        (values.read_relatives, "어머니", ("unknown", "어머니")),
        (values.read_years, 11, 11),
        (values.read_years, "11년", 11),
        (values.read_years, "10년 6개월", 10),
        (values.read_years, "10 years", 10),
        (values.read_years, "1998~2009", 11),
        (values.read_name, "  림 명옥 ", ("림명옥", "")),
        (values.read_name, "김철수 (KIM Chol Su)", ("김철수", "KIM Chol Su")),
        (values.read_callsign, "등대 – 17", "등대-17"),
    ],
)
def test_single_values(reader: Any, written: CellValue, value: Any) -> None:
    assert reader(written) == value


@pytest.mark.parametrize(
    ("reader", "written", "why"),
    [
        (values.read_phones, "010-12", Why.NOT_A_PHONE),
        (values.read_phones, "010-1234-5678, 12", Why.NOT_A_PHONE),
        (values.read_phones, "없는 번호", Why.NOT_A_PHONE),
        (values.read_emails, "not-an-address", Why.NOT_AN_EMAIL),
        (values.read_emails, "a@b.org, c@d", Why.NOT_AN_EMAIL),
        (values.read_passport, "M12", Why.NOT_A_PASSPORT),
        (values.read_sex, "중사", Why.UNKNOWN_SEX),
        (values.read_years, "오래", Why.NOT_A_NUMBER),
        (values.read_years, -1, Why.NOT_A_NUMBER),
        (values.read_name, "김철수2", Why.NOT_A_NAME),
        (values.read_name, "a@b.org", Why.NOT_A_NAME),
        (values.read_callsign, "010-1234-5678", Why.NOT_A_CALLSIGN),
        (values.read_callsign, "17", Why.NOT_A_CALLSIGN),
    ],
)
def test_single_values_that_are_refused(reader: Any, written: CellValue, why: Why) -> None:
    with pytest.raises(Unreadable) as refused:
        reader(written)
    assert refused.value.why is why
    assert str(written) not in str(refused.value)
