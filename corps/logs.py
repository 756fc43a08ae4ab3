"""Log lines that tell where something went wrong and of what kind, never with whose data."""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeGuard

from django.urls import ResolverMatch

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
    """Return the message: for a request the route instead of its path, other paths without query
    string, errors named only by kind."""
    args = _args(record)
    if not args:
        return str(record.msg).split("?", 1)[0]
    discreet: Any
    if isinstance(args, Mapping):
        discreet = {
            name: _discreet(arg) if name in TOLD_OF_TASKS else "…" for name, arg in args.items()
        }
    else:
        discreet = tuple(_discreet(arg) for arg in args)
    try:
        return str(str(record.msg) % discreet)
    except (TypeError, ValueError):
        return str(record.msg)


def _args(record: logging.LogRecord) -> Any:
    request = getattr(record, "request", None)
    if request is None or not isinstance(record.args, tuple):
        return record.args
    told = told_route(getattr(request, "resolver_match", None))
    return tuple(told if _is_path(arg) else arg for arg in record.args)


def _discreet(arg: object) -> object:
    return type(arg).__name__ if isinstance(arg, BaseException) else _without_query(arg)


def _without_query(arg: object) -> object:
    return discreet_path(arg) if _is_path(arg) else arg


def _is_path(arg: object) -> TypeGuard[str]:
    return isinstance(arg, str) and arg.startswith("/")


def told_route(match: ResolverMatch | None) -> str:
    """Return the route that a request has found, with a dot for what its caller chose of it: people
    type names into addresses, too. Without a route there is nothing of the address to tell."""
    return "/…" if match is None else "/" + CHOSEN.sub("…", match.route)


CHOSEN = re.compile(r"<[^>]*>|\(\?P<\w+>[^)]*\)\$?")
"""What a route leaves to its caller."""


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
