"""The ledger in words: what each verb is called, and what its facts say.

Each app names its own verbs where its admin stands: `name_moves(STANDING)` for a state table,
`name_verbs({"identity.searched": _("Searched by identity")})` for the rest. A verb or fact that
nobody named is shown as it stands. Days and instants are told in the reader's way of writing them;
`tell_facts({"clearance": …})` says how the values of a fact are told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from corps.audit.models import ActorKind, Door, Entry
from corps.workflow.tables import StateTable, Text

VERBS: dict[str, Text] = {
    "access.refused": _("Refused"),
    "vault.rotation_begun": _("Rotation of a key begun"),
    "vault.rotated": _("Key rotated"),
    "vault.seal_broken": _("Sealed data was altered or moved"),
    "identity.erased": _("Identity erased"),
    "account.made": _("Account made"),
    "account.invited": _("One-time link made"),
    "account.joined": _("Password set by one-time link"),
    "account.password_changed": _("Password changed"),
    "account.factor_added": _("Second factor added"),
    "account.factor_removed": _("Second factor removed"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.sign_in_refused": _("Sign-in refused"),
    "account.session_ended": _("Signed out elsewhere"),
}
FACTS: dict[str, Text] = {
    "factor": _("kind of second factor"),
    "why": _("why"),
    "step": _("step"),
    "route": _("page"),
    "method": _("method"),
    "status": _("status"),
    "roles": _("roles"),
    "desks": _("desks"),
    "sessions": _("sessions"),
    "changed": _("changed"),
    "table": _("table"),
    "column": _("column"),
    "row": _("row"),
    "family": _("family"),
    "old": _("old"),
    "new": _("new"),
    "made again": _("made again"),
    "not opened": _("not opened"),
    "blind indexes": _("blind indexes"),
    "waiting rows": _("waiting rows"),
}
LISTED = 24
"""How many values of one fact are told; of the others the number."""

FACTORS: dict[str, Text] = {
    "webauthn": _("passkey"),
    "totp": _("authenticator app"),
    "recovery_codes": _("recovery codes"),
}


def _in_readers_language(sentence: Any) -> str:
    """Return a sentence kept in each language as its reader reads it; one that was kept in a single
    language as it stands."""
    if not isinstance(sentence, dict):
        return str(sentence)
    return str(sentence.get(get_language() or "en") or sentence.get("en", ""))


_STATES: dict[str, dict[str, Text]] = {}
_TELLERS: dict[str, Callable[[Any], Text]] = {
    "factor": lambda kind: FACTORS.get(kind, kind),
    "why": _in_readers_language,
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", re.ASCII)


def name_verbs(verbs: Mapping[str, Text]) -> None:
    """Give verbs their words."""
    VERBS.update(verbs)


def name_facts(facts: Mapping[str, Text]) -> None:
    """Give the names of facts their words."""
    FACTS.update(facts)


def tell_facts(tellers: Mapping[str, Callable[[Any], Text]]) -> None:
    """Give the values of facts their words: how each fact's value (a code, a level) is told."""
    _TELLERS.update(tellers)


def name_moves(table: StateTable) -> None:
    """Name every move of a table by its label, and its states by theirs."""
    labels = {name: state.label for name, state in table.states.items()}
    for move in table.moves.values():
        VERBS.setdefault(move.verb, _move_label(table.label, move.label))
        _STATES[move.verb] = labels


def _move_label(table: Text, move: Text) -> Text:
    from django.utils.text import format_lazy

    return format_lazy("{}: {}", table, move)


def verb_in_words(verb: str) -> str:
    """Return a verb's words, or the verb itself."""
    return str(VERBS.get(verb, verb))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it. `at` is an aware instant."""

    number: int
    at: datetime
    who: str
    what: str
    object: str
    detail: str
    door: str
    desk: str
    reason: str


def in_words(entry: Entry) -> Line:
    """Return the entry in the reader's language."""
    return Line(
        number=entry.number,
        at=entry.at,
        who=who_in_words(entry),
        what=verb_in_words(entry.verb),
        object=entry.object,
        detail=facts_in_words(entry),
        door=str(entry.get_door_display()),
        desk=entry.desk,
        reason=entry.reason,
    )


def who_in_words(entry: Entry) -> str:
    """Return the name of who acted, the clock and a command by theirs; one that nobody signed in
    did is said so."""
    if entry.actor_kind == ActorKind.SYSTEM:
        return str(dict(Door.choices).get(entry.actor, entry.actor))
    return entry.actor or str(entry.get_actor_kind_display())


def actors_told_as(words: str) -> list[str]:
    """Return the actors that a reader may mean by what they read or know of who acted."""
    return [words, *(name for name, told in Door.choices if str(told) == words)]


def facts_in_words(entry: Entry) -> str:
    """Return the facts as one line: the states first, then name and value of each, in the order in
    which the facts were named."""
    facts = dict(entry.facts)
    states = _STATES.get(entry.verb, {})
    parts = []
    if "from" in facts and "to" in facts:
        old, new = (states.get(facts.pop(key), "") or entry.facts[key] for key in ("from", "to"))
        parts.append(f"{old} → {new}")
    parts += [f"{name}: {value}" for name, value in told_facts(facts)]
    return "; ".join(parts)


def told_facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return facts as names and values in words, in the order in which they were named."""
    order = {key: place for place, key in enumerate(FACTS)}
    told = sorted(facts, key=lambda key: order.get(key, len(order)))
    return [(str(FACTS.get(key, key)), _told(key, facts[key])) for key in told]


def _told(key: str, value: Any) -> str:
    """Return a fact's value: before and after, one after another, the teller's words, or itself."""
    if isinstance(value, dict) and value.keys() == {"from", "to"}:
        return f"{_told(key, value['from'])} → {_told(key, value['to'])}"
    if isinstance(value, list):
        told = [_told(key, one) for one in value[:LISTED]]
        more = [f"+{len(value) - LISTED}"] if len(value) > LISTED else []
        return ", ".join([*told, *more]) or "–"
    tell = _TELLERS.get(key)
    return str(tell(value)) if tell and value not in (None, "") else _value(value)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return ", ".join(map(_value, value)) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "–" if value is None else str(value)


def _text(text: str) -> str:
    """Return a day or an instant in the reader's way of writing it, anything else as it stands."""
    try:
        if _INSTANT.fullmatch(text):
            return date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")
        if _DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "DATE_FORMAT")
    except ValueError:
        return text
    return text or "–"


__all__ = [
    "FACTS",
    "VERBS",
    "Line",
    "actors_told_as",
    "facts_in_words",
    "in_words",
    "name_facts",
    "name_moves",
    "name_verbs",
    "tell_facts",
    "told_facts",
    "verb_in_words",
    "who_in_words",
]
