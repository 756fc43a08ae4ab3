"""What the ledger answers: every list starts from the entries its viewer may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Model, Q, QuerySet

from corps.audit.actions import reference
from corps.audit.models import ActorKind, Entry, Leaf, Seal

if TYPE_CHECKING:
    from corps.accounts.models import User


_narrowings: dict[str, Callable[["User"], Q]] = {}


def narrow_entries(label: str, condition: Callable[["User"], Q]) -> None:
    """Say which entries a person may read of those whose own object is of the kind `label`, where
    the desk of the entry does not say enough: an object may name another that stands elsewhere."""
    _narrowings[label] = condition


def entries_visible_to(viewer: "User") -> QuerySet[Entry]:
    """Return the entries a person may read.

    An auditor reads all. Others read those of their own desks whose own object is of a kind that
    their roles see: a vetting officer reads of volunteers, and of no deployment. What
    `narrow_entries` says of a kind holds too.
    """
    if not viewer.is_staff:
        return Entry.objects.none()
    if viewer.has_role("auditor"):
        return Entry.objects.all()
    kinds = Q(pk__in=[])
    for label in viewer.kinds_seen:
        kind = Q(about__0__startswith=f"{label}:")
        kinds |= kind & _narrowings[label](viewer) if label in _narrowings else kind
    return Entry.objects.filter(kinds, desk__in=[desk.slug for desk in viewer.desks.all()])


def told_to(viewer: "User") -> Q:
    """Return the condition under which an entry is told to a person who sees an object that it
    concerns: what `narrow_entries` says of the kind of its own object. An auditor reads all."""
    told = Q()
    if not viewer.has_role("auditor"):
        for label, condition in _narrowings.items():
            told &= ~Q(about__0__startswith=f"{label}:") | condition(viewer)
    return told


def seals_visible_to(viewer: "User") -> QuerySet[Seal]:
    """Return the signed heads a person may read: all staff may read them all, since a head says
    nothing of any entry and is handed to agencies."""
    return Seal.objects.all() if viewer.is_staff else Seal.objects.none()


def entries_about(obj: Model) -> QuerySet[Entry]:
    """Return the entries that concern `obj`, newest first; the caller may see `obj`."""
    return Entry.objects.filter(about__contains=[reference(obj)])


def entries_by(account: "User", viewer: "User") -> QuerySet[Entry]:
    """Return what a person did, newest first, as far as the viewer may read of it."""
    return entries_visible_to(viewer).filter(
        actor=str(account), actor_kind=ActorKind.PERSON, actor_id=str(account.pk)
    )


@dataclass(frozen=True, slots=True)
class SealOfEntry:
    """Where an entry stands in the tree, and the number and time of the first seal over it."""

    position: int
    number: int
    at: datetime


def seal_over(entry: Entry) -> SealOfEntry | None:
    """Return the first seal over an entry, None before it is sealed."""
    leaf = Leaf.objects.filter(entry_id=entry.pk).first()
    if leaf is None:
        return None
    seal = Seal.objects.filter(size__gt=leaf.position).order_by("size").first()
    return None if seal is None else SealOfEntry(leaf.position, seal.number, seal.at)
