"""Two desks with the same things on each, and everybody who might ask for them.

`things["seoul"]` and `things["elsewhere"]` hold one object of each kind; `members` the cast: who
they are is said here in words of the table of routes, so that what they may do is worked out from
that table and not from the code that it describes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from corps.accounts.actions.two_person import ask_for
from corps.accounts.models import Desk, Notice, TwoPersonAct, User
from corps.accounts.roles import Role
from corps.accounts.states import TwoPersonKind
from corps.audit.models import Entry
from corps.outbox.actions import write_message
from corps.outbox.models import Message
from corps.outbox.queries import show_messages_about
from corps.vault.actions import draft_data_key, new_data_key
from corps.vault.files import seal_file
from corps.vault.models import DataKey
from corps.vault.sealing import seal
from deployments.agencies.models import Agency
from deployments.agencies.rules import SCOPES
from deployments.liaison.actions.letters import begin_letter
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import (
    Case,
    CaseUserObjectPermission,
    Disclosure,
    Letter,
    Permit,
    PermitKind,
)
from deployments.liaison.queries.cases import day_in_seoul
from deployments.materials.files import Inspected
from deployments.materials.models import MaterialUserObjectPermission
from deployments.models import Assignment, Deployment, DeploymentUserObjectPermission, Team
from deployments.models import Role as WorkRole
from tests.accounts.passkeys import add_passkey
from tests.admin.doors import BACKEND
from tests.api.calls import ask_token, issue
from tests.api.outside import a_delivery, a_material, a_version, share_material_with
from tests.cast import (
    a_contact,
    a_deployment,
    a_desk,
    a_slot,
    a_user,
    a_volunteer,
    an_agency,
    share,
)
from tests.liaison.scenes import a_case
from volunteers.actions.imports_sealed import content_place, person_to_bytes
from volunteers.actions.vetting import open_vetting_case
from volunteers.models import (
    ConsentTerm,
    ImportRow,
    ImportRun,
    Language,
    Skill,
    Volunteer,
    VolunteerUserObjectPermission,
)
from volunteers.queries.consents import consent_in_force
from volunteers.workbook.results import ParsedRow

SCOPES_READ = sorted(SCOPES)


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its key, the desk it stands on, whose own it is, who asked for it."""

    pk: Any
    desk: str = ""
    owner: Any = None
    asker: Any = None


@dataclass(slots=True)
class Member:
    """One of the cast. Without a user nobody, or a program with an access token.

    `shared` and `glass` name the desks of which something is shared with them, or open to them by
    break-glass. `alive` is whether the account may sign in, `proved` whether the session has proved
    a second factor. `cookies` are what the browser began with.
    """

    name: str
    user: User | None = None
    roles: frozenset[Role] = frozenset()
    desks: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    glass: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    alive: bool = True
    proved: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str = ""
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def signed_in(self) -> bool:
        """Whether there is a person behind the request."""
        return self.user is not None and self.alive

    @property
    def is_staff(self) -> bool:
        """Whether that person works in the admin, and has shown the second factor."""
        return self.signed_in and self.user is not None and self.user.is_staff and self.proved

    @property
    def is_volunteer(self) -> bool:
        """Whether that person is a volunteer."""
        return self.signed_in and self.user is not None and not self.user.is_staff


@dataclass(slots=True)
class Scene:
    """What there is, and who asks."""

    things: Mapping[str, Mapping[str, Thing]]
    members: list[Member]
    newest: int


def a_scene() -> Scene:
    """Two desks with everything on them, and the whole cast signed in."""
    things = {slug: things_of(slug) for slug in ("seoul", "elsewhere")}
    members = [*people(things), *programs(things)]
    for member in members:
        if member.user is not None:
            member.browser.force_login(member.user, backend=BACKEND)
            _let_the_passkey_be_old(member)
    unproved, closed = _unproved(), _closed()
    members += [unproved, closed]
    for member in members:
        jar = member.browser.cookies.values()
        member.cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in jar)
    newest = Entry.objects.order_by("-number").first()
    assert newest is not None
    return Scene(things, members, newest.number)


