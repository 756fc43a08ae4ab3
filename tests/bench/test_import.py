"""How fast a long workbook is imported, and in how much memory.

    python -m corps.local bench -k import

The rows are made by number, each somebody of their own; one in fifty is rejected, one in a hundred
held. Memory is measured in a process of its own, for a short workbook and for a long one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from openpyxl import Workbook

from tests.cast import a_desk
from volunteers.models import Volunteer

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "20000"))
HEADERS = [
    *("호출명", "성명", "영문 성명", "생년월일", "성별", "연락처", "이메일", "주소", "여권번호"),
    *("여권 만료일", "비상연락처", "북한 가족", "복무 군종", "계급", "복무 연수", "언어", "기술"),
    *("지원 분야", "신원조회", "신원조회 만료일", "참여 가능 기간", "비고"),
]
SURNAMES = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN = "성영호철수민희경남빈혁국광명미순옥은일진"
SPELLED = (
    "Kim Ri Pak Choe Jong Kang Jo Yun Jang Im Han O So Sin Kwon Hwang An Song Ryu Hong "
    "Song Yong Ho Chol Su Min Hui Kyong Nam Pin Hyok Kuk Kwang Myong Mi Sun Ok Un Il Jin"
)
LATIN = dict(zip(SURNAMES + GIVEN, SPELLED.split(), strict=True))


def row(number: int) -> list[Any]:
    """A row as people write them, by its number."""
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
    day = f"{1955 + number // 8000 % 45}. {1 + number // 28 % 12}. {1 + number % 28}."
    like = number - 60 if number % 100 == 99 else number
    return [
        f"두루미-{number}" if number % 3 else None,
        name,
        " ".join(LATIN[letter] for letter in name),
        "someday" if number % 50 == 7 else day,
        "남" if number % 2 else "여",
        f"010-{2000 + like // 9000:04}-{1000 + like % 9000:04}",
        f"v{number}@example.org",
        f"서울특별시 노원구 {number % 200}번지 {number}호",
        f"M{10_000_000 + number}",
        "2031-05-06",
        "리금수 010-6560-3181",
        ["있음", "없음", "모름"][number % 3],
        "육군",
        "중사",
        number % 15,
        "한국어 N, 우크라이나어 B1, 영어 B2",
        "통역(순차) 2, 운전 2",
        "통역, 전단",
        str(1 + number % 3),
        "2028-07-12",
        "2027.01.16 - 2027.07.05",
        None,
    ]


def write_register(path: Path, rows: int) -> None:
    """Write a workbook of so many people."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("명단")
    sheet.append(["지원자 명단"])
    sheet.append(HEADERS)
    for number in range(rows):
        sheet.append(row(number))
    book.save(path)


def measured(path: Path, database: str, desk: str, *flags: str) -> dict[str, Any]:
    """Import a workbook in a process of its own; return counts, rows per second, megabytes."""
    module = [sys.executable, "-m", "tests.bench.measured_import"]
    done = subprocess.run(
        [*module, str(path), database, desk, *flags],
        cwd=settings.BASE_DIR,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_a_long_register_is_imported_fast_and_in_flat_memory(
    committed_db: str, tmp_path: Path
) -> None:
    short, long = tmp_path / "short.xlsx", tmp_path / "long.xlsx"
    write_register(short, 500)
    write_register(long, ROWS)
    for slug in ("short", "long"):
        a_desk(slug)
    small = measured(short, committed_db, "short", "--dry-run")
    dry = measured(long, committed_db, "long", "--dry-run")
    large = measured(long, committed_db, "long")
    for name, figures in (("500 rows, dry", small), ("dry run", dry), ("import", large)):
        sys.stdout.write(f"{name:>16}: {figures}\n")
    assert (dry["imported"], dry["rejected"], dry["held"]) == (
        large["imported"],
        large["rejected"],
        large["held"],
    )
    assert Volunteer.objects.count() == large["imported"]
    assert large["rejected"] == ROWS // 50
    assert large["rows/s"] >= 150
    assert large["MB peak"] - small["MB peak"] < 60
