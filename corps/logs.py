"""Log lines that tell where something went wrong and of what kind, never with whose data."""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

SysExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


class DiscreetFormatter(logging.Formatter):
    """One JSON object a line, without the text of exceptions: databases repeat values in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for a record."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": _words(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)

    def formatException(self, ei: SysExcInfo) -> str:  # noqa: N802  (the library's name)
        """Return the kinds of the errors and where they arose, without their texts."""
        kind, error, trace = ei
        names = []
        while error is not None:
            names.append(type(error).__name__)
            error = error.__cause__
        frames = traceback.extract_tb(trace)
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return " <- ".join(names) + " at " + " > ".join(where) if kind else ""


TOLD_OF_TASKS = {"hostname", "id", "name", "description", "runtime"}
"""What Celery's lines may say of a task; its arguments, its result and its error hold values."""


def _words(record: logging.LogRecord) -> str:
    """Return the message, paths without query string, errors named only by kind."""
    if not record.args:
        return str(record.msg).split("?", 1)[0]
    discreet: Any
    if isinstance(record.args, Mapping):
        discreet = {
            name: _discreet(arg) if name in TOLD_OF_TASKS else "…"
            for name, arg in record.args.items()
        }
    else:
        discreet = tuple(_discreet(arg) for arg in record.args)
    try:
        return str(str(record.msg) % discreet)
    except (TypeError, ValueError):
        return str(record.msg)


def _discreet(arg: object) -> object:
    return type(arg).__name__ if isinstance(arg, BaseException) else _without_query(arg)


def _without_query(arg: object) -> object:
    return discreet_path(arg) if isinstance(arg, str) and arg.startswith("/") else arg


TOKEN = re.compile(r"(?<=/)(?=[^/]*[A-Z0-9])[\w:=.~-]{22,}(?=/|$)")
"""A part of a path that is long and no plain word: the token of a one-time link."""

KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The key of an object, which opens nothing by itself."""


def discreet_path(path: str) -> str:
    """Return a path without its query string, and without the token of a one-time link."""
    path = path.split("?", 1)[0].split("#", 1)[0]
    if path.startswith("/join/"):
        return "/join/…"
    return TOKEN.sub(lambda part: part[0] if KEY.fullmatch(part[0]) else "…", path)
