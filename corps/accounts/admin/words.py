"""What is done with accounts, in words: the ledger's verbs, and what a request asks for."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.two_person import about_seen_acts
from corps.accounts.roles import LABELS, Role
from corps.accounts.states import KINDS, TWO_PERSON, TwoPersonKind
from corps.adminkit import scope
from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts, told_facts
from corps.audit.queries import narrow_entries
from corps.workflow.tables import Text

narrow_entries("accounts.twopersonact", about_seen_acts)
name_moves(TWO_PERSON)
name_verbs(
    {
        "two_person.asked": format_lazy("{}: {}", TWO_PERSON.label, _("Asked for")),
        "account.changed": _("Roles and desks changed"),
        "account.closed": _("Account closed"),
        "account.reopened": _("Account opened again"),
        "account.app_allowed": _("Authenticator app allowed"),
        "account.app_ended": _("Authenticator app allowed no more"),
        "account.recovered": _("Account recovered"),
        "account.factors_removed": _("Second factors removed"),
        "desk.made": _("Desk made"),
        "desk.changed": _("Desk renamed"),
        "desk.members_changed": _("Members of a desk changed"),
        "notice.seen": _("Notice seen"),
        "glass.looked": _("Looked at under break-glass"),
    }
)
name_facts(
    {
        "asked_for": _("what"),
        "username": _("sign-in name"),
        "language": _("language"),
        "members": _("members"),
        "app": _("an authenticator app counts"),
        "factors": _("second factors are removed as well"),
        "removed": _("second factors removed"),
        "asked_by": _("asked by"),
        "granted_by": _("granted by"),
        "alone": _("alone, as the only administrator"),
        "looked_at": _("looked at"),
        "name": _("name"),
    }
)

SAYS: dict[TwoPersonKind, Text] = {
    TwoPersonKind.RECOVERY: _(
        "Whoever asked may make one link within an hour. It sets a new password; the old password "
        "opens nothing any more, and every session of the account ends."
    ),
    TwoPersonKind.VOLUNTEER_RECOVERY: _(
        "The volunteer's second factors and password are removed at once, and every session ends. "
        "A one-time link from the coordinator is the way back in."
    ),
    TwoPersonKind.ACCOUNT: _("A staff account is made, in these roles and on these desks."),
    TwoPersonKind.ROLES: _("The account has these roles and desks from its next page on."),
    TwoPersonKind.APP: _(
        "Says whether an authenticator app counts as the account's second factor."
    ),
    TwoPersonKind.CLOSING: _("Nobody signs in with the account any more."),
    TwoPersonKind.REOPENING: _("The account may be signed in with again."),
    TwoPersonKind.MEMBERS: _("Who sits at the desk sees what stands on it, as far as roles go."),
    TwoPersonKind.BREAK_GLASS: _(
        "For one hour whoever asked sees what stands on the desk, and changes nothing. Each page "
        "is entered in the ledger; the desk's coordinators and approvers are told."
    ),
    TwoPersonKind.CLIENT: _(
        "Whoever asked may issue the credentials once, within an hour, and is shown the secret. "
        "With them the agency reads what is shared with it."
    ),
    TwoPersonKind.EXPORT: _("Whoever asked may download the identities once, within an hour."),
}
"""What happens with a granted request, by kind."""


def role_in_words(name: Any) -> Text:
    """Return what a role is called."""
    return LABELS[Role(name)] if name in set(Role) else str(name)


def kind_in_words(kind: Any) -> Text:
    """Return what a kind of request is called."""
    return KINDS[TwoPersonKind(kind)].label if kind in set(TwoPersonKind) else str(kind)


def factor_in_words(kind: Any) -> Text:
    """Return what a kind of second factor is called."""
    names: dict[Any, Text] = {
        Authenticator.Type.WEBAUTHN: _("Passkey"),
        Authenticator.Type.TOTP: _("Authenticator app"),
        Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
    }
    return names.get(kind, str(kind))


def language_in_words(code: Any) -> Text:
    """Return what a language of the pages is called; a code of another kind as it stands."""
    return dict(settings.LANGUAGES).get(code, str(code))


tell_facts(
    {
        "roles": role_in_words,
        "asked_for": kind_in_words,
        "removed": factor_in_words,
        "language": language_in_words,
    }
)


def asked_in_words(act: TwoPersonAct, viewer: User) -> list[tuple[str, str]]:
    """Return what a request asks for, as names and values; an object that the viewer may not see
    is not named."""
    pairs: list[tuple[str, str]] = []
    subject = objects_in_words([act.subject], viewer).get(act.subject)
    if subject:
        pairs.append((str(_("About")), subject))
    if act.desk is not None:
        pairs.append((str(_("Desk")), str(act.desk)))
    facts = {name: value for name, value in act.facts.items() if not _is_same(value)}
    if act.kind == TwoPersonKind.EXPORT:
        facts["volunteers"] = len(facts.get("volunteers", ()))
    return pairs + [(capfirst(name), value) for name, value in told_facts(facts)]


def _is_same(value: Any) -> bool:
    """Whether a fact says that something stays as it was."""
    return isinstance(value, dict) and value.get("from") == value.get("to")


def objects_in_words(references: Iterable[str], viewer: User) -> dict[str, str]:
    """Return each reference (`app.model:id`) with kind and name of its object, of one that the
    viewer may not see the kind alone. One query for each kind."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in references:
        label, _colon, pk = one.partition(":")
        if pk:
            wanted[label].add(pk)
    told: dict[str, str] = {}
    for label, pks in wanted.items():
        told |= _named(label, pks, viewer)
    return told


def _named(label: str, pks: set[str], viewer: User) -> dict[str, str]:
    try:
        model = apps.get_model(label)
        rows = {str(row.pk): row for row in scope.visible(model, viewer).filter(pk__in=pks)}
    except (LookupError, ValueError, ValidationError):
        return {}
    kind = capfirst(str(model._meta.verbose_name))
    return {f"{label}:{pk}": f"{kind} {rows[pk]}" if pk in rows else kind for pk in pks}
