"""The small cast of every test, made by plain functions."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.contacts import ContactDetails
from deployments.agencies.models import Agency, Contact
from deployments.models import Deployment, Slot
from deployments.models import Role as WorkRole
from volunteers.actions.people import NewVolunteer, register_volunteers
from volunteers.identity import IdentityDocument
from volunteers.models import Consent, Volunteer
from volunteers.queries.consents import terms_in_force

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""The instant at which most tests stand still: noon of 22 November 2026 in Seoul."""

PASSWORD = "correct horse battery staple"

_numbers = count(1)


def a_desk(slug: str = "seoul", *members: User) -> Desk:
    """A desk, made once for each slug."""
    desk, _ = Desk.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize()})
    desk.members.add(*members)
    return desk


def a_user(username: str, *roles: Role, desk: Desk | None = None, **fields: Any) -> User:
    """A staff account in the given roles, a member of `desk`."""
    fields = {"is_staff": True, "language": "en", **fields}
    user = User.objects.create_user(username, PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    if desk:
        desk.members.add(user)
    return user


def a_coordinator(desk: Desk | None = None, username: str = "coordinator") -> User:
    """The coordinator of a desk (of Seoul unless told)."""
    return a_user(username, Role.COORDINATOR, desk=desk or a_desk())


def a_stranger() -> User:
    """A coordinator of another desk."""
    return a_user("stranger", Role.COORDINATOR, desk=a_desk("elsewhere"))


def a_volunteer(
    callsign: str = "",
    *,
    desk: Desk | None = None,
    account: bool = False,
    consents: bool = True,
    **fields: Any,
) -> Volunteer:
    """A registered volunteer: Korean native, Ukrainian B2, interpreting 3, cleared to the front,
    available for all of 2026 and 2027 unless `fields` (of NewVolunteer) say otherwise; consents to
    everything unless told."""
    number = next(_numbers)
    person: dict[str, Any] = {
        "identity": IdentityDocument(name=f"홍길{number}", phone=f"+8210{number:08}"),
        "callsign": callsign or f"매-{number}",
        "languages": {"kor": 7, "ukr": 4},
        "skills": {_skill("interpreting-consecutive"): 3},
        "windows": [("available", date(2026, 1, 1), date(2027, 12, 31))],
        "clearance": (3, date(2027, 12, 31)),
        **fields,
    }
    made = register_volunteers([NewVolunteer(**person)], desk=desk or a_desk(), by=COMMAND, at=NOW)[
        0
    ]
    if consents:
        consent_to_all(made)
    if account:
        made.user = User.objects.create_user(made.callsign, PASSWORD, language="ko")
        made.save(update_fields=["user"])
    return made


def consent_to_all(volunteer: Volunteer) -> None:
    """Consent to every text that holds, without entries: most tests are about something else."""
    Consent.objects.bulk_create(
        Consent(volunteer=volunteer, term=term, given_at=NOW) for term in terms_in_force()
    )


def _skill(code: str) -> int:
    from volunteers.models import Skill

    return Skill.objects.get(code=code).pk


def an_agency(slug: str = "embassy") -> Agency:
    """An embassy, made once for each slug."""
    group, _ = Group.objects.get_or_create(name=f"agency {slug}")
    agency, _ = Agency.objects.get_or_create(
        slug=slug,
        defaults={
            "kind": "embassy",
            "name_ko": "대사관",
            "name_en": "Embassy",
            "name_uk": "Посольство",
            "country": "UA",
            "group": group,
        },
    )
    return agency


def a_contact(agency: Agency | None = None, post: str = "Consul", **fields: Any) -> Contact:
    """A contact at the embassy; `fields` are parts of the details, and the language and days."""
    number = next(_numbers)
    known = {"name": f"Anton Koval {number}", "email": f"consul{number}@example.org"}
    plain = {key: fields.pop(key) for key in ("language", "since", "until") if key in fields}
    details = ContactDetails(**{**known, **fields})
    return add_contact(
        agency=agency or an_agency(), post=post, details=details, **plain, by=COMMAND, at=NOW
    )


def days(first: date, until: date) -> tuple[datetime, datetime]:
    """A half-open period from midnight UTC of `first` to midnight UTC of `until`."""
    return (
        datetime(first.year, first.month, first.day, tzinfo=UTC),
        datetime(until.year, until.month, until.day, tzinfo=UTC),
    )


def a_deployment(codename: str = "", *, desk: Desk | None = None, **fields: Any) -> Deployment:
    """An open deployment in March 2027."""
    values = {
        "period": days(date(2027, 3, 1), date(2027, 4, 1)),
        "state": "open",
        "state_since": NOW,
        **fields,
    }
    codename = codename or f"두루미-{next(_numbers)}"
    return Deployment.objects.create(codename=codename, desk=desk or a_desk(), **values)


def a_slot(deployment: Deployment | None = None, role: str = "interpreter", **fields: Any) -> Slot:
    """A place without requirements of its own, for the whole deployment."""
    deployment = deployment or a_deployment()
    values = {"period": deployment.period, "clearance": 2, **fields}
    number = deployment.slots.count() + 1
    return Slot.objects.create(
        deployment=deployment, number=number, role=WorkRole.objects.get(code=role), **values
    )


def share(deployment: Deployment, agency: Agency) -> None:
    """Share a deployment with an agency, as the action does."""
    assign_perm("view_deployment", agency.group, deployment)
