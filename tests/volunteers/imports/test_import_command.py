"""`manage.py import_register`: the shared register gives exactly what is expected of it."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from tests.cast import NOW, a_desk
from volunteers.models import ImportRow, ImportRun, Volunteer

pytestmark = pytest.mark.django_db

HERE = Path(__file__).resolve().parents[2] / "data"
REGISTER = HERE / "register.xlsx"
EXPECTED = json.loads((HERE / "register.expected.json").read_text())


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
