"""Who may write, decide about, share and deliver materials: `can_…` answers, `check_…` raises."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import own_desks
from corps.accounts.roles import Role
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotFound, NotPermitted, Refusal
from deployments.materials.models import Delivery, Material, MaterialVersion
from deployments.materials.queries import (
    day_in_seoul,
    deliveries_visible_to,
    materials_visible_to,
)


class AuthorDecides(Refusal):
    """Somebody decides about a version of their own."""

    message = _("You made this version: somebody else decides about it.")


class NotApproved(Refusal):
    """A version that was not approved, or is retired, is to be handed out."""

    message = _("Only an approved version is delivered.")


def can_make_material(by: By, desk: Desk) -> bool:
    """Whether `by` may write materials of a desk: its editors, commands."""
    return _is_command(by) or _holds(by, desk, Role.EDITOR)


def check_make_material(by: By, desk: Desk) -> None:
    """Raise NotPermitted unless `by` may write materials of the desk."""
    if not can_make_material(by, desk):
        raise NotPermitted


def can_write_material(by: By, material: Material) -> bool:
    """Whether `by` may change a material and add and submit versions: editors of its desk."""
    return can_make_material(by, material.desk)


def check_write_material(by: By, material: Material) -> None:
    """Raise NotFound for one who may not see the material, NotPermitted for one who only may."""
    if not can_write_material(by, material):
        raise _refusal(by, material)


def can_decide_version(by: By, version: MaterialVersion) -> bool:
    """Whether `by` may approve or reject a version: an approver of its desk who did not make it."""
    holds = _holds(by, version.material.desk, Role.APPROVER)
    return holds and isinstance(by, User) and by.pk != version.author_id


def check_decide_version(by: By, version: MaterialVersion) -> None:
    """Raise AuthorDecides for the author, NotFound or NotPermitted for others who may not."""
    if isinstance(by, User) and by.pk == version.author_id:
        raise AuthorDecides
    if not can_decide_version(by, version):
        raise _refusal(by, version.material)


def can_retire_version(by: By, version: MaterialVersion) -> bool:
    """Whether `by` may take an approved version out of use: editors and approvers of its desk."""
    return _holds(by, version.material.desk, Role.EDITOR, Role.APPROVER)


def check_retire_version(by: By, version: MaterialVersion) -> None:
    """Raise NotFound or NotPermitted unless `by` may retire the version."""
    if not can_retire_version(by, version):
        raise _refusal(by, version.material)


def can_share_material(by: By, material: Material) -> bool:
    """Whether `by` may share a material with agencies: liaison officers of its desk, commands."""
    return _is_command(by) or _holds(by, material.desk, Role.LIAISON)


def check_share_material(by: By, material: Material) -> None:
    """Raise NotFound or NotPermitted unless `by` may share the material."""
    if not can_share_material(by, material):
        raise _refusal(by, material)


def can_deliver_version(by: By, version: MaterialVersion) -> bool:
    """Whether `by` may prepare deliveries of a version: liaison officers of its desk."""
    return can_share_material(by, version.material)


def can_keep_delivery(by: By, delivery: Delivery) -> bool:
    """Whether `by` may hand over, acknowledge and give up a delivery: liaison officers of its
    desk."""
    return _is_command(by) or _holds(by, delivery.desk, Role.LIAISON)


def check_keep_delivery(by: By, delivery: Delivery) -> None:
    """Raise NotFound for one who may not see the delivery, NotPermitted for one who only may."""
    if can_keep_delivery(by, delivery):
        return
    if isinstance(by, User) and deliveries_visible_to(by).filter(pk=delivery.pk).exists():
        raise NotPermitted
    raise NotFound


def check_approved(version: MaterialVersion) -> None:
    """Raise NotApproved unless the version is approved and in use."""
    if version.state != "approved":
        raise NotApproved


def check_handed_over_on(version: MaterialVersion, day: date) -> None:
    """Raise NotApproved unless the version is approved, or was retired after that day in Seoul."""
    if version.state == "retired" and day < day_in_seoul(version.state_since):
        return
    check_approved(version)


def _refusal(by: By, material: Material) -> Refusal:
    if isinstance(by, User) and materials_visible_to(by).filter(pk=material.pk).exists():
        return NotPermitted()
    return NotFound()


def _holds(by: By, desk: Desk, *roles: Role) -> bool:
    """Whether `by` is staff in one of the roles, and a member of the desk."""
    if not isinstance(by, User) or not (by.is_staff and by.is_active):
        return False
    return by.has_role(*roles) and own_desks(by).filter(pk=desk.pk).exists()


def _is_command(by: By) -> bool:
    return isinstance(by, Actor) and by.kind == ActorKind.SYSTEM
