"""A desk that makes leaflets: who writes, decides and delivers, and versions at a state."""

from datetime import datetime
from itertools import count
from typing import Any

from corps.accounts.models import User
from corps.accounts.roles import Role
from deployments.agencies.models import Agency
from deployments.materials import actions
from deployments.materials.files import Inspected
from deployments.materials.models import Delivery, Material, MaterialVersion
from tests.cast import NOW, a_desk, a_user, an_agency
from volunteers.models import Language

_numbers = count(1)


def cast() -> dict[str, User]:
    """The people of the desk, and those who are not of it."""
    desk, other = a_desk(), a_desk("elsewhere")
    return {
        "editor": a_user("editor", Role.EDITOR, desk=desk),
        "approver": a_user("approver", Role.APPROVER, desk=desk),
        "liaison": a_user("liaison", Role.LIAISON, desk=desk),
        "coordinator": a_user("coordinator", Role.COORDINATOR, desk=desk),
        "both": a_user("both", Role.EDITOR, Role.APPROVER, desk=desk),
        "other editor": a_user("other-editor", Role.EDITOR, desk=other),
        "other approver": a_user("other-approver", Role.APPROVER, desk=other),
        "other liaison": a_user("other-liaison", Role.LIAISON, desk=other),
        "auditor": a_user("auditor", Role.AUDITOR, desk=desk),
    }


def a_file(content: bytes = b"", **more: Any) -> Inspected:
    """A leaflet of two pages, as if it had been looked at."""
    given = {"media_type": "application/pdf", "pages": 2, "seconds": None, "previews": (), **more}
    return Inspected(content=content or f"leaflet {next(_numbers)}".encode(), **given)


def a_recording(content: bytes) -> Inspected:
    """A recording of two seconds, as if it had been looked at."""
    return a_file(content, media_type="audio/wav", pages=None, seconds=2)


def a_material(by: User, kind: str = "leaflet", title: str = "") -> Material:
    """A material on the editor's desk."""
    title, desk = title or f"Come home {next(_numbers)}", by.desks.get()
    return actions.make_material(title=title, kind=kind, desk=desk, by=by, at=NOW)


def a_version(
    people: dict[str, User], state: str = "draft", file: Inspected | None = None, **more: Any
) -> MaterialVersion:
    """A version by the editor, at a state."""
    editor, approver = people["editor"], people["approver"]
    file = file or a_file()
    kind = "audio" if file.media_type.startswith("audio") else "leaflet"
    version = actions.add_version(
        material=more.pop("material", None) or a_material(editor, kind),
        file=file,
        language=Language.objects.get(code="kor"),
        by=editor,
        at=NOW,
        **more,
    )
    if state != "draft":
        actions.submit_version(version=version, by=editor, at=NOW)
    if state in ("approved", "retired"):
        actions.approve_version(version=version, by=approver, at=NOW)
    if state == "retired":
        actions.retire_version(version=version, reason="old", by=editor, at=NOW)
    return version


def a_delivery(
    people: dict[str, User],
    version: MaterialVersion | None = None,
    agency: Agency | None = None,
    made: int = 2000,
    handed_over: int = 0,
    at: datetime = NOW,
) -> Delivery:
    """A delivery that is prepared, or handed over where a number says how many."""
    delivery = actions.prepare_delivery(
        version=version or a_version(people, "approved"),
        agency=agency or an_agency(),
        medium="printed",
        made=made,
        by=people["liaison"],
        at=at,
    )
    if handed_over:
        actions.hand_over(delivery=delivery, count=handed_over, by=people["liaison"], at=at)
    return delivery
