"""Every address, for whom it is, and by which rule: what the tables are made of, and our own part.

`manage.py routes` prints the whole table, tests/access asks every address whether it is kept. Each
address has a Row: the Rule under which it is read (GET, HEAD) and the one under which it is written
(POST). Rows of pages are written down by the name of the view; those of the admin's lists, forms
and buttons follow from `roles.SEES`, `roles.CHANGES` and what is said here of kinds and buttons.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from corps.accounts.roles import UNDER_GLASS, Role, roles_that_change, roles_that_see
from corps.adminkit.buttons import Step
from corps.adminkit.guarded import GuardedAdmin


class Audience(StrEnum):
    """For whom an address is."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    STAFF = "staff"
    VOLUNTEER = "volunteer"
    PARTNER = "partner"
    READERS = "partner or staff"
    NOBODY = "nobody"


class Reach(StrEnum):
    """Of which objects an address answers."""

    NONE = "about no object"
    EVERY = "about every one"
    DESK = "on a desk of theirs"
    SEEN = "on a desk of theirs, or shared with them"
    OWN = "their own"
    LEDGER = "of their desks and of kinds they see; an auditor of all"
    ASKED = "asked by them"
    DECIDES = "theirs to grant or refuse"
    CONCERNS = "asked by them, or theirs to grant or refuse"
    OTHERS = "about every one but their own"
    NEVER = "about none"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: an audience, among staff the roles (none named: all), which objects, which scope.

    `glass` is whether break-glass opens it too; `proof` whether a second factor must have been used
    in the last five minutes.
    """

    audience: Audience
    roles: frozenset[Role] = frozenset()
    reach: Reach = Reach.NONE
    scope: str = ""
    glass: bool = False
    proof: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        who = ", ".join(role for role in Role if role in self.roles) or str(self.audience)
        about = "" if self.reach == Reach.NONE else f" {self.reach}"
        more = [f"with the scope {self.scope}"] * bool(self.scope)
        more += ["or under break-glass, to see"] * self.glass
        more += ["after a recent second factor"] * self.proof
        more += [self.note] * bool(self.note)
        return "; ".join([f"{who}{about}", *more])


NOBODY = Rule(Audience.NOBODY)


def anybody(note: str = "") -> Rule:
    """Return the rule that lets everybody."""
    return Rule(Audience.ANYBODY, note=note)


def signed_in(note: str = "", *, proof: bool = False) -> Rule:
    """Return the rule that lets whoever is signed in."""
    return Rule(Audience.SIGNED_IN, note=note, proof=proof)


def staff(*roles: Role, reach: Reach = Reach.NONE, note: str = "") -> Rule:
    """Return the rule that lets staff in one of the roles; all staff when none is named."""
    return Rule(Audience.STAFF, frozenset(roles), reach, note=note)


def of_desk(*roles: Role, note: str = "") -> Rule:
    """Return the rule that lets the desk's members in one of the roles."""
    return staff(*roles, reach=Reach.DESK, note=note)


@dataclass(frozen=True, slots=True)
class Row:
    """The rules of one address: to read it, to write to it (None: this method is not answered).

    `objects` names the kind of object (a model's label) each part of the address stands for, for
    parts that name one; `values` gives other parts something to stand for. `sight` is who sees the
    object at all: to everybody else it answers as one that is absent.
    """

    read: Rule | None
    write: Rule | None = None
    objects: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    sight: Rule | None = None

    @property
    def methods(self) -> list[str]:
        """The methods that are answered."""
        return ["GET", "HEAD"] * (self.read is not None) + ["POST"] * (self.write is not None)


