"""The house in which the journeys of liaison begin: made by the actions that people use.

Its functions run inside the installation that is visited, by its `manage shell`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from corps.accounts.actions.desks import make_desk
from corps.accounts.actions.invitations import accept_invitation, invite_user
from corps.accounts.actions.staff import make_staff
from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.context import through
from deployments.actions.assignments import accept_offer, confirm_assignment
from deployments.actions.deployments import make_deployment, move_deployment
from deployments.actions.offers import offer_slot
from deployments.actions.slots import Needs, add_slots
from deployments.agencies.actions import issue_client, make_agency
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.contacts import ContactDetails
from deployments.agencies.models import Agency, AgencyKind
from deployments.liaison.actions.notes import flag_overdue
from deployments.models import Assignment, Deployment
from deployments.models import Role as WorkRole
from volunteers.actions.consents import enter_consents
from volunteers.actions.people import NewVolunteer, register_volunteers
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer
from volunteers.queries.consents import terms_in_force

PASSWORD = "seven cranes over the river"

STAFF = {
    "coordinator": (Role.COORDINATOR, "ko"),
    "liaison": (Role.LIAISON, "en"),
    "liaison.two": (Role.LIAISON, "ko"),
    "editor": (Role.EDITOR, "ko"),
    "approver": (Role.APPROVER, "ko"),
}
"""Sign-in name, role and language of everybody on the desk."""

AGENCIES = {
    "mofa-korea": (AgencyKind.MINISTRY, "KR", "외교부", "Ministry of Foreign Affairs", "МЗС Кореї"),
    "mou-korea": (AgencyKind.MINISTRY, "KR", "통일부", "Ministry of Unification", "Міноб'єднання"),
    "forces": (AgencyKind.ARMED_FORCE, "UA", "우크라이나군", "Armed Forces of Ukraine", "ЗСУ"),
}
"""Short name, kind, country, names in Korean, English and Ukrainian."""

CALLSIGNS = ("매-1", "매-2")


def make_house() -> dict[str, Any]:
    """Make the desk with its people, three agencies, and a deployment with two confirmed
    volunteers; return what the visitors must know, by name."""
    at = timezone.now()
    desk = make_desk(slug="seoul", name="서울", by=COMMAND, at=at)
    for name in STAFF:
        _staff(name, desk, at=at)
    agencies = {slug: _agency(slug, at=at) for slug in AGENCIES}
    registry = add_contact(
        agency=agencies["mofa-korea"],
        post="여권과 담당관",
        language="ko",
        details=ContactDetails(name="김민서", email="passports@mofa.example"),
        by=COMMAND,
        at=at,
    )
    scopes = ["materials:read", "deliveries:read"]
    issued = issue_client(agency=agencies["forces"], scopes=scopes, by=COMMAND, at=at)
    deployment, assignments = _deployment(desk, agencies["forces"], at=at)
    return {
        "agencies": {slug: str(agency.pk) for slug, agency in agencies.items()},
        "contact": str(registry.pk),
        "client": [issued.client_id, issued.secret],
        "deployment": str(deployment.pk),
        "assignments": [str(assignment.pk) for assignment in assignments],
        "volunteers": [str(assignment.volunteer_id) for assignment in assignments],
    }


def run_the_clock_tomorrow() -> int:
    """Let the clock look for cases that are overdue as it does a day from now; how many it found.

    What is due today is overdue tomorrow, and nobody can wait for that.
    """
    with through("clock"):
        return flag_overdue(at=timezone.now() + timedelta(days=1))


def _staff(name: str, desk: Desk, *, at: datetime) -> User:
    role, language = STAFF[name]
    user = make_staff(
        username=name, roles=[role], desks=[desk], language=language, by=COMMAND, at=at
    )
    link = invite_user(user=user, by=COMMAND, at=at)
    token = link.path.rstrip("/").rsplit("/", 1)[-1]
    return accept_invitation(token=token, password=PASSWORD, at=at)


def _agency(slug: str, *, at: datetime) -> Agency:
    kind, country, name_ko, name_en, name_uk = AGENCIES[slug]
    names = {"name_ko": name_ko, "name_en": name_en, "name_uk": name_uk}
    return make_agency(slug=slug, kind=kind, country=country, **names, by=COMMAND, at=at)


def _deployment(desk: Desk, host: Agency, *, at: datetime) -> tuple[Deployment, list[Assignment]]:
    first, last = at.date() + timedelta(days=10), at.date() + timedelta(days=40)
    deployment = make_deployment(
        desk=desk,
        codename="두루미",
        host_agency=host,
        first_day=first,
        last_day=last,
        by=COMMAND,
        at=at,
    )
    slots = add_slots(
        deployment=deployment,
        role=WorkRole.objects.get(code="interpreter"),
        count=len(CALLSIGNS),
        first_day=first,
        last_day=last,
        requirements=Needs(),
        by=COMMAND,
        at=at,
    )
    move_deployment(deployment=deployment, move_name="open", by=COMMAND, at=at)
    pairs = zip(slots, _people(desk, at=at), strict=True)
    made = [offer_slot(slot=slot, volunteer=one, by=COMMAND, at=at) for slot, one in pairs]
    for assignment in made:
        accept_offer(assignment=assignment, by=COMMAND, at=at)
        confirm_assignment(assignment=assignment, by=COMMAND, at=at)
    return deployment, made


def _people(desk: Desk, *, at: datetime) -> list[Volunteer]:
    until = at.date() + timedelta(days=400)
    people = [
        NewVolunteer(
            identity=IdentityDocument(name=f"홍길{number}", phone=f"+82100000000{number}"),
            callsign=callsign,
            languages={"kor": 7, "ukr": 4},
            windows=[("available", at.date(), until)],
            clearance=(3, until),
        )
        for number, callsign in enumerate(CALLSIGNS)
    ]
    made = register_volunteers(people, desk=desk, by=COMMAND, at=at)
    enter_consents(volunteers=made, terms=list(terms_in_force()), by=COMMAND, at=at)
    return made
