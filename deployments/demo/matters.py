"""The demo's matters with the outside: materials, deliveries, letters, referrals, permits.

Each is lived through by the actions that people use, some of it weeks ago: leaflets handed over and
acknowledged; permits that one ministry referred to another; a question that nobody answers; a
letter that waits for a second pair of eyes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corps.accounts.models import Desk, User
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.contacts import ContactDetails
from deployments.agencies.models import Agency, Contact, LettersBy
from deployments.demo.leaflets import appeal, leaflet
from deployments.liaison.actions.cases import open_case, refer_case
from deployments.liaison.actions.letters import (
    approve_letter,
    begin_letter,
    record_letter_receipt,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.links import link_delivery
from deployments.liaison.actions.notes import add_note, add_reminder, flag_overdue
from deployments.liaison.actions.permit_cases import open_permit_case
from deployments.liaison.actions.permits import need_permit
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import Case, CaseKind, Letter, LetterKind, Outcome, Permit
from deployments.liaison.models import PermitKind as Kind
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.rules.permits import PermitAnswer
from deployments.materials.actions.deliveries import (
    acknowledge_delivery,
    hand_over,
    prepare_delivery,
)
from deployments.materials.actions.versions import (
    add_version,
    approve_version,
    make_material,
    submit_version,
)
from deployments.materials.models import Delivery, MaterialKind, MaterialVersion, Medium
from deployments.models import Deployment
from volunteers.models import Language

CONTACTS = [
    ("mofa-korea", "여권과 담당관", "ko", "김민서", "passports@mofa.example"),
    ("mou-korea", "정착지원과 주무관", "ko", "박지훈", "office@mou.example"),
    ("embassy-ukraine-seoul", "Defence attaché", "uk", "Олена Бондар", "attache@embassy.example"),
    ("armed-forces-ukraine", "Liaison officer", "uk", "Іван Мельник", "liaison@forces.example"),
]
"""Agency, post, language, invented name and address."""

PERMITTED, NEEDED = "자작나무", ("passport-use", "insurance")


@dataclass(frozen=True, slots=True)
class House:
    """Who and what the matters are about: the desk, its people, the agencies and contacts by short
    name, and now."""

    desk: Desk
    liaison: User
    editor: User
    approver: User
    agencies: Mapping[str, Agency]
    contacts: Mapping[str, Contact]
    now: datetime

    def days_ago(self, days: float) -> datetime:
        """Return the instant so many days before now."""
        return self.now - timedelta(days=days)

    def day(self, days_ahead: int) -> date:
        """Return the day in Seoul so many days from today."""
        return day_in_seoul(self.now) + timedelta(days=days_ahead)


def seed_matters(*, desk: Desk, agencies: Mapping[str, Agency], at: datetime) -> None:
    """Make materials, deliveries and cases as they stand at the instant `at`."""
    liaison, editor, approver = (
        User.objects.get(username=name) for name in ("liaison", "editor", "approver")
    )
    contacts = {
        slug: add_contact(
            agency=agencies[slug],
            post=post,
            language=language,
            details=ContactDetails(name=name, email=email),
            by=liaison,
            at=at - timedelta(days=90),
        )
        for slug, post, language, name, email in CONTACTS
    }
    house = House(desk, liaison, editor, approver, agencies, contacts, at)
    leaflets = _materials(house)
    _handover(house, leaflets)
    _permits(house)
    _silence(house)
    _no_comment(house)
    _proposal(house)
    flag_overdue(at=at)


def _materials(house: House) -> MaterialVersion:
    """Make an approved leaflet, and a recording that waits for its review."""
    language = Language.objects.get(code="kor")
    begun = house.days_ago(60)
    paper = make_material(
        title="집으로 가는 길",
        kind=MaterialKind.LEAFLET,
        desk=house.desk,
        by=house.editor,
        at=begun,
    )
    first = add_version(
        material=paper, file=leaflet(), language=language, by=house.editor, at=begun
    )
    submit_version(version=first, by=house.editor, at=begun)
    approve_version(version=first, by=house.approver, at=house.days_ago(58))
    sound = make_material(
        title="확성기 방송 1번",
        kind=MaterialKind.AUDIO,
        desk=house.desk,
        by=house.editor,
        at=house.days_ago(2),
    )
    heard = add_version(
        material=sound, file=appeal(), language=language, by=house.editor, at=house.days_ago(2)
    )
    submit_version(version=heard, by=house.editor, at=house.days_ago(1))
    return first


def _case(house: House, to: str, days_ago: float, *, kind: str, subject: str, due: int) -> Case:
    """Open a case; `due` is a day counted from today, still to come when it was opened."""
    return open_case(
        by=house.liaison,
        at=house.days_ago(days_ago),
        desk=house.desk,
        kind=kind,
        subject=subject,
        agency=house.agencies[to],
        due=house.day(due),
    )


def _sent(
    house: House,
    case: Case,
    kind: str,
    days_ago: float,
    *,
    through: str = LettersBy.POST,
) -> Letter:
    """Write a letter of a case to its agency's contact, have it approved, and send it."""
    letter = begin_letter(
        case=case,
        kind=kind,
        contact=house.contacts[case.agency.slug],
        by=house.liaison,
        at=house.days_ago(days_ago),
    )
    submit_letter(letter=letter, by=house.liaison, at=house.days_ago(days_ago))
    approve_letter(letter=letter, version=1, by=house.approver, at=house.days_ago(days_ago))
    send_letter(letter=letter, through=through, by=house.liaison, at=house.days_ago(days_ago))
    return letter


