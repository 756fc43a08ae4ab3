"""What came into a column of plain things stays out of the clear all the same."""

import io
from datetime import date

import pytest

from volunteers.queries.imports import catalogue
from volunteers.workbook import read_register
from volunteers.workbook.results import RowResult

pytestmark = pytest.mark.django_db


def read(headers: str, *cells: str) -> RowResult:
    """One row of a comma file: name, birth date and phone, then `cells` under `headers`."""
    text = (
        f"name,date of birth,phone,{headers}\n홍길동,1990-01-02,010-1234-5678,{','.join(cells)}\n"
    )
    source = io.BytesIO(text.encode())
    rows = read_register(source, "x.csv", catalogue(), date(2026, 11, 22))
    return next(row for row in rows if row.is_person)


@pytest.mark.parametrize("header", ["home base", "지역", "city", "거주 지역"])
def test_an_address_in_the_column_of_home_bases_is_sealed(header: str) -> None:
    found = read(header, "서울특별시 강남구 테헤란로 12길 34 101동").parsed
    assert found is not None
    assert (found.home_base, found.address) == ("", "서울특별시 강남구 테헤란로 12길 34 101동")


def test_an_address_beside_it_is_kept_too() -> None:
    found = read("address,home base", "부산 1번지", "서울 2번지").parsed
    assert found is not None
    assert (found.home_base, found.address) == ("", "부산 1번지 서울 2번지")


@pytest.mark.parametrize("place", ["서울", "서울특별시 강남구", "Київ", "Seoul, Gangnam-gu"])
def test_a_town_or_a_district_stays_plain(place: str) -> None:
    found = read("home base", f'"{place}"').parsed
    assert found is not None
    assert (found.home_base, found.address) == (place, "")


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("languages", ["홍길동"]),
        ("languages", ["Hong Gil Dong B2"]),
        ("skills", ["홍길동 반장 3"]),
        ("skills", ["서울시 강남구 테헤란로 12 3"]),
        ("emergency contact,languages", ["김철수 010-9999-8888", "김철수 B2"]),
        ("address,skills", ["광주광역시 광산구", "광산구 2"]),
    ],
)
def test_no_error_names_the_person_or_those_near(headers: str, cells: list[str]) -> None:
    errors = read(headers, *cells).errors
    assert [error.word for error in errors] == [""]


@pytest.mark.parametrize(("cell", "word"), [("마야어 B2", "마야어"), ("Klingon B2", "klingon")])
def test_an_unknown_language_is_named(cell: str, word: str) -> None:
    assert [error.word for error in read("languages", cell).errors] == [word]
