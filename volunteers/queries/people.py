"""Volunteers, as their viewer may see them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, own_desks, seen_by, signed_in
from corps.accounts.roles import roles_that_see
from corps.errors import NotFound
from volunteers.models import IdentityMark, Volunteer, VolunteerUserObjectPermission


def volunteers_visible_to(viewer: Viewer) -> QuerySet[Volunteer]:
    """Return the volunteers on the viewer's desks and those shared with the viewer."""
    return Volunteer.objects.filter(seen_by(viewer, Volunteer))


def volunteers_on_own_desks(viewer: Viewer) -> QuerySet[Volunteer]:
    """Return those a viewer may see who stand on a desk of the viewer: whom an identity leads to.
    One who is shared, or seen by break-glass, is seen by callsign alone."""
    return volunteers_visible_to(viewer).filter(desk__in=own_desks(viewer))


def find_volunteer(viewer: Viewer, pk: UUID | str) -> Volunteer:
    """Return one volunteer the viewer may see. Raises NotFound, also for a hidden one."""
    volunteer = volunteers_visible_to(viewer).select_related("desk", "user").filter(pk=pk).first()
    if volunteer is None:
        raise NotFound
    return volunteer


def own_volunteer(user: Viewer) -> Volunteer:
    """Return the volunteer behind a portal account. Raises NotFound."""
    own = Volunteer.objects.select_related("desk").filter(
        user=signed_in(user), user__is_active=True
    )
    volunteer = own.first()
    if volunteer is None:
        raise NotFound
    return volunteer


def on_its_desk(volunteer: Volunteer) -> Volunteer:
    """Return the volunteer as committed, locked until the transaction ends: whoever moves it to
    another desk has done so before, or waits."""
    locked = Volunteer.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("desk", "user").get(pk=volunteer.pk)


def as_it_stands(volunteer: Volunteer) -> Volunteer:
    """Return the volunteer as committed; it goes to no other desk before the transaction ends.
    Several may hold it so at once."""
    table = connection.ops.quote_name(Volunteer._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR SHARE", [volunteer.pk])  # noqa: S608  (the model's own name)
    return Volunteer.objects.select_related("desk", "user").get(pk=volunteer.pk)


def carrying_marks(viewer: Viewer, kind: str, marks: Iterable[bytes]) -> QuerySet[Volunteer]:
    """Return the volunteers of the viewer's desks who carry one of the blind indexes of a kind."""
    carried = IdentityMark.objects.filter(volunteer=OuterRef("pk"), kind=kind, mark__in=list(marks))
    return volunteers_on_own_desks(viewer).filter(Exists(carried)).select_related("desk")


def shares_of(volunteer: Volunteer, *, at: datetime) -> QuerySet[VolunteerUserObjectPermission]:
    """Return the shares of a volunteer with people that hold at the instant `at`, by person."""
    shares = _shares().filter(content_object=volunteer)
    return shares.filter(Q(until=None) | Q(until__gt=at)).order_by("user__username")


def shares_over(*, at: datetime) -> QuerySet[VolunteerUserObjectPermission]:
    """Return every share that is over at the instant `at`, locked for whoever ends it."""
    return (
        _shares()
        .filter(until__lte=at)
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
    )


def _shares() -> QuerySet[VolunteerUserObjectPermission]:
    shares = VolunteerUserObjectPermission.objects.filter(permission__codename="view_volunteer")
    return shares.select_related("user", "content_object__desk")


def people_shared_with(volunteer: Volunteer, *, at: datetime) -> QuerySet[User]:
    """Return the people a volunteer is shared with at the instant `at`, one by one."""
    shares = shares_of(volunteer, at=at).filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(shares)).order_by("username")


def people_to_share_with(volunteer: Volunteer) -> QuerySet[User]:
    """Return the staff whose roles see volunteers and who are not on this one's desk; also those
    it is shared with already, for whom sharing again changes the end."""
    able = User.objects.filter(
        is_active=True, is_staff=True, groups__name__in=roles_that_see("volunteers.volunteer")
    )
    return able.exclude(desks=volunteer.desk_id).distinct().order_by("username")
