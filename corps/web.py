"""How gunicorn runs the web: `gunicorn -c python:corps.web corps.wsgi`.

Its lines, like all others, say where and of what kind, never with which values; what it cannot read
as HTTP at all is answered with our own page too; and no answer tells which program gives it.
"""

import logging
import time
from importlib import import_module
from typing import Any

from django.urls import Resolver404, resolve
from gunicorn import glogging, util
from gunicorn.http import errors, wsgi
from gunicorn.workers.gthread import ThreadWorker

from corps.logs import DiscreetFormatter, told_route

worker_class = "corps.web.Worker"
logger_class = "corps.web.Logger"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s %(M)s'
forwarder_headers = "-"
"""No header of a caller is taken for the address of the application (the name matches none)."""

REASONS = {
    400: "Bad Request",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}


READ_AWAY, PATIENCE, BLOCK = 4 * 1024 * 1024, 5.0, 64 * 1024
"""How many bytes of a body that nobody asked for are read away, for how many seconds, and how many
at a time: a caller who still sends reads no answer. Who sends more is cut off."""


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's log, in our format and without query strings, referrers and other headers."""

    def setup(self, cfg: Any) -> None:
        """Give every handler of gunicorn's the discreet format; access lines stay as they are."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(DiscreetFormatter())

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """Return what an access line may say, whatever format an installation chooses."""
        told = super().atoms(resp, req, environ, request_time)
        kept = {name: told[name] for name in "hlutsmHbBTDMLp" if name in told}
        path = route_of(str(told.get("U") or ""))
        return {**kept, "U": path, "q": "", "f": "-", "a": "-", "r": f"{told['m']} {path}"}


def route_of(path: str) -> str:
    """Return the route of a path, with dots for what its caller chose of it."""
    try:
        return told_route(resolve(path))
    except Resolver404:
        return told_route(None)


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, whose own errors repeat nothing of what was sent."""

    def init_process(self) -> None:
        """Serve, under a name that says nothing."""
        wsgi.SERVER = "web"
        super().init_process()

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer a request, and read away what is left of a body that was refused; return whether
        the connection can be used again."""
        again = super().handle_request(req, conn)
        try:
            read = read_away(req.body, conn.sock)
        except (errors.ParseException, OSError):
            self.log.debug("What came after the answer could not be read.")
            return False
        return bool(again and read)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer for what could not be read as a request, or for what broke outside of Django."""
        status = status_of(exc)
        level = logging.ERROR if status == 500 else logging.WARNING
        self.log.log(level, "A request was answered with %s: %s", status, type(exc).__name__)
        try:
            util.write_nonblock(client, plain_answer(status))
        except OSError:
            self.log.debug("The caller had gone.")


def read_away(body: Any, sock: Any) -> bool:
    """Read what is left of a body, within bounds, and return whether nothing is.

    gunicorn's own `finish_body` asks for a kilobyte at a time, and each time copies all that it
    holds: a few megabytes in chunks took it seconds.
    """
    until, left, before = time.monotonic() + PATIENCE, READ_AWAY, sock.gettimeout()
    try:
        while left > 0 and not body.failed and (wait := until - time.monotonic()) > 0:
            sock.settimeout(wait)
            read = body.read(BLOCK)
            if not read:
                return True
            left -= len(read)
    finally:
        sock.settimeout(before)
    return False


def status_of(error: BaseException) -> int:
    """Return the status that tells of an error before the application is asked."""
    if isinstance(error, errors.LimitRequestLine):
        return 414
    if isinstance(error, errors.LimitRequestHeaders):
        return 431
    return 400 if isinstance(error, errors.ParseException) else 500


def plain_answer(status: int) -> bytes:
    """Return our page for a status as HTTP. Django is asked only here: the server reads this file
    before there is an application."""
    answers = import_module("corps.edges.answers")
    page = answers.unread(status)
    page.headers["Connection"] = "close"
    page.headers["Content-Length"] = str(len(page.content))
    return f"HTTP/1.1 {status} {REASONS[status]}\r\n".encode() + bytes(page.serialize())