@dataclass(frozen=True, slots=True)
class Table:
    """What the apps say: rows of pages by the name of the view; the rules of buttons and the reach
    of objects by the label of the model. Of buttons, several names may stand beside one rule."""

    pages: Mapping[str, Row] = field(default_factory=dict)
    buttons: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    reach: Mapping[str, Reach] = field(default_factory=dict)

    def __or__(self, other: "Table") -> "Table":
        return Table(
            {**self.pages, **other.pages},
            {
                label: {**self.buttons.get(label, {}), **other.buttons.get(label, {})}
                for label in {**self.buttons, **other.buttons}
            },
            {**self.reach, **other.reach},
        )


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its pattern, the name of its view, and its row, None where it has none."""

    path: str
    name: str
    row: Row | None


OWN_PAGE = Row(signed_in(), signed_in())
PROVED_PAGE = Row(signed_in(proof=True), signed_in(proof=True))
OWN_PASSKEY = replace(signed_in(proof=True), reach=Reach.OWN)
ADMINISTRATORS = staff(Role.ADMINISTRATOR, reach=Reach.EVERY)
OTHERS_ACCOUNTS = staff(Role.ADMINISTRATOR, reach=Reach.OTHERS)
DOORSTEP = anybody("sends everybody to their own door")

TABLE = Table(
    pages={
        "home": Row(DOORSTEP),
        "join": Row(
            anybody("who holds a one-time link that is open"), anybody(), values={"token": "none"}
        ),
        "set_language": Row(anybody(), anybody()),
        "csp_report": Row(None, anybody("a browser that tells of stopped content")),
        "account_login": Row(anybody(), anybody()),
        "account_logout": Row(anybody(), anybody()),
        "account_signup": Row(anybody("says that accounts are made by invitation"), anybody()),
        "account_reauthenticate": OWN_PAGE,
        "account_change_password": PROVED_PAGE,
        "account_sessions": OWN_PAGE,
        "mfa_index": OWN_PAGE,
        "mfa_authenticate": Row(anybody("in the middle of signing in"), anybody()),
        "mfa_login_webauthn": Row(anybody(), anybody()),
        "mfa_reauthenticate": OWN_PAGE,
        "mfa_reauthenticate_webauthn": OWN_PAGE,
        "mfa_add_webauthn": PROVED_PAGE,
        "mfa_remove_webauthn": Row(
            OWN_PASSKEY, OWN_PASSKEY, {"pk": "mfa.authenticator"}, {}, OWN_PASSKEY
        ),
        "mfa_activate_totp": PROVED_PAGE,
        "mfa_deactivate_totp": PROVED_PAGE,
        "mfa_view_recovery_codes": PROVED_PAGE,
        "mfa_generate_recovery_codes": PROVED_PAGE,
        "admin:index": Row(staff(), staff()),
        "admin:login": Row(anybody("sends to the sign-in"), anybody()),
        "admin:logout": Row(anybody(), anybody()),
        "admin:jsi18n": Row(staff(), staff()),
        "admin:autocomplete": Row(NOBODY, NOBODY),
        "admin:(?P<url>.*)$": Row(NOBODY, NOBODY, values={"url": "nothing-here"}),
    },
    buttons={
        "accounts.user": {
            "make": staff(Role.ADMINISTRATOR),
            "roles link recover app no-app close reopen": OTHERS_ACCOUNTS,
        },
        "accounts.desk": {"members break-glass": ADMINISTRATORS},
        "accounts.notice": {"seen": ADMINISTRATORS},
        "outbox.message": {
            "bounce": staff(Role.LIAISON),
            "deliver try_again cancel": staff(
                Role.LIAISON, reach=Reach.SEEN, note="of a letter: those of its desk"
            ),
        },
        "audit.entry": {
            "export": staff(*roles_that_see("audit.entry"), note="what they may read"),
            "proof": staff(Role.AUDITOR, reach=Reach.LEDGER),
        },
        "accounts.twopersonact": {
            "grant refuse": staff(reach=Reach.DECIDES),
            "withdraw link": staff(reach=Reach.ASKED),
            "download": staff(reach=Reach.ASKED, note="of a granted export"),
            "issue": staff(reach=Reach.ASKED, note="of granted credentials"),
            "end": staff(reach=Reach.NEVER, note="open break-glass: administrators, coordinators"),
        },
    },
    reach={
        "accounts.user": Reach.EVERY,
        "accounts.desk": Reach.EVERY,
        "accounts.notice": Reach.EVERY,
        "outbox.message": Reach.SEEN,
        "accounts.twopersonact": Reach.CONCERNS,
        "audit.entry": Reach.LEDGER,
    },
)
"""What stands here for everybody: the way in, one's own account, the admin's own pages."""


def routes_of(table: Table) -> list[Route]:
    """Return every address of this installation with its row, each button as one of its own."""
    derived = {door_path(door): door for door in admin.site._registry.values()}
    found: list[Route] = []
    for path, name in _patterns(get_resolver()):
        prefix = re.match(r"admin/\w+/\w+/", path)
        door = derived.get(prefix.group()) if prefix else None
        rows = _of_door(table, door, path, name) if isinstance(door, GuardedAdmin) else None
        found += rows or [Route(path, name, table.pages.get(name) or _of_section(path))]
    return found


def rows_without_route(table: Table, found: list[Route]) -> list[str]:
    """Return the names for which the table has a row and the installation no address."""
    names = {route.name for route in found}
    buttons = {
        f"{label} {name}"
        for label, rules in table.buttons.items()
        for names_of_rule in rules
        for name in names_of_rule.split()
    }
    return sorted((set(table.pages) | buttons) - names)


def door_path(door: "admin.ModelAdmin[Any]") -> str:
    """Return under which address the pages of an admin stand."""
    return f"admin/{door.opts.app_label}/{door.opts.model_name}/"


def _patterns(resolver: Any, path: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield every pattern with the name of its view; one without a name is called by its pattern
    as it stands in its own list."""
    for entry in resolver.url_patterns:
        here = f"{path}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield here, f"{space}{entry.name or entry.pattern}"
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _patterns(entry, here, inner)


