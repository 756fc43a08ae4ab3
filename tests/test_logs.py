"""Log lines say where and what kind, never with whose data."""

import logging
from typing import Any

import pytest

from corps.celery import app
from corps.logs import DiscreetFormatter

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
