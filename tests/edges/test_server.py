"""gunicorn as we run it: what it refuses by itself, what it says of itself, what it writes down.

A real server on a database of its own, asked over plain sockets.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connections

from tests.conftest import as_admin, drop, leave, point_at
from tests.local.installations import free_port

pytestmark = [pytest.mark.real_processes, pytest.mark.slow]

SECRET = "hong-gildong"
TOKEN = "Xq9vT3kLm2Np8RzW5yBc7dFg"


@dataclass
class Served:
    """A running server, and where it writes."""

    port: int
    log: Path
    pid: int

    def raw(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            found = b""
            while block := line.recv(65536):
                found += block
        return found

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask over HTTP; the answer has `.status`, `.headers` and `.content`."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request(method, path, body, {n.replace("_", "-"): v for n, v in headers.items()})
        answer: Any = line.getresponse()
        answer.content = answer.read()
        line.close()
        return answer

    def memory(self) -> int:
        """The most memory that any of its processes has held, in bytes."""
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        peaks = []
        for pid in found.stdout.split():
            told = Path(f"/proc/{pid}/status").read_text()
            peaks += [int(kib) * 1024 for kib in re.findall(r"VmHWM:\s+(\d+)", told)]
        return max(peaks)


@pytest.fixture(scope="module")
def served(
    django_db_setup: None,
    django_db_blocker: Any,
    database_name: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The web as `make run` starts it, with lines about every request."""
    clone = f"{database_name}_edge"
    with django_db_blocker.unblock():
        connections.close_all()
        drop(clone)
        leave(database_name)
        as_admin("CREATE DATABASE {} TEMPLATE {}", clone, database_name)
        point_at(database_name)
    address = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(address._replace(path=f"/{clone}"))
    port, log = free_port(), tmp_path_factory.mktemp("server") / "web.log"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:corps.web", "corps.wsgi"]
    command += ["--bind", f"127.0.0.1:{port}", "--threads", "2", "--no-control-socket"]
    with log.open("wb") as file:
        server = subprocess.Popen(
            [*command, "--access-logfile", "-"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": url},
            stdout=file,
            stderr=file,
        )
    try:
        _wait_for(server, port, log)
        yield Served(port, log, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        with django_db_blocker.unblock():
            drop(clone)


def _wait_for(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("GET", "/account/login/", headers={"Host": "localhost"})
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


NOT_HTTP = {
    "no request at all": (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
    "a method in small letters": (b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "a version there is not": (f"GET /{SECRET} HTTP/9.9\r\n\r\n".encode(), 400),
    "a header that is none": (f"GET / HTTP/1.1\r\n{SECRET} x: 1\r\n\r\n".encode(), 400),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        400,
    ),
    "a length and chunks": (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "an address too long": (b"GET /" + SECRET.encode() * 900 + b" HTTP/1.1\r\n\r\n", 414),
    "a header too long": (
        b"GET / HTTP/1.1\r\nX-A: " + SECRET.encode() * 2000 + b"\r\n\r\n",
        431,
    ),
    "too many headers": (
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % n for n in range(200)) + b"\r\n",
        431,
    ),
}


@pytest.mark.parametrize("case", NOT_HTTP)
def test_what_is_no_request_gets_our_page_with_its_headers(served: Served, case: str) -> None:
    sent, status = NOT_HTTP[case]
    head, _, body = served.raw(sent).partition(b"\r\n\r\n")
    lines = head.decode().splitlines()
    assert lines[0].split()[1] == str(status), lines[0]
    names = {line.partition(":")[0].lower() for line in lines[1:]}
    assert {"content-security-policy", "x-content-type-options", "cache-control"} <= names
    assert body.startswith(b"<!DOCTYPE html>")
    assert SECRET.encode() not in head + body


def test_no_answer_says_which_program_gives_it(served: Served) -> None:
    for path in ("/account/login/", "/static/corps/tokens.css", "/nothing", "/api/v1/me"):
        answer = served.ask("GET", path, Host="localhost")
        told = str(answer.headers).lower()
        assert answer.headers["Server"] == "web"
        assert [name for name in ("gunicorn", "django", "python", "powered") if name in told] == []


def test_a_body_that_cannot_be_read_is_answered_once(served: Served) -> None:
    head = b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body in (b"zz\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n"):
        assert served.raw(head + body).count(b"HTTP/1.1 ") == 1


def test_a_body_too_long_is_answered_while_it_is_still_coming(served: Served) -> None:
    before = served.memory()
    for size in (3, 30, 60):
        body = (b"x" * 1024 * 1024 for _ in range(size))
        length = str(size * 1024 * 1024)
        try:
            answer = served.ask("POST", "/language/", body, Host="localhost", Content_Length=length)
        except (BrokenPipeError, ConnectionResetError):
            assert size > 3, "a body a little too long is answered, not cut off"
            continue
        assert (answer.status, b"<h1>" in answer.content) == (413, True)
    assert served.memory() - before < 16 * 1024 * 1024


def test_who_sends_slowly_what_is_too_long_reads_why(served: Served) -> None:
    """The answer is given long before the last of it comes."""

    def body() -> Iterator[bytes]:
        for _each in range(6):
            yield b"x" * 512 * 1024
            time.sleep(0.1)

    length = str(3 * 1024 * 1024)
    answer = served.ask("POST", "/language/", body(), Host="localhost", Content_Length=length)
    assert (answer.status, b"<h1>" in answer.content) == (413, True)


def test_chunks_of_no_known_number_are_not_read(served: Served) -> None:
    before = served.memory()
    body = (b"x" * 1024 * 1024 for _ in range(3))
    answer = served.ask("POST", "/language/", body, Host="localhost", Transfer_Encoding="chunked")
    assert (answer.status, b"<h1>" in answer.content) == (411, True)
    assert served.memory() - before < 16 * 1024 * 1024


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "Script-Name"])
def test_a_header_of_the_caller_is_no_address_of_ours(served: Served, header: str) -> None:
    sent = f"GET /admin/ HTTP/1.1\r\nHost: localhost\r\n{header}: //evil.example\r\n"
    told = served.raw(f"{sent}Connection: close\r\n\r\n".encode())
    assert b"evil.example" not in told
    assert told.split()[1] in {b"302", b"400"}


def test_the_log_holds_no_query_token_referrer_or_value(served: Served) -> None:
    asked = {"Host": "localhost", "User_Agent": SECRET, "Referer": f"http://localhost/?{SECRET}"}
    for path in (
        f"/account/login/?next=/{SECRET}",
        f"/join/{SECRET}/?q={SECRET}",
        f"/account/recover/{TOKEN}/",
        f"/nothing/{TOKEN}?code={SECRET}",
        f"/{SECRET}/",
        f"/admin/volunteers/volunteer/{SECRET}/change/",
    ):
        served.ask("GET", path, **asked)
    served.ask("POST", "/account/login/", f"login={SECRET}&password={SECRET}", **asked)
    served.raw(f"GET /{SECRET} HTTP/9.9\r\n\r\n".encode())
    written = served.log.read_text()
    assert (SECRET in written, TOKEN in written) == (False, False)
    assert '"GET /account/login/" 200' in written
    assert '"GET /join/…/" 404' in written
    assert "A request was answered with 400: InvalidHTTPVersion" in written


def test_its_lines_are_objects_like_all_others(served: Served) -> None:
    lines = served.log.read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"gunicorn.error"} <= {line["from"] for line in told}