def _of_section(path: str) -> Row | None:
    """Return the row of a section of the admin: staff who see one of its kinds."""
    named = re.fullmatch(r"admin/\^\(\?P<app_label>([\w|]+)\)/\$", path)
    if named is None:
        return None
    section = admin.site._registry
    roles = {
        role
        for model in section
        if model._meta.app_label == "volunteers"
        for role in roles_that_see(model._meta.label_lower)
    }
    rule = staff(*roles, note="who see a kind of the section")
    return Row(rule, rule, values={"app_label": "volunteers"})


def _of_door(table: Table, door: "GuardedAdmin[Any]", path: str, name: str) -> list[Route]:
    """Return the rows of one of an admin's addresses, none for one that the admin added itself."""
    label, kind = door.opts.label_lower, f"admin:{door.opts.app_label}_{door.opts.model_name}_"
    objects = {"object_id": label}
    see, change = frozenset(roles_that_see(label)), frozenset(roles_that_change(label))
    seen = sight_of(table, label)
    lists = replace(seen, reach=Reach.NONE)
    if name == f"{kind}list_do":
        return _buttons(table, path, label, door.list_buttons, Row(None))
    if name == f"{kind}do":
        return _buttons(table, path, label, door._buttons(), Row(None, None, objects, {}, seen))
    if name == f"{kind}changelist":
        return [Route(path, name, Row(lists, lists))]
    if name == f"{kind}add":
        makes = staff(*change & see) if door._writes("create") else NOBODY
        return [Route(path, name, Row(makes, makes))]
    if name == f"{kind}history":
        history = NOBODY if label == "audit.entry" else seen
        return [Route(path, name, Row(history, history, objects, {}, seen))]
    if name == f"{kind}change":
        writes = staff(*change, reach=seen.reach) if door._writes("change") else NOBODY
        row = Row(seen, seen if door.object_page else writes, objects, {}, seen)
        return [Route(path, name, row)]
    if path == f"{door_path(door)}<path:object_id>/":
        to_page = staff(note="sent to the page, whether there is one or not")
        return [Route(path, f"{kind}change, short", Row(to_page, to_page, objects))]
    return []


def sight_of(table: Table, label: str) -> Rule:
    """Return who sees which objects of a kind."""
    glass = label in UNDER_GLASS
    reach = table.reach.get(label, Reach.NEVER)
    return Rule(Audience.STAFF, frozenset(roles_that_see(label)), reach, glass=glass)


def _buttons(table: Table, path: str, label: str, steps: Any, row: Row) -> list[Route]:
    rules = {
        name: rule for names, rule in table.buttons.get(label, {}).items() for name in names.split()
    }
    base = path.replace("<slug:name>/", "")
    found = [_button(base, label, step, rules.get(step.name), row) for step in steps]
    none = replace(row, read=NOBODY, write=NOBODY, values={"name": "no-such-button"})
    return [*found, Route(path, f"{label}, any other button", none)]


def _button(base: str, label: str, step: Step, rule: Rule | None, row: Row) -> Route:
    if rule is None:
        return Route(f"{base}{step.name}/", f"{label} {step.name}", None)
    rule = replace(rule, proof=step.elevated)
    return Route(f"{base}{step.name}/", f"{label} {step.name}", replace(row, read=rule, write=rule))
