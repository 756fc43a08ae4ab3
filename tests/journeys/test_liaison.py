"""Liaison, end to end: permits by way of two ministries, leaflets for an army, and a silence.

Three stories, each in several tests that go on where the one before stopped, and each with what it
left in the ledger. Staff sit at a desk or hold a phone, in Korean or in English.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Visitor
from tests.journeys.liaison_house import CALLSIGNS
from tests.journeys.liaison_left import COPIES, MISSING, OF_LEAFLETS, OF_PERMITS, OF_SILENCE
from tests.journeys.liaison_windows import (
    House,
    approve_what_waits,
    open_house,
    pill,
    today,
    write_and_submit,
)
from tests.journeys.walking import (
    fetch,
    fetch_bytes,
    fits_the_screen,
    open_step,
    send,
    take,
    token_for,
)
from tests.local.installations import Supervised
from tests.materials.honest import a_pdf, a_picture

pytestmark = [pytest.mark.journey, pytest.mark.real_processes, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(chromium: Browser, empty_installation: Supervised) -> Iterator[House]:
    """A desk with two volunteers who are to travel, and everybody signed in."""
    with open_house(chromium, empty_installation) as opened:
        yield opened


@pytest.fixture
def liaison(house: House) -> Visitor:
    """The liaison officer at a desk, in English."""
    return house.staff["liaison"]


@pytest.fixture
def on_the_road(house: House) -> Visitor:
    """Another liaison officer, on a phone, in Korean."""
    return house.staff["liaison.two"]


@pytest.fixture
def approver(house: House) -> Visitor:
    """The approver on a phone, in Korean."""
    return house.staff["approver"]


@pytest.fixture
def coordinator(house: House) -> Visitor:
    """The coordinator on a phone, in Korean."""
    return house.staff["coordinator"]


# -- permits


def test_the_officer_says_which_permits_are_needed(house: House, liaison: Visitor) -> None:
    liaison.go(f"/admin/deployments/deployment/{house.known['deployment']}/change/")
    open_step(liaison, "permit-needs")
    liaison.page.get_by_label("Exceptional permit to use a passport").check()
    send(liaison)
    assert liaison.page.locator("li.chip", has_text="passport").count() == 1


def test_nobody_starts_without_and_the_page_says_what_is_missing(
    house: House, coordinator: Visitor
) -> None:
    coordinator.go(f"/admin/deployments/assignment/{house.known['assignments'][0]}/change/")
    take(coordinator, "activate", refused=True)
    said = coordinator.page.locator(".messages .is-blocked").inner_text().strip()
    assert said == "아직 활동을 시작할 수 없습니다. 부족한 것: 예외적 여권사용 허가."
    assert pill(coordinator) == "확정"


def test_a_case_is_opened_from_the_deployment_and_a_letter_begins_with_its_template(
    house: House, liaison: Visitor
) -> None:
    open_step(liaison, "open-case")
    ticked = liaison.page.locator("[name=volunteers]:checked")
    assert ticked.count() == len(CALLSIGNS)
    send(liaison, agency=house.agency("mofa-korea"), due=today(20))
    house.story["permits"] = liaison.page.url
    assert liaison.page.locator(".callsign").all_inner_texts() == [*CALLSIGNS, *CALLSIGNS]
    open_step(liaison, "letter")
    assert liaison.page.input_value("[name=kind]") == "permit_request"
    send(liaison, contact=house.known["contact"], language="ko")
    open_step(liaison, "write")
    text = liaison.page.input_value("[name=body]")
    assert "두루미" in text
    send(liaison, body=text.replace("두루미", "두루미(2명)", 1))
    house.story["letter"] = liaison.page.url
    take(liaison, "submit")
    assert pill(liaison) == "Submitted"


def test_another_person_approves_on_a_phone(approver: Visitor) -> None:
    approve_what_waits(approver)


def test_the_letter_goes_by_post_and_its_receipt_is_entered(house: House, liaison: Visitor) -> None:
    liaison.go(house.story["letter"])
    assert liaison.page.locator("a[href$='/do/approve/']").count() == 0
    take(liaison, "send", through="post")
    take(liaison, "acknowledge", received_by="여권과", on=today())
    assert pill(liaison) == "Acknowledged"
    liaison.go(house.story["permits"])
    assert pill(liaison) == "Acknowledged"


def test_the_ministry_refers_the_case_to_another_with_a_due_day_of_its_own(
    house: House, liaison: Visitor
) -> None:
    take(liaison, "refer", to_agency=house.agency("mou-korea"), due=today(7), remark="소관 이송")
    assert pill(liaison) == "Referred"
    facts = liaison.page.locator("dl.facts").first.locator("dd").all_inner_texts()
    assert facts[0] == "Ministry of Unification"
    trail = liaison.page.locator("aside ol.timeline li b").all_inner_texts()
    assert trail == ["Ministry of Foreign Affairs", "Ministry of Unification"]


def test_the_answer_grants_each_permit(house: House, liaison: Visitor) -> None:
    take(liaison, "reply", outcome="granted", text="두 명 모두 허가합니다.")
    each = liaison.page.locator("select[name^='answer_']")
    answers = {str(one.get_attribute("name")): "granted" for one in each.all()}
    assert len(answers) == len(CALLSIGNS)
    send(liaison, until=today(90), **answers)
    assert pill(liaison) == "Answered"
    with liaison.page.expect_navigation():
        liaison.page.get_by_role("link", name="People and permits").click()
    assert liaison.page.locator("td .pill.is-ok").count() == len(CALLSIGNS)
    liaison.go(house.story["permits"])
    take(liaison, "close", reason="all permits are granted")
    assert pill(liaison) == "Closed"


def test_now_the_volunteer_can_start(coordinator: Visitor) -> None:
    coordinator.page.reload()
    take(coordinator, "activate")
    assert pill(coordinator) == "활동 중"


def test_every_step_of_the_permits_stands_in_the_ledger(house: House) -> None:
    assert house.verbs() == OF_PERMITS


# -- leaflets


def test_the_editor_uploads_a_leaflet_and_submits_it(house: House, tmp_path: Path) -> None:
    editor, leaflet = house.staff["editor"], tmp_path / "leaflet.pdf"
    leaflet.write_bytes(a_pdf())
    editor.go("/admin/materials/material/")
    take(editor, "new", title="집으로 가는 길", kind="leaflet")
    house.story["material"] = editor.page.url
    take(editor, "add-version", file=leaflet)
    house.story["version"] = editor.page.url
    house.story["sha256"] = editor.page.locator("code.hash").inner_text()
    take(editor, "submit")
    assert pill(editor) == "검토 중"
    assert editor.page.locator("a[href$='/do/approve/']").count() == 0


def test_the_approver_looks_at_its_pages_and_approves_it(approver: Visitor) -> None:
    approver.go("/admin/")
    with approver.page.expect_navigation():
        approver.page.locator("a.tile[href*='/materials/materialversion/']").click()
    with approver.page.expect_navigation():
        approver.page.locator("#result_list tbody th a").first.click()
    sheets = approver.page.locator(".sheets img")
    assert sheets.count() == 2
    assert sheets.first.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
    take(approver, "approve")
    assert pill(approver) == "승인됨"


def test_the_officer_hands_copies_over(house: House, liaison: Visitor) -> None:
    liaison.go(house.story["version"])
    take(liaison, "deliver", agency=house.agency("forces"), medium="printed", made=COPIES)
    house.story["delivery"] = liaison.page.url
    take(liaison, "hand_over")
    assert pill(liaison) == "Handed over"


def test_a_receipt_with_its_scan_is_entered_and_the_sums_agree(
    liaison: Visitor, tmp_path: Path
) -> None:
    scan = tmp_path / "receipt.png"
    scan.write_bytes(a_picture())
    count = COPIES - MISSING
    take(liaison, "acknowledge", count=count, receipt_by="연락장교", scan=scan)
    assert pill(liaison) == "Acknowledged"
    liaison.go("/admin/materials/delivery/sums/")
    rows = liaison.page.locator("table.table tbody tr")
    sums = [row.locator("td").all_inner_texts() for row in rows.all()]
    told = ["1", str(COPIES), str(COPIES), str(count), "0", "0", str(MISSING)]
    assert sums == [told] * 4  # the version and all, the agency and all


def test_the_agency_reads_the_leaflet_and_its_delivery(house: House, liaison: Visitor) -> None:
    url, token = liaison.url, token_for(liaison.url, *house.known["client"])
    [material] = fetch(f"{url}/api/v1/materials", token=token)["results"]
    [version] = material["versions"]
    assert (material["title"], version["sha256"]) == ("집으로 가는 길", house.story["sha256"])
    [delivery] = fetch(f"{url}/api/v1/deliveries", token=token)["results"]
    told = [delivery[name] for name in ("state", "handed_over", "acknowledged", "sha256")]
    assert told == ["acknowledged", COPIES, COPIES - MISSING, house.story["sha256"]]
    file = f"{url}/api/v1/materials/{material['id']}/versions/{version['number']}/file"
    content = fetch_bytes(file, token=token)
    assert hashlib.sha256(content).hexdigest() == house.story["sha256"]


def test_every_step_of_the_handover_stands_in_the_ledger(house: House) -> None:
    assert house.verbs() == OF_LEAFLETS


# -- a silence


def test_a_question_is_asked_from_a_phone(house: House, on_the_road: Visitor) -> None:
    on_the_road.go("/admin/liaison/case/")
    take(
        on_the_road,
        "new",
        kind="information",
        subject="현지 안전 정보 문의",
        agency=house.agency("mou-korea"),
        due=today(),
    )
    house.story["question"] = on_the_road.page.url
    write_and_submit(on_the_road, "information")


def test_it_is_approved_and_handed_in(
    house: House, approver: Visitor, on_the_road: Visitor
) -> None:
    approve_what_waits(approver)
    on_the_road.page.reload()
    take(on_the_road, "send", through="hand")
    assert pill(on_the_road) == "발송됨"


def test_nobody_answers_and_it_stands_first_among_the_cases_as_overdue(
    house: House, on_the_road: Visitor
) -> None:
    late = house.run("house.run_the_clock_tomorrow()")
    assert late == 1
    on_the_road.go("/admin/")
    with on_the_road.page.expect_navigation():
        on_the_road.page.locator("a.tile[href$='/liaison/case/?due=overdue']").click()
    assert on_the_road.page.locator("#result_list tbody tr").count() == 1
    on_the_road.go("/admin/liaison/case/")
    first = on_the_road.page.locator("#result_list tbody tr").first
    assert first.locator(".pill").all_inner_texts() == ["발송됨", "기한 지남"]
    assert fits_the_screen(on_the_road.page)
    with on_the_road.page.expect_navigation():
        first.locator("th a").click()
    assert on_the_road.page.url == house.story["question"]


def test_a_reminder_is_written_and_posted(
    house: House, approver: Visitor, on_the_road: Visitor
) -> None:
    write_and_submit(on_the_road, "reminder")
    approve_what_waits(approver)
    on_the_road.page.reload()
    take(on_the_road, "send", through="post")
    on_the_road.go(house.story["question"])
    assert on_the_road.page.locator(".page-head .pill").all_inner_texts() == ["발송됨", "기한 지남"]


def test_no_comment_is_an_answer_and_the_case_is_closed(on_the_road: Visitor) -> None:
    take(on_the_road, "reply", outcome="no_comment", text="답변하지 않습니다.")
    assert pill(on_the_road) == "회신 받음"
    take(on_the_road, "close", reason="no comment, asked twice")
    assert pill(on_the_road) == "종료"


def test_every_step_of_the_silence_stands_in_the_ledger(house: House) -> None:
    assert house.verbs() == OF_SILENCE


def test_no_page_complained(house: House) -> None:
    assert {name: one.complaints for name, one in house.staff.items() if one.complaints} == {}
