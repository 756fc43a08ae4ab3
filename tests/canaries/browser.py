"""A browser without scripts: cookies, forms and links over real HTTP, every answer remembered."""

import http.client
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.canaries.marks import Hit, search

FORM = "application/x-www-form-urlencoded"
HOPS = 6
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back: who asked, for what, and every byte of it."""

    who: str
    method: str
    path: str
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    sent: bytes = b""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        """The last header of that name, "" when there is none."""
        found = [value for key, value in self.headers if key.lower() == name]
        return found[-1] if found else ""

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.header("content-type").startswith("text/html")

    def leaks(self) -> list[Hit]:
        """Return the canaries of the answer, unless the request itself has brought some."""
        hits = search(f"{self.who} {self.method} {self.path}", self.told)
        return [] if not hits or search("", self.path.encode() + b"\n" + self.sent) else hits

    @property
    def told(self) -> bytes:
        """Headers and body, as they went over the wire."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return head.encode("latin-1", "replace") + b"\n" + self.body


@dataclass
class Form:
    """A form of a page: where it goes, and its fields with what they begin with."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Finds the links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").lower()
            self.forms.append(Form(given.get("action", ""), method))
        elif self.forms and tag in ("input", "textarea", "select", "button", "option"):
            self._control(tag, given, self.forms[-1])

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", tag)
        if tag == "option":
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = given.get("value", "")
            return
        if tag == "select":
            self._select = name
        if not name or (tag == "button" and name in form.fields):
            return
        form.kinds[name] = "select" if tag == "select" else kind
        if tag == "select":
            return  # it begins with its first option, or with the one that is selected
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.fields[name] = given.get("value", "on")
        elif kind != "file":
            form.fields[name] = given.get("value", "")


def read(page: Answer) -> tuple[list[str], list[Form]]:
    """Return the links and the forms of a page."""
    reader = _Reader()
    if page.is_page:
        reader.feed(page.text)
    return reader.links, reader.forms


@dataclass
class Browser:
    """Somebody's browser. `remembered` is common to all, so that every answer can be searched."""

    who: str
    port: int
    remembered: list[Answer]
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, body: bytes = b"", kind: str = "", follow: bool = True
    ) -> Answer:
        """Send a request, and follow where it leads."""
        answer = self._once(method, path, body, kind)
        for _hop in range(HOPS if follow else 0):
            place = answer.header("location")
            if answer.status not in (301, 302, 303) or not place:
                break
            answer = self._once(
                "GET", urljoin(path, urlsplit(place)._replace(netloc="", scheme="").geturl())
            )
        return answer

    def _once(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        headers = {"Accept": "text/html,application/json", "Accept-Language": "en", **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            with suppress(ConnectionError):  # what is too long is refused while it still comes
                connection.request(method, path.split("#")[0], body or None, headers)
            response = connection.getresponse()
            received = response.read()
        finally:
            connection.close()
        answer = Answer(
            self.who, method, path, response.status, response.getheaders(), received, body[:100_000]
        )
        self._take_cookies(answer)
        self.remembered.append(answer)
        return answer

    def _take_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, kept = value.split(";")[0].partition("=")
                self.cookies[key] = kept

    def get(self, path: str, **query: str) -> Answer:
        """Open a page."""
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(
        self, path: str, fields: Fields, files: Mapping[str, tuple[str, bytes]] = {}
    ) -> Answer:
        """Send a form to an address; a list stands for a field given several times."""
        if files:
            body, kind = multipart(fields, files)
        else:
            body, kind = urlencode(fields, doseq=True).encode(), FORM
        return self.send("POST", path, body, kind)

    def post_json(self, path: str, content: Any) -> Answer:
        """Send JSON."""
        return self.send("POST", path, json.dumps(content).encode(), "application/json")

    def form(self, path: str, having: str = "") -> Form:
        """Return the form of a page: the last one that is posted and has the field `having`."""
        answer = self.get(path)
        found = [one for one in read(answer)[1] if one.method == "post" and _has(one, having)]
        assert found, f"{self.who} finds no form at {path}: {answer.status}"
        found[-1].action = urljoin(path, found[-1].action) if found[-1].action else path
        return found[-1]

    def fill(
        self, path: str, fields: Fields, files: Mapping[str, tuple[str, bytes]] = {}
    ) -> Answer:
        """Open a page, fill in its form, and send it."""
        form = self.form(path, having=next(iter([*fields, *files]), ""))
        return self.post(form.action, {**form.fields, **fields}, files)

    @property
    def token(self) -> dict[str, str]:
        """What a form of this browser carries against forgery, once a page has been opened."""
        return {"csrfmiddlewaretoken": self.cookies.get("csrf", "")}


def _has(form: Form, name: str) -> bool:
    return not name or name in form.kinds


def multipart(fields: Fields, files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return a multipart body and its content type."""
    line = uuid.uuid4().hex
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in fields.items()
    ]
    for name, (file, content) in files.items():
        head = f'--{line}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        parts += [
            head.encode(),
            b"Content-Type: application/octet-stream\r\n\r\n",
            content,
            b"\r\n",
        ]
    return b"".join([*parts, f"--{line}--\r\n".encode()]), f"multipart/form-data; boundary={line}"
