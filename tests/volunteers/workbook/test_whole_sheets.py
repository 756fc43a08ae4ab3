"""Whole files as different hands build them: where the people stand in them."""

from datetime import date

from openpyxl import Workbook

from tests.volunteers.workbook.made import (
    Table,
    people,
    read,
    reasons,
    remarks,
    workbook,
)
from volunteers.workbook import LanguageLevel, Period, SkillLevel


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
