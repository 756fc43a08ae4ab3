"""The demo's matters with the outside: materials, deliveries, letters, referrals, permits.

Each is lived through by the actions that people use, some of it weeks ago: leaflets handed over and
acknowledged; permits that one ministry referred to another; a question that nobody answers; a
letter that waits for a second pair of eyes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from corps.accounts.models import Desk, User
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.contacts import ContactDetails
from deployments.agencies.models import Agency
from deployments.demo.applications import apply_for_passports
from deployments.demo.handovers import hand_leaflets_over, make_materials
from deployments.demo.house import House, opened, sent
from deployments.liaison.actions.letters import begin_letter, submit_letter
from deployments.liaison.actions.notes import add_note, flag_overdue
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import CaseKind, LetterKind, Outcome
from deployments.models import Deployment

CONTACTS = [
    ("mofa-korea", "여권과 담당관", "ko", "김민서", "passports@mofa.example"),
    ("mou-korea", "정착지원과 주무관", "ko", "박지훈", "office@mou.example"),
    ("embassy-ukraine-seoul", "Defence attaché", "uk", "Олена Бондар", "attache@embassy.example"),
    ("armed-forces-ukraine", "Liaison officer", "uk", "Іван Мельник", "liaison@forces.example"),
]
"""Agency, post, language, invented name and address."""


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
    leaflets = make_materials(house)
    hand_leaflets_over(house, leaflets)
    apply_for_passports(house)
    _silence(house)
    _no_comment(house)
    _proposal(house)
    flag_overdue(at=at)


def _silence(house: House) -> None:
    """A question to a ministry whose day has passed; it was reminded once."""
    case = opened(
        house,
        "mou-korea",
        40,
        kind=CaseKind.INFORMATION,
        subject="전쟁포로의 국내 정착 지원 절차 문의",
        due=-12,
    )
    sent(house, case, LetterKind.INFORMATION, 39)
    sent(house, case, LetterKind.REMINDER, 9)
    add_note(
        case=case,
        text="전화로 문의했으나 담당자가 정해지지 않았다고 함.",
        by=house.liaison,
        at=house.days_ago(6),
    )


def _no_comment(house: House) -> None:
    """A question that was answered by no comment."""
    case = opened(
        house,
        "mofa-korea",
        70,
        kind=CaseKind.INFORMATION,
        subject="현지 안전 정보 공유 요청",
        due=-50,
    )
    letter = sent(house, case, LetterKind.INFORMATION, 69)
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
    """A proposal to the embassy about two deployments, which waits for its approver."""
    coming = Deployment.objects.filter(desk=house.desk, state__in=("open", "ready"))
    case = opened(
        house,
        "embassy-ukraine-seoul",
        1,
        kind=CaseKind.PROPOSAL,
        subject="통역 인력 파견 제안",
        due=14,
        deployments=coming.order_by("codename"),
    )
    letter = begin_letter(
        case=case,
        kind=LetterKind.PROPOSAL,
        contact=house.contacts["embassy-ukraine-seoul"],
        by=house.liaison,
        at=house.days_ago(1),
    )
    submit_letter(letter=letter, by=house.liaison, at=house.days_ago(0.9))
