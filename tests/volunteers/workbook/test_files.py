"""Files that are refused, rows that come back to be corrected, and how much a long file takes."""

import io
import json
import logging
import random
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.volunteers.workbook.made import (
    CATALOGUE,
    TODAY,
    Table,
    moment,
    people,
    read,
    reasons,
    remarks,
    text_file,
    workbook,
)
from volunteers.workbook import (
    RowResult,
    WorkbookError,
    count_rows,
    read_register,
    write_corrections,
)

DATA = Path(__file__).parents[2] / "data"
SECRET = "김비밀"
GOOD = [["성명", "연락처"], [SECRET, "010-1234-5678"]]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a zip with one part replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return stream.getvalue()


def sheet_of(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml")


def bomb() -> bytes:
    return with_part(workbook(GOOD), "xl/worksheets/sheet1.xml", b" " * 80_000_000)


def with_entities() -> bytes:
    sheet = sheet_of(workbook(GOOD))
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + sheet.partition(b"?>")[2]
    return with_part(workbook(GOOD), "xl/worksheets/sheet1.xml", declared)


DECLARATION = b'<!DOCTYPE x [<!ENTITY a "b">]>'


def with_prologue(prologue: bytes) -> Callable[[], bytes]:
    """A workbook in whose sheet something stands before the root element."""

    def make() -> bytes:
        sheet = sheet_of(workbook(GOOD))
        sheet = sheet.partition(b"?>")[2] or sheet
        return with_part(workbook(GOOD), "xl/worksheets/sheet1.xml", prologue + sheet)

    return make


def noise(length: int) -> bytes:
    """A comment of so many bytes that a zip cannot make small."""
    return b"<!-- <a> " + random.Random(7).randbytes(length // 2).hex().encode() + b" -->"


def in_utf_16() -> bytes:
    sheet = sheet_of(workbook(GOOD)).partition(b"?>")[2].decode()
    return with_part(
        workbook(GOOD),
        "xl/worksheets/sheet1.xml",
        (DECLARATION.decode() + sheet).encode("utf-16"),
    )


def broken_off() -> bytes:
    sheet = sheet_of(workbook(GOOD))
    return with_part(
        workbook(GOOD), "xl/worksheets/sheet1.xml", sheet[: sheet.index(b"</row>") + 20]
    )


def too_wide() -> bytes:
    return workbook([["성명", "연락처", *[None] * 500, "비고"], [SECRET, "010-1234-5678"]])


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "an old workbook": (lambda: OLE + b"\0" * 600, "old format"),
    "a password": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "a letter": (lambda: b"%PDF-1.7", "not a workbook"),
    "half a zip": (lambda: b"PK\x03\x04 and no more", "not a workbook"),
    "another zip": (lambda: with_part(b"PK\x05\x06" + bytes(18), "a.txt", b"x"), "not a workbook"),
    "any bytes": (lambda: bytes(range(256)) * 40, "unknown encoding"),
    "a bomb": (bomb, "too large"),
    "too many columns": (too_wide, "too large"),
    "entities": (with_entities, "unsafe"),
    "entities after a comment": (with_prologue(b"<!-- <a> -->" + DECLARATION), "unsafe"),
    "entities far down": (with_prologue(noise(300_000) + DECLARATION), "unsafe"),
    "entities in UTF-16": (in_utf_16, "unsafe"),
    "an endless prologue": (with_prologue(noise(9 * 1024 * 1024)), "unsafe"),
    "broken off": (broken_off, "damaged"),
    "no cells": (lambda: workbook([[]]), "no table"),
    "an endless cell": (
        lambda: '성명,연락처\n"김비밀,010'.encode() + b"x" * 200_000,
        "not a workbook",
    ),
}


def test_a_long_comment_before_the_root_is_no_harm() -> None:
    assert read(with_prologue(noise(300_000))()) == read(workbook(GOOD))


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_cannot_be_read_are_refused_in_words(case: str) -> None:
    make, code = REFUSED[case]
    with pytest.raises(WorkbookError) as refused:
        read(make())
    assert refused.value.code == code
    assert refused.value.message.endswith(".")
    assert SECRET not in refused.value.message


def test_a_failure_shows_no_cell_to_whoever_reads_the_traceback() -> None:
    with pytest.raises(WorkbookError) as refused:
        read(broken_off())
    assert refused.value.__suppress_context__


def test_nothing_personal_is_logged_warned_of_or_shown(
    caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    caplog.set_level(logging.DEBUG)
    rows: Table = [
        ["성명", "연락처", "생년월일"],
        [SECRET, "010-12", 9_999_999],
        [SECRET, "010-1234-5678", "1985-10-07"],
    ]

    def overflow(book: Workbook) -> None:
        book.worksheets[0]["C2"].number_format = "yyyy-mm-dd"

    results = read(workbook(rows, change=overflow))
    assert reasons(results) == {
        2: [
            ("연락처", "not a phone number"),
            ("생년월일", "a spreadsheet error instead of a value"),
        ]
    }
    assert not caplog.records
    assert not recwarn.list
    assert not [
        result for result in results if SECRET in repr(result) or SECRET in repr(result.parsed)
    ]


def test_rejected_rows_come_back_as_they_were_and_can_be_read_again() -> None:
    rows: Table = [
        ["지원자 명단"],
        ["성명", "생년월일", "연락처", "여권 만료일", "복무 연수", "비고"],
        ["김철수", moment("1985-10-07"), "010-12", date(2030, 1, 2), 11, "=1+1"],
        ["박영희", "1985-10-08", "010-2345-6789", None, None, None],
        ["최민호", "1979-02-30", "010-3456-7890", None, 3.5, "-5"],
    ]
    rejected = [
        (result, f"because of row {result.row}") for result in read(workbook(rows)) if result.errors
    ]
    content = write_corrections(rejected, reason_header="사유")
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    written = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert sheet.title == "Sheet1"
    assert written == [
        ["사유", *rows[1]],
        [
            "because of row 3",
            "김철수",
            moment("1985-10-07"),
            "010-12",
            moment("2030-01-02"),
            11,
            "=1+1",
        ],
        ["because of row 5", "최민호", "1979-02-30", "010-3456-7890", None, 3.5, "-5"],
    ]
    assert (sheet["G2"].data_type, sheet["G2"].quotePrefix, sheet["C2"].is_date) == (
        "s",
        True,
        True,
    )
    assert sheet.column_dimensions["A"].width > 30

    again = read(content)
    assert reasons(again) == {
        2: [("연락처", "not a phone number")],
        3: [("생년월일", "not a date")],
    }
    assert not [remark for remark in remarks(again) if remark[2] != "formula kept as text"]


def test_corrections_of_several_tables_have_a_sheet_each() -> None:
    one: Table = [
        ["성명", "연락처"],
        ["김철수", "1"],
        [],
        ["Name", "Phone", "Rank"],
        ["Kim Chol", "1", "Captain"],
    ]
    rejected = [
        (result, "x") for result in read(workbook(one, one, names=["가", "나"])) if result.errors
    ]
    book = load_workbook(io.BytesIO(write_corrections(rejected)))
    assert book.sheetnames == ["가", "가 2", "나", "나 2"]
    assert [result.row for result in read(write_corrections(rejected)) if result.errors] == [2] * 4


def test_corrections_of_nothing_are_a_workbook_too() -> None:
    assert load_workbook(io.BytesIO(write_corrections([]))).sheetnames == ["1"]


def test_rows_are_counted_before_they_are_read() -> None:
    assert count_rows((DATA / "register.xlsx").open("rb")) == 207
    assert count_rows(io.BytesIO(text_file(GOOD))) == 3


def long_file(count: int) -> io.BytesIO:
    """Return the shared register's good rows again and again, up to `count` of them."""
    expected = json.loads((DATA / "register.expected.json").read_text(encoding="utf-8"))
    source = load_workbook(DATA / "register.xlsx").worksheets[0]
    good = [[cell.value for cell in source[row]] for row in expected["ok"]]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("명단")
    sheet.append([cell.value for cell in source[3]])
    for number in range(count):
        sheet.append(good[number % len(good)])
    stream = io.BytesIO()
    book.save(stream)
    return stream


def persons(source: io.BytesIO) -> Iterator[RowResult]:
    return (result for result in read_register(source, "", CATALOGUE, TODAY) if result.is_person)


def all_good(results: Iterator[RowResult], count: int) -> bool:
    return sum(result.parsed is not None for result in islice(results, count)) == count


def test_memory_stays_flat_and_rows_come_fast_enough() -> None:
    results = persons(long_file(1000))
    started = time.process_time()
    assert all_good(results, 400)
    took = time.process_time() - started
    tracemalloc.start()
    assert all_good(results, 100)
    early, _ = tracemalloc.get_traced_memory()
    assert all_good(results, 400)
    late, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert late - early < 400_000
    assert peak - early < 2_000_000
    assert 400 / took > 250  # 2,000 on an idle machine; the whole import is to do 150


def test_opening_a_file_leaves_it_open_and_warnings_as_they_were() -> None:
    source = io.BytesIO(workbook(GOOD))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(list(persons(source))) == 1
    assert not source.closed
    assert len(list(persons(source))) == 1


EXCEL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxml'
    b'formats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1" spans="1:5"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
    b'<row r="3" hidden="0"><c r="A3" t="s"><v>2</v></c><c r="B3"/><c r="C3"><v>31327</v></c>'
    b'<c r="D3" t="b"><v>1</v></c></row>'
    b'<row><c t="inlineStr"><is><r><t>\xeb\xb0\x95</t></r><r><t>\xec\x98\x81</t></r>'
    b'<rPh sb="0" eb="1"><t>x</t></rPh></is></c><c/><c><v>1.9851007E7</v></c></row>'
    b'<row r="9"><c r="C9" t="str"><f>A1</f><v>x</v></c><c r="A9" t="s"><v>99</v></c></row>'
    b"</sheetData><autoFilter ref='nonsense'/></worksheet>"
)
TEXTS = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="3">'
    "<si><t>성명</t></si><si><t>생년월일</t></si><si><r><t>김</t></r><r><rPr/><t>철수</t></r></si></sst>"
).encode()
KIND = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def test_a_workbook_as_excel_writes_it() -> None:
    content = with_part(workbook(GOOD), "xl/worksheets/sheet1.xml", EXCEL)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        kinds = book.read("[Content_Types].xml")
    if b"sharedStrings" not in kinds:
        part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + KIND + b'"/></Types>'
        kinds = kinds.replace(b"</Types>", part)
    content = with_part(
        with_part(content, "[Content_Types].xml", kinds), "xl/sharedStrings.xml", TEXTS
    )
    results = read(content)
    born = date(1985, 10, 7)
    assert [(row, one.name, one.birth_date) for row, one in people(results).items()] == [
        (3, "김철수", born),
        (4, "박영", born),
    ]
    assert reasons(results) == {
        9: [
            ("성명", "a spreadsheet error instead of a value"),
            ("생년월일", "formula where a value is needed"),
        ]
    }


def test_a_clock_of_1904_is_honoured() -> None:
    def old_macintosh(book: Workbook) -> None:
        book.epoch = moment("1904-01-01")

    rows: Table = [
        ["성명", "생년월일", "여권 만료일"],
        ["김철수", moment("1985-10-07"), 31327 + 15000],
    ]
    person = people(read(workbook(rows, change=old_macintosh)))[2]
    assert person.birth_date == date(1985, 10, 7)
    assert person.passport_expiry == date(2030, 11, 2)