def _let_the_passkey_be_old(member: Member) -> None:
    """Say that a member's passkey, where there is one, was added long ago and used just now."""
    passkeys = Authenticator.objects.filter(user=member.user, type="webauthn")
    for passkey in passkeys:
        passkeys.update(created_at=timezone.now() - timedelta(days=30))
        session = member.browser.session
        session[RECORDS] = [{**one, "id": passkey.pk} for one in session[RECORDS]]
        session.save()


# -- things


def things_of(slug: str) -> dict[str, Thing]:
    """One object of every kind that an address is about, on one desk."""
    desk = a_desk(slug)
    asker = a_user(f"asker-{slug}", Role.COORDINATOR, desk=desk)
    volunteer = a_volunteer(f"bird-{slug}", desk=desk, account=True, clearance=None)
    owner = volunteer.user_id
    case = open_vetting_case(volunteer=volunteer, by=asker, at=timezone.now())
    agency = an_agency(f"agency-{slug}")
    found = {
        "volunteers.volunteer": Thing(volunteer.pk, slug, owner),
        "volunteers.vettingcase": Thing(case.pk, slug),
        "agencies.agency": Thing(agency.pk),
        **_materials_of(desk, agency),
        **_told_of(volunteer, agency, asker),
        "agencies.contact": Thing(a_contact(agency, f"post-{slug}").pk),
        "agencies.partnerclient": Thing(issue(agency, at=timezone.now()).client_id),
        "outbox.message": Thing(_message_about(volunteer), slug),
        "accounts.user": Thing(asker.pk),
        "accounts.desk": Thing(desk.pk, slug),
        "accounts.notice": Thing(Notice.objects.create(kind="machine", at=timezone.now()).pk),
        "accounts.twopersonact": Thing(_act(desk, asker, volunteer).pk, slug, asker=asker.pk),
        "mfa.authenticator": Thing(_passkey(volunteer).pk, slug, owner),
    }
    entry = Entry.objects.filter(about__0=f"volunteers.volunteer:{volunteer.pk}").first()
    assert entry is not None
    found["audit.entry"] = Thing(entry.pk, slug)
    found |= _work_of(desk, volunteer)
    found |= _cases_of(desk, found["deployments.deployment"], agency)
    return found | _import_of(desk) | _catalogue_of(slug)


def _message_about(volunteer: Volunteer) -> Any:
    """A message that failed."""
    given = {"to": ["post@agency.example"], "subject": "1", "text": "", "at": timezone.now()}
    show_messages_about("volunteers.volunteer")
    message = write_message(about=volunteer, **given)
    Message.objects.filter(pk=message.pk).update(state="failed")
    return message.pk


def _materials_of(desk: Desk, agency: Agency) -> dict[str, Thing]:
    """A material with an approved version, which is played and has a picture, shared with an
    agency; and a delivery of it that was handed over."""
    material = a_material(f"leaflet-{desk.slug}", desk=desk)
    version = a_version(material, media_type="audio/wav")
    version.previews.add(seal_file([b"picture"], media_type="image/png"))
    share_material_with(material, agency)
    delivery = a_delivery(version, agency)
    found = {"material": material, "materialversion": version, "delivery": delivery}
    return {f"materials.{label}": Thing(one.pk, desk.slug) for label, one in found.items()}


def _work_of(desk: Desk, volunteer: Volunteer) -> dict[str, Thing]:
    deployment = a_deployment(f"work-{desk.slug}", desk=desk)
    team = Team.objects.create(deployment=deployment, name="Leaflets")
    free, taken = a_slot(deployment), a_slot(deployment, team=team)
    now = timezone.now()
    asked = {"offered_at": now, "answer_by": now + timedelta(days=2)}
    assignment = Assignment.objects.create(
        slot=taken,
        volunteer=volunteer,
        period=taken.period,
        state="offered",
        state_since=now,
        **asked,
    )
    share(deployment, an_agency(f"agency-{desk.slug}"))
    permit = Permit.objects.create(
        assignment=assignment, kind=PermitKind.objects.get(code="medical"), state_since=now
    )
    return {
        "deployments.deployment": Thing(deployment.pk, desk.slug),
        "deployments.team": Thing(team.pk, desk.slug),
        "deployments.slot": Thing(free.pk, desk.slug),
        "deployments.assignment": Thing(assignment.pk, desk.slug, volunteer.user_id),
        "liaison.permit": Thing(permit.pk, desk.slug),
    }


