"""Acts that take two people, as their viewer may see them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.sight import Viewer, own_desks
from corps.accounts.states import KINDS, TwoPersonKind
from corps.errors import NotFound


def acts_visible_to(viewer: Viewer) -> QuerySet[TwoPersonAct]:
    """Return the acts a person asked for, and those their roles and desks let them decide."""
    if not isinstance(viewer, User) or not viewer.is_active or not viewer.is_staff:
        return TwoPersonAct.objects.none()
    seen = Q(asked_by=viewer)
    for name, kind in KINDS.items():
        if viewer.has_role(*kind.granted_by):
            one = Q(kind=name)
            seen |= one & Q(desk__in=own_desks(viewer)) if kind.by_desk else one
    return TwoPersonAct.objects.filter(seen)


def acts_waiting_for(viewer: User) -> QuerySet[TwoPersonAct]:
    """Return the acts a person may decide: asked by somebody else, not decided yet."""
    return acts_visible_to(viewer).filter(state="asked").exclude(asked_by=viewer)


def find_act(viewer: Viewer, pk: UUID | str) -> TwoPersonAct:
    """Return one act the viewer may see. Raises NotFound, also for a hidden one."""
    act = acts_visible_to(viewer).select_related("desk", "asked_by").filter(pk=pk).first()
    if act is None:
        raise NotFound
    return act


def granted_acts(viewer: User, kind: TwoPersonKind, *, at: datetime) -> QuerySet[TwoPersonAct]:
    """Return what `viewer` asked for, was granted, has not used, and still holds at `at`."""
    return TwoPersonAct.objects.filter(asked_by=viewer, kind=kind, state="granted", until__gt=at)
