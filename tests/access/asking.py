"""What the table of routes lets each of the cast do, and asking whether it is so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.db import connection, transaction

from corps.accounts.roles import Role, roles_that_see
from corps.audit.models import Entry
from corps.routes import Audience, Reach, Route, Rule, Table, sight_of
from tests.access.scenery import Member, Scene
from tests.access.things import Thing

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORM = "application/x-www-form-urlencoded"

ENTRANCES = (
    "/account/login/",
    "/account/reauthenticate/",
    "/account/second-factor/",
    "/admin/login/",
)
"""Where somebody is sent who has yet to show who they are."""

PASSING = ("Content-Length", "Expires", "Location", "Set-Cookie", "X-Request-ID")
"""Headers that differ between any two requests, or are looked at apart."""

SHORT_KEY = 8
"""A key so short may stand in a page by chance."""

VERBS_SINCE = (
    f"SELECT verb FROM {Entry._meta.db_table} WHERE number > %s AND verb <> 'access.refused'"
)

ABSENT_KEYS: Mapping[str, Any] = {
    "volunteers.language": "zzz",
    "deployments.role": 999999,
    "liaison.permitkind": 999999,
    "volunteers.consentterm": 999999,
}

BEFORE_A_FACTOR = frozenset(
    {
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_add_webauthn",
        "mfa_activate_totp",
        "account_reauthenticate",
    }
)
"""What staff reach who have yet to show their second factor: to show one, or to add one."""

Chosen = Mapping[str, Thing | None]


@dataclass(frozen=True, slots=True)
class Target:
    """One way to fill in an address: `chosen` maps its parts to things, None for an absent one;
    `written` is how the address and its longer keys may stand in an answer, and what for them."""

    name: str
    path: str
    chosen: Chosen
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, without what differs from request to request."""

    status: int
    location: str
    body: str
    headers: tuple[tuple[str, str], ...]
    let_in: bool
    verbs: tuple[str, ...] = ()


# -- what may be


def allows(rule: Rule | None, member: Member, target: Target, route: Route) -> bool:
    """Whether the table lets the member."""
    if rule is None or not _is_of(rule, member, route):
        return False
    row = route.row
    assert row is not None
    labels = row.objects
    return all(
        reaches(rule, member, thing, labels[part]) for part, thing in target.chosen.items()
    ) and _is_whole(target, rule)


def _is_whole(target: Target, rule: Rule) -> bool:
    """Parts of one address belong together: nobody of the cast has both desks."""
    desks = {thing.desk for thing in target.chosen.values() if thing}
    return rule.reach == Reach.NONE or len(desks) < 2


def _is_of(rule: Rule, member: Member, route: Route) -> bool:
    audience = rule.audience
    if audience == Audience.ANYBODY:
        return True
    if audience == Audience.SIGNED_IN:
        proved = member.proved or route.name in BEFORE_A_FACTOR
        return member.signed_in and proved
    if audience == Audience.STAFF:
        fits = not rule.roles or not rule.roles.isdisjoint(member.roles)
        return member.is_staff and (fits or (rule.glass and bool(member.glass)))
    if audience == Audience.VOLUNTEER:
        return member.is_volunteer
    if audience == Audience.READERS:
        return member.is_staff or member.scopes is not None
    if audience == Audience.PARTNER and member.scopes is not None:
        return not rule.scope or rule.scope in member.scopes
    return False


def reaches(rule: Rule, member: Member, thing: Thing | None, label: str) -> bool:
    """Whether the rule's reach lets the member have this object."""
    if rule.reach == Reach.NONE:
        return True
    if thing is None or rule.reach == Reach.NEVER:
        return False
    user = member.user.pk if member.user else None
    on_desk = thing.desk in member.desks
    shared = thing.desk in member.shared or (rule.glass and thing.desk in member.glass)
    decides = Role.APPROVER in member.roles and on_desk
    return {
        Reach.EVERY: True,
        Reach.DESK: on_desk,
        Reach.SEEN: on_desk or shared,
        Reach.OWN: thing.owner == user,
        Reach.OTHERS: thing.pk != user,
        Reach.ASKED: thing.asker == user,
        Reach.DECIDES: decides,
        Reach.CONCERNS: decides or thing.asker == user,
        Reach.LEDGER: Role.AUDITOR in member.roles or (on_desk and _reads_of_people(member)),
    }[rule.reach]


