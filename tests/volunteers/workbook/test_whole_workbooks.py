"""Whole files as different hands build them."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.volunteers.workbook.made import (
    Table,
    moment,
    people,
    read,
    reasons,
    remarks,
    text_file,
    workbook,
)
from volunteers.workbook import LanguageLevel, Period, SkillLevel, WorkbookError

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


def test_several_tables_on_several_sheets_and_one_hidden() -> None:
    table = [["성명", "연락처", "생년월일"], ["김철수", "010-1234-5678", "1985.10.7"]]
    other = [
        ["Name", "Phone", "Rank"],
        ["LEE Young", "+82 10 2222 3333", "Captain"],
        [],
        ["호출명", "이름", "이메일"],
        ["범-1", "박영희", "b@example.org"],
    ]
    notes = [["내부용"], ["다음 회의: 12월"]]
    codes = [["코드", "설명", "단계"], ["A", "가", "나"], ["B", "다", "라"]]

    def hide(book: Workbook) -> None:
        book["옛 명단"].sheet_state = "hidden"

    content = workbook(
        table,
        notes,
        other,
        table,
        codes,
        names=["1팀", "비고", "2팀", "옛 명단", "코드"],
        change=hide,
    )
    results = read(content)
    found = [(r.sheet, r.row, r.parsed.name) for r in results if r.parsed]

    assert found == [("1팀", 2, "김철수"), ("2팀", 2, "LEE Young"), ("2팀", 5, "박영희")]
    assert remarks(results) == [
        ("옛 명단", 0, "hidden sheet, not read", ""),
        ("코드", 0, "looks like a table without known headers, not read", ""),
    ]


def test_totals_notes_repeated_headers_and_empty_rows_are_no_people() -> None:
    header = ["연번", "성명", "연락처", "주소", "비고"]
    rows: Table = [
        ["지원자 명단 (작업본)"],
        header,
        [1, "김철수", "010-1234-5678", "서울", None],
        [2, None, None, None, None],
        [None, "-", None, "", " "],
        [],
        header,
        [3, "박영희", "010-2345-6789", "부산", None],
        ["합계", "2명", None, None, None],
        ["※ 비상시 담당자에게 연락"],
        ["작성자", "최담당"],
        ["이하 여백"],
    ]
    results = read(workbook(rows))
    assert list(people(results)) == [3, 8]
    assert not reasons(results)
    assert not remarks(results)


def test_nobody_is_lost_in_silence() -> None:
    rows: Table = [
        ["호출명", "성명", "연락처", "회비"],
        ["매-1", "김철수", "010-1234-5678", None],
        [None, "박영희", None, None],
        [None, None, "010-2345-6789", "납부"],
        ["1조", None, None, None],
        [None, None, None, "납부"],
        [None, None, "010-3456-7890", None],
        ["매-2", None, "010-4567-8901", None],
        ["* 홍길동", None, None, None],
    ]
    results = read(workbook(rows))
    assert list(people(results)) == [2]
    assert reasons(results) == {
        3: [("성명", "nothing but a name")],
        8: [("성명", "missing name")],
    }
    stray = "neither a person nor a note, not read"
    assert remarks(results) == [
        ("Sheet1", 1, "unknown column, not read", "회비"),
        ("Sheet1", 4, stray, ""),
        ("Sheet1", 5, stray, ""),
        ("Sheet1", 6, stray, ""),
        ("Sheet1", 7, stray, ""),
    ]


def test_hidden_rows_are_read_and_said_so() -> None:
    def hide(book: Workbook) -> None:
        book.worksheets[0].row_dimensions[3].hidden = True

    rows: Table = [["성명", "연락처"], ["김철수", "010-1234-5678"], ["박영희", "010-2345-6789"]]
    results = read(workbook(rows, change=hide))
    assert list(people(results)) == [2, 3]
    assert remarks(results) == [("Sheet1", 3, "hidden row, read like any other", "")]


def test_one_column_for_each_language_skill_and_field_of_work() -> None:
    rows: Table = [
        ["이름", "전화", "영어", "러시아어", "무전", "운전", "통역", "방송", "전단"],
        ["김철수", "010-1234-5678", "B1", None, 3, "O", "O", "X", "○"],
        ["박영희", "010-2345-6789", "B9", "원어민", "2급", None, None, "v", None],
    ]
    results = read(workbook(rows))
    person = people(results)[2]
    assert person.languages == (LanguageLevel("eng", "B1"),)
    assert person.skills == (SkillLevel("radio", 3), SkillLevel("driving", 1))
    assert person.wishes == ("interpreter", "leaflets")
    assert reasons(results) == {3: [("영어", "unknown level")]}


def test_languages_and_their_levels_in_two_columns() -> None:
    rows: Table = [
        ["성명", "생년월일", "외국어", "수준", "기술", "기술 수준"],
        ["김철수", "1985-10-07", "영어, 러시아어", "B1, A2", "무전", 3],
        ["박영희", "1985-10-08", "영어", None, "무전", "상"],
    ]
    results = read(workbook(rows))
    person = people(results)[2]
    assert person.languages == (LanguageLevel("eng", "B1"), LanguageLevel("rus", "A2"))
    assert person.skills == (SkillLevel("radio", 3),)
    assert reasons(results) == {3: [("외국어", "missing level"), ("기술", "unknown level")]}


def test_native_speakers_in_a_column_of_their_language() -> None:
    rows: Table = [["성명", "연락처", "한국어", "영어"], ["김철수", "010-1234-5678", "N", "-"]]
    assert people(read(workbook(rows)))[2].languages == (LanguageLevel("kor", "native"),)


def test_blocks_side_by_side_are_tables_of_their_own() -> None:
    rows: Table = [
        ["연번", "성명", "연락처", None, "연번", "성명", "연락처"],
        [1, "김철수", "010-1234-5678", None, 3, "박영희", "010-2345-6789"],
        [2, "최민호", "010-3456-7890", None, 4, None, "010-4567-8901"],
    ]
    results = read(workbook(rows, names=["명단"]))
    found = [(r.sheet, r.row, r.parsed.name, r.parsed.phone) for r in results if r.parsed]
    assert found == [
        ("명단 (1)", 2, "김철수", "+821012345678"),
        ("명단 (1)", 3, "최민호", "+821034567890"),
        ("명단 (2)", 2, "박영희", "+821023456789"),
    ]
    assert remarks(results) == [("명단 (2)", 3, "neither a person nor a note, not read", "")]


def test_a_form_with_groups_for_service_languages_wishes_and_dates() -> None:
    rows: Table = [
        ["자원봉사자 명부"],
        ["(2026. 11. 22. 기준)"],
        [
            "연번",
            "성명",
            "생년월일",
            "군 경력",
            None,
            None,
            "어학",
            None,
            "희망분야",
            None,
            None,
            "보안",
            None,
            "활동가능기간",
            None,
            "비고",
        ],
        [
            None,
            None,
            None,
            "군종",
            "최종계급",
            "복무기간",
            "한국어",
            "영어",
            "통역",
            "방송",
            "전단",
            "등급",
            "만료일",
            "시작",
            "종료",
            None,
        ],
        [
            1,
            "김철수",
            "85.10.07.",
            "육군",
            "중사",
            "1998.3~2009.5",
            "N",
            "B1",
            "○",
            None,
            "○",
            "2급",
            "28.7.12.",
            "27.1.5.",
            "27.3.2.",
            None,
        ],
        [
            2,
            "이영희",
            "'90.1.2",
            "해군",
            "하사",
            "10년",
            "원어민",
            "-",
            None,
            "○",
            None,
            "-",
            "-",
            "27.1.5.",
            "27.3.2.",
            "메모",
        ],
    ]
    results = read(workbook(rows))
    first, second = people(results)[5], people(results)[6]
    assert not reasons(results)
    assert not remarks(results)
    assert (first.service_branch, first.rank, first.service_years) == ("육군", "중사", 11)
    assert first.languages == (LanguageLevel("kor", "native"), LanguageLevel("eng", "B1"))
    assert first.wishes == ("interpreter", "leaflets")
    assert (first.clearance_level, first.clearance_until) == (2, date(2028, 7, 12))
    assert first.available == (Period(date(2027, 1, 5), date(2027, 3, 2)),)
    assert (second.birth_date, second.service_years, second.clearance_level) == (
        date(1990, 1, 2),
        10,
        None,
    )


def test_surname_and_given_name_in_two_columns() -> None:
    rows: Table = [
        ["성", "이름", "Surname (Latin)", "Given name (Latin)", "생년월일"],
        ["김", "철수", "KIM", "Chol Su", "1985.10.7"],
        ["박", None, "PAK", "Yong", "1985.10.8"],
    ]
    results = read(workbook(rows))
    person = people(results)[2]
    assert (person.name, person.latin_name) == ("김철수", "KIM Chol Su")
    assert reasons(results) == {3: [("이름", "missing name")]}


def test_a_workbook_with_latin_names_only_requires_those() -> None:
    rows: Table = [
        ["영문 성명", "Date of birth", "Contact"],
        ["KIM Chol Su", "1985-10-07", "010-1234-5678"],
        [None, "1985-10-08", "010-2345-6789"],
    ]
    results = read(workbook(rows))
    assert people(results)[2].name == "KIM Chol Su"
    assert reasons(results) == {3: [("영문 성명", "missing name")]}


def test_the_same_kind_of_column_twice() -> None:
    rows: Table = [
        ["성명", "휴대전화", "집 전화", "비고", "비고", "계급", "최종계급"],
        ["김철수", "010-1234-5678", "02-123-4567", "가", "나", "중사", "상사"],
    ]
    results = read(workbook(rows))
    person = people(results)[2]
    assert (person.phone, person.other_phones) == ("+821012345678", ("+8221234567",))
    assert (person.notes, person.rank) == ("가\n나", "중사")
    assert remarks(results) == [
        (
            "Sheet1",
            1,
            "second column of the same kind, read only where the first is empty",
            "최종계급",
        )
    ]


def test_a_ukrainian_workbook() -> None:
    rows: Table = [
        ["Позивний", "ПІБ", "Дата народження", "Стать", "Телефон", "Мови", "Напрям"],
        [
            "Сокіл-1",
            "Кім Чхоль Су",
            "07.10.1985",
            "ч",
            "+380 50 123 45 67",
            "українська В1, корейська рідна",
            "переклад, листівки",
        ],
    ]
    person = people(read(workbook(rows)))[2]
    assert (person.birth_date, person.sex, person.phone) == (
        date(1985, 10, 7),
        "male",
        "+380501234567",
    )
    assert person.languages == (LanguageLevel("ukr", "B1"), LanguageLevel("kor", "native"))
    assert person.wishes == ("interpreter", "leaflets")


TABLE: Sequence[Sequence[str]] = (
    ("지원자 명단", "", "", ""),
    ("성명", "생년월일", "연락처", "언어"),
    ("김철수", "1985. 10. 7.", "010-1234-5678", "한국어 N, 영어 B1"),
    ("박영희", "1979-02-30", "010-2345-6789", "한국어 N; 러시아어 A2"),
)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"]
)
def test_text_files_in_every_encoding_and_with_every_separator(
    encoding: str, separator: str
) -> None:
    results = read(text_file(TABLE, encoding, separator))
    assert people(results)[3].languages == (
        LanguageLevel("kor", "native"),
        LanguageLevel("eng", "B1"),
    )
    assert reasons(results) == {4: [("생년월일", "not a date")]}


def test_a_text_file_with_quoted_line_breaks_counts_rows_as_a_spreadsheet_does() -> None:
    content = '\n성명,주소,연락처\n김철수,"서울\n노원구",="01012345678"\n박영희,부산,12\n'.encode()
    results = read(content)
    assert people(results)[3].address == "서울\n노원구"
    assert people(results)[3].phone == "+821012345678"
    assert reasons(results) == {4: [("연락처", "not a phone number")]}


def test_a_text_file_that_names_its_separator() -> None:
    content = b"sep=;\r\nName;Phone;Notes\r\nKim Chol;010-1234-5678;a,b,c\r\n"
    assert people(read(content))[3].notes == "a,b,c"


def test_formulas_are_never_values() -> None:
    rows: Table = [
        ["번호", "성명", "생년월일", "연락처", "주소", "비고"],
        ["=ROW()-1", "김철수", "=DATE(1985,10,7)", "010-1234-5678", "=A1", "=1+1"],
        ["=ROW()-1", '="김"&"철수"', "1985-10-07", "010-1234-5678", "서울", None],
        ["=ROW()-1", "박영희", "1985-10-07", "#N/A", "서울", None],
    ]
    results = read(workbook(rows))
    assert reasons(results) == {
        2: [("생년월일", "formula where a value is needed")],
        3: [("성명", "formula where a value is needed")],
        4: [("연락처", "a spreadsheet error instead of a value")],
    }
    kept = "formula kept as text"
    assert remarks(results) == [("Sheet1", 2, kept, "주소"), ("Sheet1", 2, kept, "비고")]


def test_cells_longer_than_any_value_are_not_even_tried() -> None:
    rows: Table = [["성명", "언어", "비고"], ["김철수", "영어 " * 400, "가" * 3000]]
    assert reasons(read(workbook(rows))) == {2: [("언어", "too long")]}


def test_a_file_without_a_table_of_people_is_refused() -> None:
    for content in (workbook([["내부용"]]), b"hello\n", workbook([["코드", "이름표"], ["a", "b"]])):
        with pytest.raises(WorkbookError) as refused:
            read(content)
        assert refused.value.code == "no table"
