"""Whole files as different hands build them: the shared register, and where headers stand."""

import json
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from tests.volunteers.workbook.made import (
    Table,
    moment,
    people,
    read,
    reasons,
    remarks,
    workbook,
)
from volunteers.workbook import LanguageLevel, Period, SkillLevel

DATA = Path(__file__).parents[2] / "data"


def test_the_shared_register_gives_exactly_what_is_expected() -> None:
    expected = json.loads((DATA / "register.expected.json").read_text(encoding="utf-8"))
    results = read((DATA / "register.xlsx").read_bytes())
    duplicates = [int(row) for row in expected["duplicates"]]

    assert list(people(results)) == sorted([*expected["ok"], *duplicates])
    assert {str(row): list(found[0]) for row, found in reasons(results).items()} == expected[
        "rejected"
    ]
    assert [len(found) for found in reasons(results).values()] == [1] * 9
    assert remarks(results) == [("명단", 53, "formula kept as text", "비고")]
    assert sum(result.is_person for result in results) == expected["counts"]["rows"]


def test_the_shared_register_keeps_what_each_cell_says() -> None:
    parsed = people(read((DATA / "register.xlsx").read_bytes()))
    person = parsed[5]

    assert (person.callsign, person.name, person.latin_name) == ("등대-17", "오영남", "O Yong Nam")
    assert person.birth_date == date(1985, 10, 7)
    assert (person.sex, person.phone, person.email) == (
        "female",
        "+821078331028",
        "v7001@example.org",
    )
    assert (person.passport, person.passport_expiry) == ("M66119495", date(2028, 11, 6))
    assert (person.relatives, person.service_years) == ("yes", 11)
    assert person.languages == (
        LanguageLevel("kor", "native"),
        LanguageLevel("ukr", "B1"),
        LanguageLevel("eng", "B1"),
        LanguageLevel("zho", "B2"),
    )
    assert person.skills == (SkillLevel("audio", 2), SkillLevel("presenting", 3))
    assert person.wishes == ("broadcaster", "leaflets")
    assert (person.clearance_level, person.clearance_until) == (1, date(2028, 7, 25))
    assert person.available == (Period(date(2026, 12, 27), date(2027, 5, 24)),)
    assert [parsed[row].name for row in (70, 103)] == ["림명옥", "신경화"]
    assert parsed[53].notes == '=HYPERLINK("http://127.0.0.1/x","열기")'


def test_an_english_workbook_with_the_header_in_row_nine_and_other_columns_first() -> None:
    rows: Table = [
        ["Volunteer register"],
        ["Prepared by the Seoul office"],
        [],
        ["Draft 3", None, "confidential"],
        [],
        [],
        [],
        [],
        [
            "No.",
            "Date of birth",
            "Full name",
            "E-mail",
            "Mobile",
            "Sex",
            "Languages",
            "Skills",
            "Clearance",
            "Clearance valid until",
            "Available",
            "Remarks",
        ],
        [
            1,
            "7 Oct 1985",
            "KIM Chol Su",
            "a@example.org",
            "+82-10-1234-5678",
            "M",
            "Korean native; English B2",
            "First aid 2 / Radio 3",
            "Level 2",
            "12 July 2028",
            "5 January to 2 March 2027",
            "speaks softly",
        ],
        [
            2,
            moment("1990-01-02"),
            "Park Young-hee",
            None,
            1098765432,
            "female",
            "Korean (N), Ukrainian (A2)",
            "Driving",
            None,
            None,
            "5–9 March 2027",
            None,
        ],
        [],
        ["* updated after the December meeting"],
    ]
    results = read(workbook(rows))
    first, second = people(results)[10], people(results)[11]

    assert not reasons(results)
    assert not remarks(results)
    assert (first.name, first.latin_name, first.birth_date) == (
        "KIM Chol Su",
        "KIM Chol Su",
        date(1985, 10, 7),
    )
    assert first.skills == (SkillLevel("first-aid", 2), SkillLevel("radio", 3))
    assert (first.clearance_level, first.clearance_until) == (2, date(2028, 7, 12))
    assert first.available == (Period(date(2027, 1, 5), date(2027, 3, 2)),)
    assert (second.phone, second.birth_date) == ("+821098765432", date(1990, 1, 2))
    assert second.skills == (SkillLevel("driving", 1),)
    assert second.available == (Period(date(2027, 3, 5), date(2027, 3, 9)),)


def test_a_header_of_two_rows_with_merged_groups() -> None:
    def merge(book: Workbook) -> None:
        sheet = book.worksheets[0]
        for cells in ("A2:A3", "B2:C2", "D2:E2", "F2:G2", "H2:I2", "J2:K2"):
            sheet.merge_cells(cells)

    rows: Table = [
        ["2026년 지원자 현황"],
        [
            "호출명",
            "성명",
            None,
            "여권",
            None,
            "신원조회",
            None,
            "참여 가능 기간",
            None,
            "비상연락처",
            None,
        ],
        [
            None,
            "한글",
            "영문",
            "번호",
            "만료일",
            "등급",
            "만료일",
            "시작일",
            "종료일",
            "성명",
            "연락처",
        ],
        [
            "매-1",
            "김철수",
            "KIM Chol Su",
            "M12345678",
            "2030.1.2",
            "2급",
            "2028-07-12",
            "2027.1.5",
            "2027.3.2",
            "박영희",
            "010-1111-2222",
        ],
        [
            "매-2",
            "박영호",
            "PAK Yong Ho",
            "M87654321",
            "2030.1.2",
            "3",
            None,
            "2027.1.5",
            "2027.1.1",
            None,
            None,
        ],
    ]
    results = read(workbook(rows, change=merge))
    person = people(results)[4]

    assert (person.name, person.latin_name, person.callsign) == ("김철수", "KIM Chol Su", "매-1")
    assert (person.passport, person.passport_expiry) == ("M12345678", date(2030, 1, 2))
    assert (person.clearance_level, person.clearance_until) == (2, date(2028, 7, 12))
    assert person.available == (Period(date(2027, 1, 5), date(2027, 3, 2)),)
    assert (person.emergency_contact, person.phone) == ("박영희 010-1111-2222", "")
    assert reasons(results) == {
        5: [("신원조회 만료일", "missing date"), ("참여 가능 기간 종료일", "ends before it starts")]
    }


def test_a_header_in_two_languages_one_below_the_other() -> None:
    rows: Table = [
        ["성명", "생년월일", "연락처", "언어"],
        ["Name", "Date of birth", "Phone", "Languages"],
        ["김철수", "19851007", "01012345678", "한국어 N"],
    ]
    results = read(workbook(rows))
    assert list(people(results)) == [3]
    assert not reasons(results)
    assert not remarks(results)
