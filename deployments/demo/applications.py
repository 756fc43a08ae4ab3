"""The demo's passport permits: applied for, referred to another ministry, some of them granted."""

from deployments.demo.house import House, sent
from deployments.liaison.actions.cases import refer_case
from deployments.liaison.actions.letters import record_letter_receipt
from deployments.liaison.actions.notes import add_reminder
from deployments.liaison.actions.permit_cases import open_permit_case
from deployments.liaison.actions.permits import answer_permits, need_permit
from deployments.liaison.actions.replies import record_reply
from deployments.liaison.models import Case, Letter, LetterKind, Outcome, Permit
from deployments.liaison.models import PermitKind as Kind
from deployments.liaison.rules.permits import PermitAnswer
from deployments.models import Deployment

PERMITTED, NEEDED = "자작나무", ("passport-use", "insurance")


def apply_for_passports(house: House) -> None:
    """Apply for the passport permits of a deployment, and let the matter take its course."""
    permits = _needed(house)
    case = open_permit_case(
        deployment=Deployment.objects.get(codename=PERMITTED),
        permits=permits,
        agency=house.agencies["mofa-korea"],
        subject="예외적 여권사용 허가 신청",
        due=house.day(9),
        by=house.liaison,
        at=house.days_ago(5),
    )
    letter = sent(house, case, LetterKind.PERMIT_REQUEST, 5)
    record_letter_receipt(
        letter=letter,
        received_by="여권과",
        on=house.day(-4),
        by=house.liaison,
        at=house.days_ago(3.5),
    )
    _refer(house, case)
    _answer(house, case, letter)
    _grant(house, case, permits[:2])


def _needed(house: House) -> list[Permit]:
    """Say what the deployment needs; return the passport permits of its people."""
    deployment = Deployment.objects.get(codename=PERMITTED)
    for code in NEEDED:
        kind = Kind.objects.get(code=code)
        need_permit(deployment=deployment, kind=kind, by=house.liaison, at=house.days_ago(5.5))
    permits = Permit.objects.filter(
        assignment__slot__deployment=deployment, kind__code=NEEDED[0]
    ).order_by("assignment__volunteer__callsign")
    return list(permits)


def _refer(house: House, case: Case) -> None:
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


def _answer(house: House, case: Case, letter: Letter) -> None:
    record_reply(
        case=case,
        by=house.liaison,
        at=house.days_ago(1),
        agency=house.agencies["mou-korea"],
        outcome=Outcome.PARTLY,
        came_on=house.day(-1),
        text="두 명은 허가하고 나머지는 검토 중입니다.",
        letter=letter,
    )


def _grant(house: House, case: Case, granted: list[Permit]) -> None:
    answers = {
        permit: PermitAnswer(granted=True, reference=f"제2026-{number}호", until=house.day(180))
        for number, permit in enumerate(granted, 101)
    }
    answer_permits(case=case, answers=answers, by=house.liaison, at=house.days_ago(0.9))
