"""Log lines say where and what kind, never with whose data."""

import logging
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.handlers.exception import convert_exception_to_response
from django.db import IntegrityError
from django.test import RequestFactory

from corps.celery import app
from corps.logs import DiscreetFormatter, discreet_path
from tests.admin.doors import as_
from tests.cast import a_coordinator

WHO = "홍길동 +82 10-1234-5678"


def lines_of(caplog: pytest.LogCaptureFixture) -> str:
    """What the log would hold."""
    return "\n".join(DiscreetFormatter().format(record) for record in caplog.records)


def test_a_failing_task_tells_neither_its_error_nor_its_arguments(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from celery.app.trace import build_tracer

    def fail(who: str) -> None:
        raise ValueError(who)

    task = app.task(name="tests.fail")(fail)
    try:
        with caplog.at_level(logging.INFO):
            build_tracer("tests.fail", task, app=app)("one", (WHO,), {}, {"argsrepr": WHO})
        assert "tests.fail" in lines_of(caplog)
        assert "ValueError at " in lines_of(caplog)
        assert WHO not in lines_of(caplog)
    finally:
        app.tasks.pop("tests.fail", None)


@pytest.mark.parametrize(
    "args",
    [
        ({"id": 1, "name": "t", "return_value": WHO},),
        (ValueError(WHO),),
        ("/admin/?q=" + WHO,),
    ],
)
def test_values_stay_out_of_a_line(caplog: pytest.LogCaptureFixture, args: Any) -> None:
    said = "%(name)s %(return_value)s" if isinstance(args[0], dict) else "said %s"
    with caplog.at_level(logging.INFO):
        logging.getLogger("tests").info(said, *args)
    assert WHO not in lines_of(caplog)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/admin/?q=홍길동", "/admin/"),
        ("/join/Xq9vT3kLm2Np8RzW5yBc7dFg/", "/join/…"),
        ("/account/recover/Xq9vT3kLm2Np8RzW5yBc7dFg/", "/account/recover/…/"),
        ("/account/recover/Xq9vT3kLm2Np8RzW5yBc7dFg:1tZ:a-b_c", "/account/recover/…"),
        (
            "/admin/volunteers/volunteer/6f1c1a52-8a0e-4d7c-9a53-0c5d1c0d9a11/change/",
            "/admin/volunteers/volunteer/6f1c1a52-8a0e-4d7c-9a53-0c5d1c0d9a11/change/",
        ),
        ("/account/second-factor/", "/account/second-factor/"),
        ("/nothing#홍길동", "/nothing"),
    ],
)
def test_a_path_is_told_without_query_and_without_one_time_tokens(path: str, told: str) -> None:
    assert discreet_path(path) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/홍길동/", "Not Found: /…"),
        ("/gildong", "Not Found: /…"),
        ("/admin/volunteers/volunteer/gildong/change/?q=gildong", "Found: /admin/volunteers"),
        ("/join/gildong/", "Not Found: /join/…"),
    ],
)
@pytest.mark.django_db
def test_a_request_is_told_by_its_route(
    caplog: pytest.LogCaptureFixture, path: str, told: str
) -> None:
    with caplog.at_level(logging.INFO):
        as_(a_coordinator()).get(path)
    lines = lines_of(caplog)
    assert ("gildong" in lines, "홍길동" in lines, told in lines) == (False, False, True)


ERRORS: list[Exception] = [
    ValueError(WHO),
    KeyError(WHO),
    IntegrityError(f"duplicate key value: DETAIL: Key (callsign)=({WHO}) already exists"),
    OSError(2, WHO, f"/imports/{WHO}.xlsx"),
    UnicodeDecodeError("utf-8", WHO.encode(), 0, 1, WHO),
    ValidationError({WHO: [WHO]}),
    ExceptionGroup(WHO, [ValueError(WHO)]),
]


def raised_from(error: Exception) -> Exception:
    """An exception that was raised because of another."""

    def fail() -> None:
        raise RuntimeError(WHO) from error

    with pytest.raises(RuntimeError) as raised:
        fail()
    return raised.value


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_exception_is_told_by_its_kind_however_it_is_logged(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    error.add_note(WHO)
    with caplog.at_level(logging.INFO):
        logging.getLogger("tests").error("failed", exc_info=raised_from(error))
        logging.getLogger("tests").error("failed because of %s, %r", raised_from(error), error)
    told = lines_of(caplog)
    assert WHO not in told
    assert "홍길동" not in told
    assert f"RuntimeError <- {type(error).__name__} at " in told


def test_a_failing_page_leaves_its_kind_and_no_value(caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().post(f"/join/{WHO}/?q={WHO}", {"password": WHO})

    def fail(_request: Any) -> Any:
        raise ValueError(WHO)

    with caplog.at_level(logging.INFO):
        convert_exception_to_response(fail)(request)
    told = lines_of(caplog)
    assert ("ValueError at " in told, WHO in told, "홍길동" in told) == (True, False, False)
