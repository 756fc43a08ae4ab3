"""What the side-door tests walk along: every registered admin, and what each reader sees there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import admin
from django.db import models
from django.test import RequestFactory

from corps.accounts.models import User
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.steps import StepPages
from tests.access.scenery import Member, Scene, a_scene

READERS = (
    "coordinator",
    "vetting officer",
    "liaison",
    "editor",
    "approver",
    "auditor",
    "administrator",
    "another desk's coordinator",
    "guest",
    "under glass",
)
"""The staff of the cast; volunteers and programs never come this far."""


FEW = ("coordinator", "auditor", "administrator", "guest")
"""One of each way to see: by desk, all of the ledger, by role, by share. They walk furthest."""


@dataclass(frozen=True)
class Reader:
    """Somebody of the staff, at a browser."""

    name: str
    user: User
    browser: Any

    def request(self, method: str = "get", **given: Any) -> Any:
        """A request of theirs, to ask an admin directly."""
        request = getattr(RequestFactory(), method)("/admin/", given)
        request.user = self.user
        return request


def readers(scene: Scene) -> list[Reader]:
    """The staff of the cast."""
    by_name: dict[str, Member] = {member.name: member for member in scene.members}
    found = []
    for name in READERS:
        member = by_name[name]
        assert member.user is not None
        found.append(Reader(name, User.objects.get(pk=member.user.pk), member.browser))
    return found


def doors() -> list[GuardedAdmin[Any]]:
    """Every registered admin; one that is not guarded fails here."""
    found = list(admin.site._registry.values())
    unguarded = [type(door).__name__ for door in found if not isinstance(door, GuardedAdmin)]
    assert unguarded == []
    return [door for door in found if isinstance(door, GuardedAdmin)]


def label(door: StepPages) -> str:
    """The model's label, to name a fault by."""
    return str(door.opts.label_lower)


def seen(door: GuardedAdmin[Any], reader: Reader) -> set[Any]:
    """The keys of the rows that the reader's lists start from, by an account that nobody has asked
    anything yet: another knows of its desks as they were."""
    viewer = User.objects.get(pk=reader.user.pk)
    if not door.has_view_permission(Reader(reader.name, viewer, reader.browser).request()):
        return set()
    return set(type(door).visible_to(viewer).values_list("pk", flat=True))


def hidden(door: GuardedAdmin[Any], reader: Reader) -> list[models.Model]:
    """The rows that exist and that the reader does not see."""
    return list(door.model._default_manager.exclude(pk__in=seen(door, reader)))


def absent(model: type[models.Model]) -> Any:
    """A key of the right shape that nothing has."""
    kind = model._meta.pk
    if isinstance(kind, models.UUIDField):
        return uuid4()
    return "zzz" if isinstance(kind, models.CharField) else 987_654_321


def list_of(door: StepPages) -> str:
    """The address of the list."""
    return door.page_url(None)


def walk(
    scene: Scene, names: Collection[str] = READERS
) -> Iterator[tuple[Reader, GuardedAdmin[Any]]]:
    """Every reader (of these names) at every admin."""
    for reader in readers(scene):
        for door in doors() if reader.name in names else []:
            yield reader, door


__all__ = [
    "FEW",
    "Reader",
    "Scene",
    "a_scene",
    "absent",
    "doors",
    "hidden",
    "label",
    "list_of",
    "readers",
    "seen",
    "walk",
]
