"""What is asked about accounts, desks and invitations, and how sight by desk is written."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from corps.accounts.models import Desk, User
from corps.accounts.roles import UNDER_GLASS, Role, roles_that_see
from corps.errors import NotFound

Viewer = User | AnonymousUser

# Where one person stands; only the models' own names are put into it.
DESKS = "SELECT '', desk_id FROM accounts_desk_members WHERE user_id = %(person)s"
SHARES = "(SELECT '{0._meta.label_lower}', 0 FROM {0._meta.db_table} WHERE {1} LIMIT 1)"
OF_A_PERSON = "user_id = %(person)s"
OF_A_GROUP = "group_id IN (SELECT group_id FROM accounts_user_groups WHERE user_id = %(person)s)"


@dataclass(frozen=True, slots=True)
class Standing:
    """The ids of a person's desks, and the tables of object permissions (their labels) in which
    the person stands, or a group of theirs: in no other need anything be looked for."""

    desks: frozenset[int]
    tables: frozenset[str]


def seen_by(viewer: Viewer, model: type[Model], *, desk: str = "desk_id") -> Q:
    """Return the condition under which `viewer` sees rows of a guarded model.

    Two sources, both object by object, for staff in a role that sees this kind: membership of the
    row's desk (`desk` is the path to its id); and an object permission `view_…` of the person,
    until its end. The permission of a group (an agency is a group) counts for whoever is in it.
    Neither a global permission nor a superuser flag counts. For one hour, break-glass lets an
    administrator see what stands on one desk. A person's roles and desks, and whether anything is
    shared with them, are asked for once: each request has an account object of its own.
    """
    if not isinstance(viewer, User) or not viewer.is_active:
        return Q(pk__in=[])
    seen, label = _shared_with_groups(viewer, model), model._meta.label_lower
    desks: frozenset[int] = frozenset()
    if viewer.is_staff and viewer.has_role(*roles_that_see(label)):
        desks, seen = _standing(viewer).desks, seen | _shared(viewer, model)
    if label in UNDER_GLASS:
        desks |= viewer.glass_desks
    return seen | Q(**{f"{desk}__in": sorted(desks)})


def _shared(viewer: User, model: type[Model]) -> Q:
    own = get_user_obj_perms_model(cast("Any", model))
    if own._meta.label_lower not in _standing(viewer).tables:
        return Q(pk__in=[])
    shares = own._default_manager.filter(_not_over(), user_id=viewer.pk, **_viewing(model))
    return Q(Exists(shares))


def _shared_with_groups(viewer: User, model: type[Model]) -> Q:
    groups = get_group_obj_perms_model(cast("Any", model))
    if groups._meta.label_lower not in _standing(viewer).tables:
        return Q(pk__in=[])
    return Q(Exists(groups._default_manager.filter(group__user=viewer.pk, **_viewing(model))))


def _standing(viewer: User) -> Standing:
    """Return where a person stands, as it was when first asked for. It is kept with the account
    itself, not with what may stand for it (`request.user` is such a thing)."""
    if viewer.standing is None:
        with connection.cursor() as cursor:
            cursor.execute(_asking_where(), {"person": viewer.pk})
            rows = cursor.fetchall()
        desks = frozenset(pk for label, pk in rows if not label)
        viewer.standing = Standing(desks, frozenset(label for label, _ in rows if label))
    return cast("Standing", viewer.standing)


def ask_anew(viewer: object) -> None:
    """Let sight ask again on which desks an account is and which roles it has, and read whether it
    is active: what was asked for before a wait for others may have ended meanwhile. Whoever is no
    account (the clock, a command) has neither."""
    if isinstance(viewer, User):
        viewer.refresh_from_db(fields=["is_active", "is_staff"])


@cache
def _asking_where() -> str:
    bases = ((UserObjectPermissionBase, OF_A_PERSON), (GroupObjectPermissionBase, OF_A_GROUP))
    shares = [
        SHARES.format(table, is_theirs)
        for base, is_theirs in bases
        for table in apps.get_models()
        if issubclass(table, base)
    ]
    return " UNION ALL ".join([DESKS, *shares])


def _viewing(model: type[Model]) -> dict[str, Any]:
    return {
        "content_object_id": OuterRef("pk"),
        "permission__codename": f"view_{model._meta.model_name}",
    }


def _not_over() -> Q:
    return Q(until=None) | Q(until__gt=timezone.now())


def permission_to_view(model: type[Model]) -> Permission:
    """Return the permission to see a row of a guarded model, as one object's share carries it."""
    return Permission.objects.get(
        content_type__app_label=model._meta.app_label,
        content_type__model=model._meta.model_name,
        codename=f"view_{model._meta.model_name}",
    )


def signed_in(viewer: Viewer) -> User:
    """Return the viewer as the account they signed in with. Raises NotFound for nobody."""
    if not isinstance(viewer, User):
        raise NotFound
    return viewer


def own_desks(viewer: Viewer) -> QuerySet[Desk]:
    """Return the desks a person is a member of."""
    return Desk.objects.filter(members=viewer.pk)


def find_desk(slug: str) -> Desk:
    """Return the desk of that short name. Raises NotFound."""
    desk = Desk.objects.filter(slug=slug).first()
    if desk is None:
        raise NotFound
    return desk


def desks_visible_to(viewer: Viewer) -> QuerySet[Desk]:
    """Return the desks a person may be offered: an administrator all, others their own."""
    if isinstance(viewer, User) and viewer.may_change_kind("accounts.desk"):
        return Desk.objects.all()
    return own_desks(viewer)


def desks_read_about(viewer: User) -> QuerySet[Desk]:
    """Return the desks of whose entries in the ledger a person reads: an auditor's are all."""
    return Desk.objects.all() if viewer.has_role(Role.AUDITOR) else own_desks(viewer)


def accounts_visible_to(viewer: Viewer) -> QuerySet[User]:
    """Return the accounts an administrator keeps: those of staff. Volunteers' are their desks'."""
    if isinstance(viewer, User) and viewer.may_see_kind("accounts.user"):
        return User.objects.filter(is_staff=True)
    return User.objects.none()
