"""Whom an export of identities is about."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.db.models.functions import Lower

from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.queries.sight import own_desks
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to


def volunteers_of(viewer: User, desk: Desk) -> QuerySet[Volunteer]:
    """Return the volunteers on one of the viewer's own desks."""
    return volunteers_visible_to(viewer).filter(desk__in=own_desks(viewer).filter(pk=desk.pk))


def named(volunteers: QuerySet[Volunteer], callsigns: Iterable[str]) -> QuerySet[Volunteer]:
    """Return those of the volunteers who bear one of the callsigns, whatever the case."""
    wanted = [callsign.lower() for callsign in callsigns]
    return volunteers.annotate(plain=Lower("callsign")).filter(plain__in=wanted)


def asked_in(viewer: User, act: TwoPersonAct) -> QuerySet[Volunteer]:
    """Return the volunteers an export was asked about, as far as the viewer sees them on the desk
    of the act; one who stands elsewhere by now is not among them."""
    seen = volunteers_visible_to(viewer).filter(desk=act.desk_id)
    return seen.filter(pk__in=act.facts.get("volunteers", [])).order_by("callsign")


def volunteers_to_export(viewer: User, act: TwoPersonAct) -> Sequence[Volunteer]:
    """Return `asked_in` with what opens their identities, on a desk the viewer is a member of."""
    rows = asked_in(viewer, act).filter(desk__in=own_desks(viewer))
    return list(rows.select_related("identity", "data_key", "desk"))
