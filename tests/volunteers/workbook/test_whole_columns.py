"""Whole files as different hands build them: names, other languages, text files, formulas."""

from collections.abc import Sequence
from datetime import date

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
from volunteers.workbook import LanguageLevel, WorkbookError


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
