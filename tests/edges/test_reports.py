"""Browsers tell of what the policy stopped (ASVS 5.0, 3.4.7); a line says what, and where."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from corps.edges.reports import AN_HOUR, LONGEST
from corps.logs import DiscreetFormatter

pytestmark = pytest.mark.django_db

SECRET = "홍길동"
OLD = {
    "csp-report": {
        "document-uri": f"https://corps.example/join/{SECRET}/?q={SECRET}",
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://evil.example/{SECRET}",
        "script-sample": SECRET,
    }
}
NEW = [
    {
        "type": "csp-violation",
        "url": f"https://corps.example/admin/?q={SECRET}",
        "body": {
            "documentURL": f"https://corps.example/admin/?q={SECRET}",
            "effectiveDirective": "style-src-attr",
        },
    }
]


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of reports."""
    lines = [
        json.loads(DiscreetFormatter().format(record))
        for record in caplog.records
        if record.name == "corps.edges.reports"
    ]
    return [line["says"] for line in lines]


def send(content: Any, kind: str = "application/csp-report") -> Any:
    """Post a report as a browser does."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Client(enforce_csrf_checks=True).generic(
        "POST", "/reports/csp/", body, content_type=kind
    )


def test_a_report_is_one_line_in_our_own_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answers = [send(OLD), send(NEW, "application/reports+json")]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert told(caplog) == [
        "The content policy stopped script-src-elem at join/<str:token>/".replace("-elem", ""),
        "The content policy stopped style-src at admin/",
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"[1]", b'{"csp-report": []}', b"\xff", b"[" * 9000],
)
def test_what_is_no_report_leaves_no_line(caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    with caplog.at_level(logging.WARNING):
        assert send(content).status_code == 204
    assert told(caplog) == []


def test_what_a_sender_makes_up_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    made_up = {"effective-directive": SECRET, "document-uri": f"http://[{SECRET}"}
    with caplog.at_level(logging.WARNING):
        send({"csp-report": made_up})
    assert told(caplog) == ["The content policy stopped something at elsewhere"]


def test_a_long_report_is_not_read(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert send({**OLD, "more": "x" * LONGEST}).status_code == 204
    assert told(caplog) == []


def test_a_flood_of_reports_ends_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        codes = {send(OLD).status_code for _ in range(AN_HOUR + 5)}
    assert (codes, len(told(caplog))) == ({204}, AN_HOUR)


def test_reports_are_posted_and_nothing_else() -> None:
    assert Client().get("/reports/csp/").status_code == 405
