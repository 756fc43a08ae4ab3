"""Materials, deliveries and letters as they stand when an agency reads of them."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from guardian.shortcuts import assign_perm

from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from corps.vault.files import seal_file
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, Letter
from deployments.materials.models import Delivery, Material, MaterialVersion
from tests.cast import NOW, a_desk, a_user
from tests.liaison.letter_rows import a_letter_row

_numbers = count(1)

CONTENT = b"%PDF-1.7 a leaflet " * 40_000
"""What a file holds: more than one sealed piece."""

WAY_TO = {
    "draft": (),
    "in_review": ("in_review",),
    "approved": ("in_review", "approved"),
    "rejected": ("in_review", "rejected"),
    "retired": ("in_review", "approved", "retired"),
}
"""The states through which the database lets a version come to one."""


def somebody(name: str, role: Role = Role.EDITOR, desk: Desk | None = None) -> User:
    """Somebody of the desk, made once."""
    found = User.objects.filter(username=name).first()
    return found or a_user(name, role, desk=desk or a_desk())


def a_material(title: str = "", *, desk: Desk | None = None, kind: str = "leaflet") -> Material:
    """A leaflet of a desk."""
    return Material.objects.create(
        title=title or f"Leaflet {next(_numbers)}",
        kind=kind,
        desk=desk or a_desk(),
        made_by=somebody("author"),
        made_at=NOW,
    )


def a_version(
    material: Material, number: int = 1, state: str = "approved", content: bytes = b"", **more: Any
) -> MaterialVersion:
    """A version of a material, decided about by somebody else than its author."""
    content = content or f"leaflet {material.pk} {number}".encode()
    file = seal_file([content], media_type=more.pop("media_type", "application/pdf"))
    values = {"state_since": NOW, "made_at": NOW, "pages": 2, "variety": "Hamgyong", **more}
    version = MaterialVersion.objects.create(
        material=material,
        number=number,
        language_id="kor",
        file=file,
        sha256=bytes(file.sha256),
        author=somebody("author"),
        **values,
    )
    decided = {"decided_by": somebody("approver", Role.APPROVER), "decided_at": NOW}
    for step in WAY_TO[state]:
        given = decided if step in ("approved", "rejected") else {}
        MaterialVersion.objects.filter(pk=version.pk).update(state=step, **given)
    version.refresh_from_db()
    return version


def share_material_with(material: Material, agency: Agency) -> None:
    """Share a material with an agency, as the action does."""
    assign_perm("view_material", agency.group, material)


def a_delivery(
    version: MaterialVersion, agency: Agency, state: str = "handed_over", **more: Any
) -> Delivery:
    """2,000 copies of a version for an agency, in a state."""
    by = somebody("liaison", Role.LIAISON)
    over: dict[str, Any] = {
        "handed_over": 2000,
        "handed_over_by": by,
        "handed_over_at": NOW + timedelta(hours=1),
    }
    receipt = {"acknowledged": 1990, "receipt_by": "Consul", "receipt_at": NOW + timedelta(days=1)}
    values = {
        "prepared": {},
        "failed": {},
        "handed_over": over,
        "acknowledged": over | receipt,
    }[state]
    return Delivery.objects.create(
        version=version,
        agency=agency,
        desk=version.material.desk,
        medium="printed",
        made=2100,
        state=state,
        state_since=NOW,
        prepared_by=by,
        prepared_at=NOW,
        **values,
        **more,
    )


def a_case(agency: Agency, state: str = "sent", **more: Any) -> Case:
    """A case about which an agency was written to, as sending a letter leaves it."""
    by = somebody("liaison", Role.LIAISON)
    held = {"holder": agency} if state in ("sent", "acknowledged", "referred") else {}
    values: dict[str, Any] = {"due": date(2026, 12, 1), **held, **more}
    case = Case.objects.create(
        year=2026,
        number=next(_numbers),
        kind="permits",
        subject="Permits for Ukraine",
        desk=a_desk(),
        owner=by,
        agency=agency,
        state=state,
        state_since=NOW,
        opened_by=by,
        opened_at=NOW,
        **values,
    )
    assign_perm("view_case", agency.group, case)
    return case


def a_letter(
    case: Case, agency: Agency, state: str = "sent", at: datetime = NOW, **more: Any
) -> Letter:
    """A letter of a case to an agency, sent by e-mail where its state says so."""
    by, sent = somebody("liaison", Role.LIAISON), {"sent_through": "email"}
    fields = {"agency": agency, "language": "uk", **more}
    return a_letter_row(case, by, state, at=at, sent=sent, **fields)


def of_each(agency: Agency, title: str = "") -> tuple[Material, Case]:
    """A shared material with its delivery, and a case with its letter."""
    material = a_material(title or f"for {agency.slug}")
    share_material_with(material, agency)
    a_delivery(a_version(material), agency)
    case = a_case(agency)
    a_letter(case, agency)
    return material, case
