"""The timeline of one object: the ledger's entries about it, as far as its reader may see."""

from collections import defaultdict

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model

from corps.accounts.models import User
from corps.adminkit import scope
from corps.adminkit.words import Line, in_words
from corps.audit.actions import reference
from corps.audit.queries import entries_told


def timeline(obj: Model, viewer: User, *, limit: int = 100) -> list[Line]:
    """Return the newest `limit` entries about `obj`, newest first, for somebody who may see `obj`.

    An entry whose own object is another one (an assignment of this volunteer) is told only to
    those who may see that one too: to others it is not there, and takes no line from those that
    are. What the ledger's list keeps from a reader for what an entry tells, it keeps from them here
    as well.
    """
    entries = entries_told(obj, viewer)
    own = set(entries.order_by().values_list("about__0", flat=True).distinct())
    told = own - _hidden(own - {reference(obj)}, viewer)
    return [in_words(entry) for entry in entries.filter(about__0__in=told)[:limit]]


def _hidden(references: set[str], viewer: User) -> set[str]:
    """Return those of the references that the viewer may not see; one query per kind."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for name in references:
        label, _, pk = name.partition(":")
        wanted[label].add(pk)
    seen: set[str] = set()
    for label, pks in wanted.items():
        seen |= {f"{label}:{pk}" for pk in _seen(label, pks, viewer)}
    return references - seen


def _seen(label: str, pks: set[str], viewer: User) -> set[str]:
    try:
        model = apps.get_model(label)
        found = scope.visible(model, viewer).filter(pk__in=pks).values_list("pk", flat=True)
        return {str(pk) for pk in found}
    except (LookupError, ValueError, ValidationError):
        return set()
