"""What the ledger answers: every list starts from the entries its viewer may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Func, Model, Q, QuerySet, TextField, Value

from corps.audit.actions import reference
from corps.audit.models import ActorKind, Entry, Leaf, Seal

if TYPE_CHECKING:
    from corps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What holds for reading entries whose own object is of a kind, and which name an object of the
    kind `beside` next, where that is told."""

    condition: Callable[["User"], Q]
    beside: str = ""

    def concerns(self, beside: str) -> bool:
        """Whether it holds for entries that name an object of this kind next."""
        return self.beside in ("", beside)

    def spares(self) -> Q:
        """Return the condition under which an entry of the kind is read by everybody."""
        if not self.beside:
            return Q(pk__in=[])
        return Q(about__1__isnull=True) | ~Q(about__1__startswith=f"{self.beside}:")

    def holds(self, viewer: "User") -> Q:
        """Return the condition under which a person reads an entry of the kind."""
        return self.spares() | self.condition(viewer)


_narrowings: dict[str, Narrowing] = {}


def narrow_entries(label: str, condition: Callable[["User"], Q], *, beside: str = "") -> None:
    """Say which entries a person may read of those whose own object is of the kind `label`, and
    that name one of the kind `beside` next, where the desk of the entry does not say enough: an
    object may name another that stands elsewhere. Raises ValueError for a kind of which something
    is said already."""
    if label in _narrowings:
        raise ValueError(label)
    _narrowings[label] = Narrowing(condition, beside)


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
        kinds |= kind & _narrowings[label].holds(viewer) if label in _narrowings else kind
    return Entry.objects.filter(kinds, desk__in=[desk.slug for desk in viewer.desks.all()])


def entries_told(obj: Model, viewer: "User") -> QuerySet[Entry]:
    """Return the entries that concern `obj`, newest first, as far as they are told to a person who
    sees it: as `narrow_entries` says of the kind of their own objects. An auditor reads all."""
    entries = entries_about(obj)
    return entries if viewer.has_role("auditor") else entries.filter(_told(entries, viewer))


def _told(entries: QuerySet[Entry], viewer: "User") -> Q:
    """Look for what narrows only where there is something to narrow: each is a search of its own.
    What is entered between this question and the next is told at the next look."""
    kinds, told = list(_kinds_in(entries)), Q()
    for label, narrowing in _narrowings.items():
        is_there = any(own == label and narrowing.concerns(beside) for own, beside in kinds)
        told &= ~Q(about__0__startswith=f"{label}:") | (
            narrowing.holds(viewer) if is_there else narrowing.spares()
        )
    return told


def _kinds_in(entries: QuerySet[Entry]) -> Iterable[tuple[str, str]]:
    """Return the kinds of the first two objects of these entries, each pair once."""
    own, beside = (
        Func(
            F(f"about__{place}"),
            Value(":"),
            Value(1),
            function="split_part",
            output_field=TextField(),
        )
        for place in (0, 1)
    )
    return entries.order_by().values_list(own, beside).distinct()


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
