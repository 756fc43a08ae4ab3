"""One object of every kind that an address is about, on one desk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
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
from deployments.liaison.actions.letters import begin_letter
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.actions.versions import write_version
from deployments.liaison.letters.beginning import begin_text
from deployments.liaison.models import (
    Case,
    Disclosure,
    Letter,
    Permit,
    PermitKind,
)
from deployments.liaison.queries.cases import day_in_seoul
from deployments.materials.files import Inspected
from deployments.models import Assignment, Deployment, Team
from deployments.models import Role as WorkRole
from tests.accounts.passkeys import add_passkey
from tests.admin.doors import BACKEND
from tests.api.calls import issue
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
)
from volunteers.queries.consents import consent_in_force
from volunteers.workbook.results import ParsedRow


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its key, the desk it stands on, whose own it is, who asked for it."""

    pk: Any
    desk: str = ""
    owner: Any = None
    asker: Any = None


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
    write_version(letter, begin_text(letter), by=officer, at=now)
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
    officer, now = a_user(f"liaison-of-{desk.slug}", Role.LIAISON, desk=desk), timezone.now()
    work = Deployment.objects.get(pk=deployment.pk)
    case = a_case(officer, desk=desk, agency=agency, deployments=[work], at=now, due=None)
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