def _told_of(volunteer: Volunteer, agency: Agency, officer: User) -> dict[str, Thing]:
    """What a letter of a case told an agency of a volunteer."""
    desk, now, key = volunteer.desk, timezone.now(), new_data_key()
    by = {"agency": agency, "state_since": now}
    case = Case.objects.create(
        **by,
        year=1999,
        number=Case.objects.count() + 1,
        kind="permits",
        subject="Permits",
        desk=desk,
        owner=officer,
        opened_by=officer,
        opened_at=now,
    )
    letter = Letter.objects.create(
        **by,
        case=case,
        number=1,
        kind="information",
        language="en",
        data_key=key,
        author=officer,
        written_at=now,
    )
    consent = consent_in_force(volunteer, "permits")
    told = Disclosure.objects.create(
        letter=letter,
        volunteer=volunteer,
        agency=agency,
        fields=["name"],
        purpose="permits",
        consent=consent,
        disclosed_at=now,
    )
    return {"liaison.disclosure": Thing(told.pk, desk.slug)}


def _cases_of(desk: Desk, deployment: Thing, agency: Agency) -> dict[str, Thing]:
    """A case about the deployment, with a letter, and a reply with an attachment."""
    officer, now = a_user(f"officer-{desk.slug}", Role.LIAISON, desk=desk), timezone.now()
    work = Deployment.objects.get(pk=deployment.pk)
    case = a_case(officer, desk=desk, agency=agency, deployment=work, at=now, due=None)
    letter = begin_letter(case=case, kind="information", by=officer, at=now)
    Case.objects.filter(pk=case.pk).update(state="answered")
    case.refresh_from_db()
    file = Inspected("text/plain", b"hello", 1, None, ())
    reply = record_reply(
        case=case,
        by=officer,
        at=now,
        agency=agency,
        outcome="information",
        came_on=day_in_seoul(now),
        files=[("annex.txt", file)],
    )
    found = {"case": case, "letter": letter, "reply": reply}
    return {f"liaison.{label}": Thing(one.pk, desk.slug) for label, one in found.items()}


def _import_of(desk: Desk) -> dict[str, Thing]:
    now, keys = timezone.now(), [draft_data_key() for _ in range(2)]
    DataKey.objects.bulk_create([key for key, _ in keys])
    run = ImportRun.objects.create(
        desk=desk,
        state="done",
        state_since=now,
        started_at=now,
        ended_at=now,
        kind="xlsx",
        data_key=keys[0][0],
    )
    person = person_to_bytes(ParsedRow(name="김서리"))
    row = ImportRow.objects.create(
        run=run,
        row=7,
        outcome="held",
        data_key=keys[1][0],
        content=seal(keys[1][1], content_place(run, 1, 7), person),
    )
    return {
        "volunteers.importrun": Thing(run.pk, desk.slug),
        "volunteers.importrow": Thing(row.pk, desk.slug),
    }


def _catalogue_of(slug: str) -> dict[str, Thing]:
    """The first of each part of the catalogue for Seoul, the second for the other desk."""
    place = {"seoul": 0, "elsewhere": 1}[slug]
    kinds = {
        "volunteers.skill": Skill,
        "volunteers.language": Language,
        "deployments.role": WorkRole,
        "liaison.permitkind": PermitKind,
        "volunteers.consentterm": ConsentTerm,
    }
    return {label: Thing(model.objects.order_by("pk")[place].pk) for label, model in kinds.items()}


def _act(desk: Desk, asker: User, volunteer: Volunteer) -> TwoPersonAct:
    return ask_for(
        kind=TwoPersonKind.EXPORT,
        reason="asked for",
        by=asker,
        at=timezone.now(),
        desk=desk,
        facts={"volunteers": [str(volunteer.pk)], "fields": ["name"]},
    )


def _passkey(volunteer: Volunteer) -> Authenticator:
    browser = Client()
    browser.force_login(volunteer.user, backend=BACKEND)
    add_passkey(browser)
    return Authenticator.objects.get(user_id=volunteer.user_id, type="webauthn")


# -- people