def _reads_of_people(member: Member) -> bool:
    """The entry that the scene asks for is one about a volunteer."""
    return not roles_that_see("volunteers.volunteer").isdisjoint(member.roles)


def is_hidden(table: Table, member: Member, target: Target, part: str, route: Route) -> bool:
    """Whether the member does not see the object that a part of the address names."""
    row, thing = route.row, target.chosen[part]
    assert row is not None
    label = row.objects[part]
    rule = row.sight or sight_of(table, label)
    return not (_is_of(rule, member, route) and reaches(rule, member, thing, label))


# -- asking


def targets_of(route: Route, scene: Scene) -> list[Target]:
    """Return the ways to fill in an address: all of Seoul, all of the other desk, and for each part
    an absent one, and one of the other desk among those of Seoul."""
    row = route.row
    assert row is not None
    own = {part: scene.things["seoul"][label] for part, label in row.objects.items()}
    other = {part: scene.things["elsewhere"][label] for part, label in row.objects.items()}
    found: dict[str, Chosen] = {"seoul": own}
    if own:
        found["elsewhere"] = other
    for part in own:
        found[f"absent {part}"] = {**own, part: None}
        if len(own) > 1:
            found[f"another's {part}"] = {**own, part: other[part]}
    return [_target(route, name, chosen, own) for name, chosen in found.items()]


def _target(route: Route, name: str, chosen: Chosen, own: Chosen) -> Target:
    row = route.row
    assert row is not None
    keys = {
        part: str(thing.pk) if thing else _absent(own[part], row.objects[part])
        for part, thing in chosen.items()
    }
    filled = keys | dict(row.values)
    path = re.sub(r"\^?\(\?P<(\w+)>[^)]*\)\$?", lambda it: filled[it.group(1)], route.path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda it: filled[it.group(1)], path)
    path = "/" + path.removesuffix("$")
    paths = (path, quote(path), quote(path, safe=""), escape(path))
    long_keys = [key for key in keys.values() if len(key) > SHORT_KEY]
    written = dict.fromkeys(paths, "PATH") | dict.fromkeys(long_keys, "KEY")
    return Target(name, path, chosen, written)


def _absent(like: Thing | None, label: str) -> str:
    """Return a key of the right kind that nothing has."""
    if label in ABSENT_KEYS:
        return str(ABSENT_KEYS[label])
    assert like is not None
    return str(uuid4()) if isinstance(like.pk, UUID) else _other_key(like.pk)


def _other_key(key: Any) -> str:
    return "999999999" if isinstance(key, int) else "f" * len(str(key))


def got_anywhere(status: int, location: str) -> bool:
    """Whether a request was answered otherwise than by a refusal or the way in."""
    if status in (301, 302, 303):
        return not location.startswith(ENTRANCES)
    return status < 400


def ask(member: Member, method: str, target: Target, newest: int) -> Answer:
    """Ask, and undo what came of it; what stands in the answer tells whether anything did."""
    member.browser.cookies = SimpleCookie(member.cookies)
    with transaction.atomic():
        response = member.browser.generic(
            method,
            target.path,
            content_type=FORM if method == "POST" else "",
            headers=member.headers,
        )
        tried = method not in ("GET", "HEAD") and response.status_code != 405
        verbs = _verbs_since(newest) if tried else ()
        transaction.set_rollback(True)
    location = response.headers.get("Location", "")
    return Answer(
        response.status_code,
        plain(location, target),
        plain(response.getvalue().decode(errors="replace"), target),
        tuple(sorted(_kept(response.headers.items(), target))),
        got_anywhere(response.status_code, location),
        verbs,
    )


def _verbs_since(number: int) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(VERBS_SINCE, [number])
        return tuple(verb for (verb,) in cursor.fetchall())


def _kept(headers: Any, target: Target) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name not in PASSING:
            yield name, plain(value, target)


def plain(text: str, target: Target) -> str:
    """Return a text without the address that was asked for, the keys in it, and tokens."""
    for written, instead in target.written.items():
        text = text.replace(written, instead)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", text)
    return re.sub(r'"X-CSRFToken": ?"\w+"|data-csrf="\w+"', "TOKEN", text)
