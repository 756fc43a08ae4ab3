"""Acts that take two people, as their viewer may see them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.queries.sight import Viewer, own_desks
from corps.accounts.roles import Role
from corps.accounts.states import KINDS, TwoPersonKind
from corps.audit.actions import reference
from corps.errors import NotFound

TOLD_OF_GLASS = (Role.COORDINATOR, Role.APPROVER)
"""Who on a desk is told that break-glass opened it."""

TOLD_FOR = timedelta(days=7)
"""How long they are told of it after it is over."""

OWN_ACT = Value(r"^accounts\.twopersonact:([0-9a-f-]{36})$")


def acts_visible_to(viewer: Viewer) -> QuerySet[TwoPersonAct]:
    """Return the acts a person asked for, those their roles and desks let them decide, and the
    break-glass that was granted on a desk of theirs."""
    if not isinstance(viewer, User) or not viewer.is_active or not viewer.is_staff:
        return TwoPersonAct.objects.none()
    seen = Q(asked_by=viewer)
    for name, kind in KINDS.items():
        if viewer.has_role(*kind.granted_by):
            one = Q(kind=name)
            seen |= one & Q(desk__in=own_desks(viewer)) if kind.by_desk else one
    if viewer.has_role(*TOLD_OF_GLASS):
        seen |= _granted_glass() & Q(desk__in=own_desks(viewer))
    return TwoPersonAct.objects.filter(seen)


def _granted_glass() -> Q:
    return Q(kind=TwoPersonKind.BREAK_GLASS, state__in=["granted", "lapsed"], until__isnull=False)


def acts_waiting_for(viewer: User) -> QuerySet[TwoPersonAct]:
    """Return the acts a person may decide: asked by somebody else and not about the person's own
    account, not decided yet."""
    decidable = Q(pk__in=[])
    for name, kind in KINDS.items():
        if viewer.has_role(*kind.granted_by):
            one = Q(kind=name)
            decidable |= one & Q(desk__in=own_desks(viewer)) if kind.by_desk else one
    asked = acts_visible_to(viewer).filter(decidable, state="asked").exclude(asked_by=viewer)
    return asked.exclude(subject=reference(viewer))


def find_act(viewer: Viewer, pk: UUID | str) -> TwoPersonAct:
    """Return one act the viewer may see. Raises NotFound, also for a hidden one."""
    act = acts_visible_to(viewer).select_related("desk", "asked_by").filter(pk=pk).first()
    if act is None:
        raise NotFound
    return act


def granted_acts(viewer: User, kind: TwoPersonKind, *, at: datetime) -> QuerySet[TwoPersonAct]:
    """Return what `viewer` asked for, was granted, has not used, and still holds at `at`."""
    return TwoPersonAct.objects.filter(asked_by=viewer, kind=kind, state="granted", until__gt=at)


def open_glass(viewer: User, *, at: datetime) -> QuerySet[TwoPersonAct]:
    """Return the break-glass by which `viewer` sees a desk at `at`, soonest over first."""
    held = granted_acts(viewer, TwoPersonKind.BREAK_GLASS, at=at)
    return held.filter(desk__in=viewer.glass_desks).select_related("desk").order_by("until")


def glass_to_tell_of(viewer: User, *, at: datetime) -> QuerySet[TwoPersonAct]:
    """Return the break-glass on the viewer's own desks that is open, or over since at most
    TOLD_FOR, for those who are told of it."""
    if not viewer.has_role(*TOLD_OF_GLASS):
        return TwoPersonAct.objects.none()
    recent = Q(desk__in=own_desks(viewer), until__gt=at - TOLD_FOR)
    return TwoPersonAct.objects.filter(_granted_glass(), recent)


def about_seen_acts(viewer: User) -> Q:
    """Return the condition that the entry's own object is an act which the viewer may see."""
    own = Func(OuterRef("about__0"), OWN_ACT, function="substring", output_field=TextField())
    seen = acts_visible_to(viewer).filter(pk=Cast(own, UUIDField()))
    return Q(Exists(seen.order_by()))


def acts_about(viewer: User, obj: Model, *, at: datetime) -> QuerySet[TwoPersonAct]:
    """Return what somebody asked about an object and is neither decided nor over at `at`."""
    under_way = Q(state="asked") | Q(state="granted", until__gt=at)
    seen = acts_visible_to(viewer).filter(under_way, subject=reference(obj))
    return seen.select_related("asked_by", "decided_by")