def people(things: Mapping[str, Mapping[str, Thing]]) -> list[Member]:
    """Nobody, volunteers, and staff of the Seoul desk, of another, and of none with a share."""
    seoul = {
        "coordinator": Role.COORDINATOR,
        "vetting officer": Role.VETTING,
        "liaison": Role.LIAISON,
        "editor": Role.EDITOR,
        "approver": Role.APPROVER,
        "auditor": Role.AUDITOR,
        "administrator": Role.ADMINISTRATOR,
    }
    found = [Member("nobody")]
    found += [_volunteer(slug, things) for slug in ("seoul", "elsewhere")]
    found += [_of_staff(name, role, "seoul") for name, role in seoul.items()]
    found += [
        _of_staff("another desk's coordinator", Role.COORDINATOR, "elsewhere"),
        _of_staff("another desk's approver", Role.APPROVER, "elsewhere"),
        _guest(things["seoul"]),
        _under_glass(),
    ]
    return found


def _volunteer(slug: str, things: Mapping[str, Mapping[str, Thing]]) -> Member:
    user = User.objects.get(pk=things[slug]["volunteers.volunteer"].owner)
    return Member(f"the volunteer of {slug}", user)


def _of_staff(name: str, role: Role, slug: str) -> Member:
    """Somebody of a desk, and of a second one on which nothing stands."""
    user = a_user(f"{name} of {slug}".replace(" ", "-").replace("'", ""), role, desk=a_desk(slug))
    a_desk("spare", user)
    return Member(name, user, frozenset({role}), frozenset({slug, "spare"}))


def _guest(things: Mapping[str, Thing]) -> Member:
    """A liaison officer of a third desk with whom a volunteer, a deployment, a material and a case
    of Seoul's are shared."""
    user = a_user("guest", Role.LIAISON, desk=a_desk("third"))
    until = timezone.now() + timedelta(days=3)
    for model, app, label in (
        (VolunteerUserObjectPermission, "volunteers", "volunteer"),
        (DeploymentUserObjectPermission, "deployments", "deployment"),
        (MaterialUserObjectPermission, "materials", "material"),
        (CaseUserObjectPermission, "liaison", "case"),
    ):
        model.objects.create(
            user=user,
            permission=Permission.objects.get(
                content_type__app_label=app, codename=f"view_{label}"
            ),
            content_object_id=things[f"{app}.{label}"].pk,
            until=until,
        )
    desks = frozenset({"third"})
    return Member("guest", user, frozenset({Role.LIAISON}), desks, frozenset({"seoul"}))


def _under_glass() -> Member:
    """An administrator to whom break-glass has opened the Seoul desk."""
    user = a_user("glass", Role.ADMINISTRATOR)
    now = timezone.now()
    TwoPersonAct.objects.create(
        kind="break glass",
        desk=a_desk("seoul"),
        reason="nobody of the desk can be reached",
        state="granted",
        state_since=now,
        asked_by=user,
        asked_at=now,
        decided_by=a_user("second"),
        decided_at=now,
        until=now + timedelta(minutes=50),
    )
    roles = frozenset({Role.ADMINISTRATOR})
    return Member("under glass", user, roles, glass=frozenset({"seoul"}))


def _unproved() -> Member:
    """A coordinator whose password was right, and who has shown no second factor."""
    user = a_user("unproved", Role.COORDINATOR, desk=a_desk("seoul"))
    made = Member("without a second factor", user, frozenset({Role.COORDINATOR}), proved=False)
    made.browser.force_login(user, backend=BACKEND)
    session = made.browser.session
    del session[RECORDS]
    session.save()
    return made


def _closed() -> Member:
    """A coordinator who was signed in when the account was closed."""
    user = a_user("closed", Role.COORDINATOR, desk=a_desk("seoul"))
    made = Member("closed", user, frozenset({Role.COORDINATOR}), frozenset({"seoul"}), alive=False)
    made.browser.force_login(user, backend=BACKEND)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return made


def programs(things: Mapping[str, Mapping[str, Thing]]) -> list[Member]:
    """The programs of two agencies, and one whose token carries no scope."""
    return [
        _program("an agency", "agency-seoul", SCOPES_READ),
        _program("another agency", "agency-elsewhere", SCOPES_READ),
        _program("an agency without the scope", "agency-seoul", []),
    ]


def _program(name: str, agency: str, scopes: list[str]) -> Member:
    issued = issue(an_agency(agency), at=timezone.now(), scopes=scopes)
    token = ask_token(issued).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    shared = frozenset({agency.removeprefix("agency-")})
    return Member(name, scopes=frozenset(scopes), shared=shared, headers=headers)
