"""Seeding the demo: everything goes through the same actions that people use."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, islice
from random import Random

from corps.accounts.actions.desks import make_desk
from corps.accounts.actions.invitations import accept_invitation, invite_user
from corps.accounts.actions.staff import allow_app, make_staff
from corps.accounts.models import Desk, User
from corps.audit.actions import COMMAND
from corps.errors import Refusal
from deployments.agencies.actions import issue_client, make_agency
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES
from deployments.demo.matters import seed_matters
from deployments.demo.organisation import AGENCIES, CLIENTS, DESKS, STAFF
from deployments.demo.people import callsign, invent
from deployments.demo.work import seed_work
from volunteers.actions.consents import enter_consents
from volunteers.actions.invitations import invite_volunteer
from volunteers.actions.people import register_volunteers
from volunteers.models import Purpose, Skill, Volunteer
from volunteers.queries.consents import terms_in_force

AT_ONCE = 500
SERVING = (Purpose.REGISTER, Purpose.SERVICE)
"""What everybody in a demo consents to; the first of them, AT_ONCE, to everything."""
REGISTERED_BEFORE = timedelta(days=300)
JOINED_BEFORE = timedelta(days=4)
"""How long before the seeding the volunteers came into the portal: long enough to read their own
identity there."""


class InUse(Refusal):
    """The installation holds somebody's own data: a demo would mix with it."""

    message = "This installation is in use: the demo is only seeded into an empty one."


@dataclass(frozen=True, slots=True)
class Access:
    """One way in: kind (staff, volunteer, client), name, password or secret, role or agency."""

    kind: str
    name: str
    secret: str = field(repr=False)
    role: str


def seed_demo(*, volunteers: int, seed: int, at: datetime) -> list[Access]:
    """Seed the demo organisation, or add volunteers to one that is there, up to `volunteers`.

    Effects: desks, staff, agencies, clients, volunteers and work, each by its own action with its
    own ledger entries. Returns the ways in that were made. Raises InUse in an installation that
    holds other accounts.
    """
    random = Random(seed)  # noqa: S311  (invented people, not secrets)
    if Desk.objects.filter(slug=DESKS[0][0]).exists() and User.objects.filter(username=STAFF[0][0]):
        add_volunteers(volunteers, random=random, at=at)
        return []
    if User.objects.exists() or Desk.objects.exists():
        raise InUse
    desks = {slug: make_desk(slug=slug, name=name, by=COMMAND, at=at) for slug, name in DESKS}
    access = [_staff(name, role, [desks[slug] for slug in on], at=at) for name, role, on in STAFF]
    agencies = {slug: _agency(slug, *rest, at=at) for slug, *rest in AGENCIES}
    access += [_client(agencies[slug], at=at) for slug in CLIENTS]
    add_volunteers(volunteers, random=random, at=at)
    seed_work(desks=desks, agencies=agencies, at=at)
    seed_matters(desk=desks["seoul"], agencies=agencies, at=at)
    return access + [_portal_account(one, at=at) for one in _portal_people()]


def add_volunteers(wanted: int, *, random: Random, at: datetime) -> None:
    """Register invented volunteers until there are `wanted`: two in three on the first desk."""
    skills = dict(Skill.objects.values_list("code", "pk"))
    desks = [Desk.objects.get(slug=slug) for slug, _ in DESKS]
    terms = list(terms_in_force())
    numbers, today = _free_numbers(wanted - Volunteer.objects.count()), at.date()
    for begin in range(0, len(numbers), AT_ONCE):
        some = numbers[begin : begin + AT_ONCE]
        people = [(number, invent(random, number, skills, today)) for number in some]
        asked = [term for term in terms if begin == 0 or term.purpose in SERVING]
        for place, desk in enumerate(desks):
            on_desk = [person for number, person in people if (number % 3 == 2) == bool(place)]
            then = at - REGISTERED_BEFORE
            made = register_volunteers(on_desk, desk=desk, by=COMMAND, at=then)
            enter_consents(volunteers=made, terms=asked, by=COMMAND, at=at - JOINED_BEFORE)


def _free_numbers(wanted: int) -> list[int]:
    """Return as many numbers, from 0, whose callsigns nobody bears, imported people included."""
    taken = {name.lower() for name in Volunteer.objects.values_list("callsign", flat=True)}
    free = (number for number in count() if callsign(number).lower() not in taken)
    return list(islice(free, max(wanted, 0)))


def _staff(name: str, role: str, desks: Iterable[Desk], *, at: datetime) -> Access:
    user = make_staff(username=name, roles=[role], desks=desks, by=COMMAND, at=at)
    allow_app(user=user, allowed=True, by=COMMAND, at=at)
    return Access("staff", name, _set_password(user, at=at), str(role))


def _set_password(user: User, *, at: datetime) -> str:
    link = invite_user(user=user, by=COMMAND, at=at)
    return _accept(link.path, at=at)


def _accept(path: str, *, at: datetime) -> str:
    password = secrets.token_urlsafe(12)
    accept_invitation(token=path.rstrip("/").rsplit("/", 1)[-1], password=password, at=at)
    return password


def _agency(
    slug: str, kind: str, country: str, name_ko: str, name_en: str, name_uk: str, *, at: datetime
) -> Agency:
    return make_agency(
        slug=slug,
        kind=kind,
        country=country,
        name_ko=name_ko,
        name_en=name_en,
        name_uk=name_uk,
        by=COMMAND,
        at=at,
    )


def _client(agency: Agency, *, at: datetime) -> Access:
    issued = issue_client(agency=agency, scopes=list(SCOPES), by=COMMAND, at=at)
    return Access("client", issued.client_id, issued.secret, agency.slug)


def _portal_people() -> list[Volunteer]:
    """Return three volunteers for accounts: with an open offer, with a place, with neither."""
    active = Volunteer.objects.filter(standing="active", user=None).order_by("callsign")
    chosen: list[Volunteer] = []
    for condition in (
        {"assignments__state": "offered"},
        {"assignments__state__in": ["accepted", "confirmed", "active"]},
        {"assignments": None},
    ):
        taken = [one.pk for one in chosen]
        chosen += active.filter(**condition).exclude(pk__in=taken).distinct()[:1]
    return chosen


def _portal_account(volunteer: Volunteer, *, at: datetime) -> Access:
    joined = at - JOINED_BEFORE
    link = invite_volunteer(volunteer=volunteer, by=COMMAND, at=joined)
    return Access("volunteer", volunteer.callsign, _accept(link.path, at=joined), "volunteer")
