"""The demo's materials, and leaflets handed over: some acknowledged, some under way."""

from deployments.agencies.models import Agency, LettersBy
from deployments.demo.house import House, opened, sent
from deployments.demo.leaflets import appeal, leaflet
from deployments.liaison.actions.letters import record_letter_receipt
from deployments.liaison.actions.links import link_delivery
from deployments.liaison.models import CaseKind, LetterKind
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
from volunteers.models import Language


def make_materials(house: House) -> MaterialVersion:
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


def hand_leaflets_over(house: House, leaflets: MaterialVersion) -> None:
    """2,000 leaflets made for the armed forces, handed over, 1,950 acknowledged; more under way."""
    forces = house.agencies["armed-forces-ukraine"]
    case = opened(
        house,
        "armed-forces-ukraine",
        50,
        kind=CaseKind.HANDOVER,
        subject="전단 2,000매 전달",
        due=-30,
    )
    delivery = _prepared(house, leaflets, forces, 2000, days_ago=50)
    link_delivery(case=case, delivery=delivery, by=house.liaison, at=house.days_ago(50))
    note = sent(house, case, LetterKind.HANDOVER_NOTE, 48, through=LettersBy.HAND)
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
