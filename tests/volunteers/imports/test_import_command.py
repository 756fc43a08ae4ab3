"""`manage.py import_register`: the shared register gives exactly what is expected of it."""

import json
import re
import stat
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.vault.models import DataKey
from tests.cast import NOW, a_desk
from tests.volunteers.imports.registers import DATA, REGISTER, person, workbook
from volunteers.identity import open_identity
from volunteers.models import Identity, IdentityMark, ImportRow, ImportRun, Volunteer
from volunteers.queries.import_words import PROBLEMS, WORDS
from volunteers.workbook.results import Remark, Why

pytestmark = pytest.mark.django_db

EXPECTED = json.loads((DATA / "register.expected.json").read_text())


def run_import(path: Path = REGISTER, *flags: str) -> dict[str, Any]:
    """Import a file onto the desk of Seoul and return the JSON document."""
    a_desk()
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("import_register", str(path), "--desk", "seoul", "--json", *flags, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def as_expected(found: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON document in the form of register.expected.json."""
    return {
        "ok": [one["row"] for one in found["imported"]],
        "rejected": {str(one["row"]): [one["column"], one["why"]] for one in found["rejected"]},
        "duplicates": {str(one["row"]): one["like"] for one in found["held"]},
        "warnings": {str(one["row"]): one["why"] for one in found["warnings"]},
        "counts": {
            "rows": found["rows"],
            "imported": len(found["imported"]),
            "rejected": len(found["rejected"]),
            "duplicates": len(found["held"]),
        },
    }


def test_the_shared_register_gives_exactly_what_is_expected() -> None:
    found = run_import()
    assert as_expected(found) == EXPECTED
    callsigns = {one["callsign"] for one in found["imported"]}
    assert callsigns == set(Volunteer.objects.values_list("callsign", flat=True))


def test_the_same_file_twice_adds_nobody() -> None:
    first = run_import()
    again = run_import()
    assert (again["rows"], again["imported"], len(again["held"])) == (203, [], 194)
    assert as_expected(again)["rejected"] == EXPECTED["rejected"]
    callsigns = {one["row"]: one["callsign"] for one in first["imported"]}
    known = [one for one in again["held"] if one["row"] in callsigns]
    assert {one["row"]: one["like"] for one in known} == callsigns
    assert {one["why"] for one in known} == {"already in the register, nothing new"}
    waiting = [one for one in again["held"] if one["row"] not in callsigns]
    assert {one["why"] for one in waiting} == {"already waiting for a decision"}
    assert Volunteer.objects.count() == 191
    assert ImportRow.objects.filter(outcome="held").count() == 3


def test_a_dry_run_writes_no_row_anywhere() -> None:
    def rows() -> dict[str, int]:
        tables = [Volunteer, ImportRun, ImportRow, Identity, IdentityMark, DataKey]
        return {table.__name__: table.objects.count() for table in tables}

    a_desk()
    before = rows()
    found = run_import(REGISTER, "--dry-run")
    assert as_expected(found) == EXPECTED
    assert rows() == before
    given = {5: "등대-17", 4: None}
    assert {
        one["row"]: one["callsign"] for one in found["imported"] if one["row"] in given
    } == given
    entry = Entry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.actor, entry.facts["imported"]) == (
        "import.previewed",
        "command",
        191,
    )


def test_the_register_goes_into_the_right_places() -> None:
    run_import()
    one = Volunteer.objects.get(callsign="등대-17")
    identity = open_identity(one)
    assert (one.standing, one.desk.slug, one.wishes) == (
        "active",
        "seoul",
        ["broadcaster", "leaflets"],
    )
    assert identity.phone == "+821078331028"
    assert identity.birth_date == date(1985, 10, 7)
    assert identity.relatives_in_north == "yes"
    assert (identity.service_branch, identity.service_rank, identity.service_years) == (
        "육군",
        "상급병사",
        "11",
    )
    languages = {held.language_id: held.speaking for held in one.languages.all()}
    assert languages == {"kor": 7, "ukr": 3, "eng": 3, "zho": 4}
    assert {held.skill.code: held.level for held in one.skills.all()} == {
        "audio": 2,
        "presenting": 3,
    }
    window = one.windows.get()
    seoul = ZoneInfo("Asia/Seoul")
    assert (window.kind, window.during.lower, window.during.upper) == (
        "available",
        datetime(2026, 12, 27, tzinfo=seoul),
        datetime(2027, 5, 25, tzinfo=seoul),
    )
    case = one.vetting.get()
    assert (case.state, case.level, case.from_register) == ("cleared", 1, True)
    assert case.holds.upper == date(2028, 7, 26)


def test_every_act_of_an_import_stands_in_the_ledger() -> None:
    run_import()
    run = ImportRun.objects.get()
    assert [entry.verb for entry in entries_about(run)][::-1] == [
        "import.started",
        "import.begun",
        "import.done",
    ]
    counts = {"rows": 203, "imported": 191, "rejected": 9, "held": 3}
    assert counts.items() <= entries_about(run)[0].facts.items()
    assert Entry.objects.filter(verb="register.imported", actor="command").count() == 191


def test_people_read_a_short_table() -> None:
    a_desk()
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("import_register", str(REGISTER), "--desk", "seoul", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("203 rows in ")
    assert lines[1:3] == ["    191 imported", "      9 rejected"]
    assert "        row 84: 언어: unknown language (클링온어)" in lines
    assert "        row 204: like 145: same phone, passport, e-mail, name and birth date" in lines


def test_the_rejected_rows_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "rejected.xlsx"
    with translation.override("en"):
        run_import(REGISTER, "--rejected", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert (len(rows), rows[1][0]) == (10, "신원조회: unknown clearance")
    assert Entry.objects.filter(verb="import.corrections_downloaded").count() == 1


def test_several_sheets_are_named_in_the_answer(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    twin = person(3, 연락처=person(1)["연락처"])
    path.write_bytes(workbook(sheets={"서울": [person(1)], "부산": [person(2), twin]}))
    found = run_import(path)
    assert [(one["sheet"], one["row"]) for one in found["imported"]] == [("서울", 2), ("부산", 2)]
    assert found["held"] == [
        {"sheet": "부산", "row": 3, "like": 2, "like_sheet": "서울", "why": "same phone"}
    ]


def test_a_csv_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("이름,생년월일,연락처\n김하나,1980-01-02,010-1234-5678\n", encoding="cp949")
    assert len(run_import(path)["imported"]) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["nowhere.xlsx", "--desk", "seoul"],
            "The file cannot be opened: No such file or directory.",
        ),
        (
            [str(REGISTER), "--desk", "nowhere"],
            "Say which desk: --desk SLUG. The desks are: seoul, tokyo.",
        ),
        ([str(REGISTER)], "Say which desk: --desk SLUG. The desks are: seoul, tokyo."),
        (
            [__file__, "--desk", "seoul"],
            "No table of people was found. One row must name the columns, ",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(arguments: list[str], sentence: str) -> None:
    a_desk()
    a_desk("tokyo")
    with translation.override("en"), pytest.raises(CommandError) as error:
        call_command("import_register", *arguments)
    assert str(error.value).startswith(sentence)
    assert ImportRun.objects.count() == 0


def test_a_sole_desk_need_not_be_said() -> None:
    a_desk()
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("import_register", str(REGISTER), "--json", stdout=out)
    assert len(json.loads(out.getvalue())["imported"]) == 191


def test_every_reason_and_remark_has_words() -> None:
    assert {*map(str, Why), *map(str, Remark)} <= WORDS.keys()


def test_every_problem_of_a_file_has_a_sentence() -> None:
    source = Path(settings.BASE_DIR, "volunteers", "workbook")
    text = "".join(path.read_text() for path in source.glob("*.py"))
    codes = set(re.findall(r'WorkbookError\(\s*"([^"]+)"', text))
    assert codes <= PROBLEMS.keys()
    assert len(codes) >= 8