def _handover(house: House, leaflets: MaterialVersion) -> None:
    """2,000 leaflets made for the armed forces, handed over, 1,950 acknowledged; more under way."""
    forces = house.agencies["armed-forces-ukraine"]
    case = _case(
        house,
        "armed-forces-ukraine",
        50,
        kind=CaseKind.HANDOVER,
        subject="전단 2,000매 전달",
        due=-30,
    )
    delivery = _prepared(house, leaflets, forces, 2000, days_ago=50)
    link_delivery(case=case, delivery=delivery, by=house.liaison, at=house.days_ago(50))
    note = _sent(house, case, LetterKind.HANDOVER_NOTE, 48, through=LettersBy.HAND)
    hand_over(delivery=delivery, count=2000, by=house.liaison, at=house.days_ago(48))
    acknowledge_delivery(
        delivery=delivery,
        count=1950,
        receipt_by="Liaison officer",
        receipt_at=house.days_ago(46),
        by=house.liaison,
        at=house.days_ago(45),
    )
    record_letter_receipt(
        letter=note,
        received_by="Liaison officer",
        on=house.day(-46),
        by=house.liaison,
        at=house.days_ago(45),
    )
    more = _prepared(house, leaflets, house.agencies["embassy-ukraine-seoul"], 500, days_ago=20)
    hand_over(delivery=more, count=500, by=house.liaison, at=house.days_ago(19))


def _prepared(
    house: House, version: MaterialVersion, agency: Agency, made: int, *, days_ago: float
) -> Delivery:
    return prepare_delivery(
        version=version,
        agency=agency,
        contact=house.contacts[agency.slug],
        medium=Medium.PRINTED,
        made=made,
        by=house.liaison,
        at=house.days_ago(days_ago),
    )


def _permits(house: House) -> None:
    """Passport permits for a deployment: referred to another ministry, some of them granted."""
    deployment = Deployment.objects.get(codename=PERMITTED)
    for code in NEEDED:
        kind = Kind.objects.get(code=code)
        need_permit(deployment=deployment, kind=kind, by=house.liaison, at=house.days_ago(5.5))
    permits = list(
        Permit.objects.filter(
            assignment__slot__deployment=deployment, kind__code=NEEDED[0]
        ).order_by("assignment__volunteer__callsign")
    )
    case = open_permit_case(
        deployment=deployment,
        permits=permits,
        agency=house.agencies["mofa-korea"],
        subject="예외적 여권사용 허가 신청",
        due=house.day(9),
        by=house.liaison,
        at=house.days_ago(5),
    )
    letter = _sent(house, case, LetterKind.PERMIT_REQUEST, 5)
    record_letter_receipt(
        letter=letter,
        received_by="여권과",
        on=house.day(-4),
        by=house.liaison,
        at=house.days_ago(3.5),
    )
    refer_case(
        case=case,
        to_agency=house.agencies["mou-korea"],
        by=house.liaison,
        at=house.days_ago(3),
        on=house.day(-3),
        due=house.day(4),
        remark="소관 부처로 이송",
    )
    add_reminder(
        case=case,
        on=house.day(2),
        says="통일부에 전화로 진행 상황 확인",
        by=house.liaison,
        at=house.days_ago(3),
    )
    answers = {permit: PermitAnswer(granted=True) for permit in permits[:2]}
    record_reply(
        case=case,
        by=house.liaison,
        at=house.days_ago(1),
        agency=house.agencies["mou-korea"],
        outcome=Outcome.PARTLY,
        came_on=house.day(-1),
        text="두 명은 허가하고 나머지는 검토 중입니다.",
        letter=letter,
        permits=answers,
    )


def _silence(house: House) -> None:
    """A question to a ministry whose day has passed; it was reminded once."""
    case = _case(
        house,
        "mou-korea",
        40,
        kind=CaseKind.INFORMATION,
        subject="전쟁포로의 국내 정착 지원 절차 문의",
        due=-12,
    )
    _sent(house, case, LetterKind.INFORMATION, 39)
    _sent(house, case, LetterKind.REMINDER, 9)
    add_note(
        case=case,
        text="전화로 문의했으나 담당자가 정해지지 않았다고 함.",
        by=house.liaison,
        at=house.days_ago(6),
    )


def _no_comment(house: House) -> None:
    """A question that was answered by no comment."""
    case = _case(
        house,
        "mofa-korea",
        70,
        kind=CaseKind.INFORMATION,
        subject="현지 안전 정보 공유 요청",
        due=-50,
    )
    letter = _sent(house, case, LetterKind.INFORMATION, 69)
    record_reply(
        case=case,
        by=house.liaison,
        at=house.days_ago(55),
        agency=house.agencies["mofa-korea"],
        outcome=Outcome.NO_COMMENT,
        came_on=house.day(-55),
        text="답변하지 않습니다.",
        letter=letter,
    )


def _proposal(house: House) -> None:
    """A proposal to the embassy that waits for its approver."""
    case = _case(
        house,
        "embassy-ukraine-seoul",
        1,
        kind=CaseKind.PROPOSAL,
        subject="통역 인력 파견 제안",
        due=14,
    )
    letter = begin_letter(
        case=case,
        kind=LetterKind.PROPOSAL,
        contact=house.contacts["embassy-ukraine-seoul"],
        by=house.liaison,
        at=house.days_ago(1),
    )
    submit_letter(letter=letter, by=house.liaison, at=house.days_ago(0.9))
