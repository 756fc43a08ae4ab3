"""Walking everywhere: every link a person finds, every button, every route the resolver has."""

import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from tests.canaries import people
from tests.canaries.browser import FORM, Answer, Browser, Form, read

WAYS_OUT = re.compile(r"/logout/|/language/|/static/|\.ics")
IRREVERSIBLE = re.compile(r"/do/(release|discard|erase|remove-factors)/")
IDENTIFIERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
EACH = 2
"""How many addresses of one shape are opened by those who share a count."""


@dataclass
class Walk:
    """One person's walk along every link that leads to a page; `shapes` may be shared with others,
    so that what all can open is opened by some."""

    browser: Browser
    begin: tuple[str, ...]
    shapes: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    buttons: list[str] = field(default_factory=list)
    with_forms: list[Answer] = field(default_factory=list)

    def go(self) -> "Walk":
        """Follow the links, each shape of address a few times."""
        waiting = list(self.begin)
        while waiting:
            address = waiting.pop(0)
            if address not in self.seen and self._worth(address):
                waiting += self._open(address)
        return self

    def _open(self, address: str) -> list[str]:
        """Open a page and return where it leads; a list that is filtered leads nowhere new."""
        self.seen.add(address)
        page = self.browser.send("GET", address)
        links, forms = read(page)
        if "/do/" in address:
            self.buttons.append(address)
        if any(form.method == "post" for form in forms):
            self.with_forms.append(page)
        return [] if "?" in address else [urldefrag(urljoin(page.path, link))[0] for link in links]

    def _worth(self, address: str) -> bool:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path or WAYS_OUT.search(parts.path):
            return False
        names = sorted(part.partition("=")[0] for part in parts.query.split("&"))
        shape = IDENTIFIERS.sub("…", parts.path) + "?" + "&".join(names)
        self.shapes[shape] += 1
        return self.shapes[shape] <= EACH


def press(browser: Browser, address: str) -> Answer | None:
    """Press a button: open its page and send its form, filled in as a person would."""
    if IRREVERSIBLE.search(address):
        return None
    found = [form for form in read(browser.get(address))[1] if form.method == "post"]
    if not found or "_save" in found[-1].fields or "file" in found[-1].kinds:
        return None
    return browser.post(found[-1].action or address, filled(found[-1]))


def filled(form: Form) -> dict[str, str]:
    """The fields of a form with something of their kind where nothing stands yet."""
    texts = {"date": "2026-12-24", "number": "1", "text": "routine", "textarea": "routine"}
    fields = dict(form.fields)
    for name, kind in form.kinds.items():
        offered = [value for value in form.choices.get(name, []) if value]
        if offered and not fields.get(name):
            fields[name] = offered[0]
        elif not offered and not fields.get(name) and kind in texts:
            fields[name] = texts[kind]
    return fields


def filled_wrongly(form: Form) -> dict[str, str] | None:
    """The fields of a form with a canary in each, None where a form might take that.

    A field that takes only days, numbers or choices refuses it, and the whole form with it.
    """
    refusing = [name for name, kind in form.kinds.items() if kind in ("date", "number", "select")]
    if not refusing:
        return None
    kept = {name: text for name, text in form.fields.items() if form.kinds[name] == "hidden"}
    return {
        name: f"{people.hangul()} {people.latin()} {people.phone()}"
        for name, kind in form.kinds.items()
        if kind not in ("hidden", "submit", "button", "file")
    } | kept


def send_wrongly(browser: Browser, page: Answer) -> None:
    """Send the forms of a page with canaries where they do not belong."""
    for form in read(page)[1]:
        wrong = filled_wrongly(form) if form.method == "post" else None
        if wrong is not None:
            browser.post(urljoin(page.path, form.action) if form.action else page.path, wrong)


def address_of(route: str) -> str:
    """Return an address of a route, with a canary for each of its parts that takes a text."""
    text = quote(f"{people.hangul()}-{people.latin()}-{people.phone()}")
    plain = re.sub(r"\(\?P<\w+>[^)]*\)|<(path|str):\w+>", text, route)
    plain = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", plain)
    plain = re.sub(r"<int:\w+>", "7", plain)
    plain = re.sub(r"<\w+:\w+>|<\w+>", people.latin(), plain)
    return "/" + re.sub(r"[\^$?\\]|\\Z", "", plain)


def knock(browser: Browser, route: str, *, programs: bool) -> None:
    """Open a route with canaries in its path, its query and its form; as programs do, too."""
    address = address_of(route)
    texts = {"q": people.hangul(), "next": f"/{people.latin()}", "month": people.phone()}
    browser.get(address, **texts)
    fields = {**browser.token, "login": people.latin(), "name": people.hangul(), **texts}
    browser.post(address, fields)
    if programs:
        browser.post_json(address, {**texts, people.latin(): [people.phone()]})
        browser.send("PUT", address, f"name={people.latin()}".encode(), FORM)
