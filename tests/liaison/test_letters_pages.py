"""Letters in the admin: the page with its text, the buttons by state, preview, list and board."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.vault.files import read_whole
from deployments.agencies.actions.contacts import change_contact
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Letter
from deployments.liaison.queries.letters import latest_version
from tests.admin.doors import as_, do_url, list_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_desk, a_stranger, a_user
from tests.liaison.letter_scene import TEXT, Office, a_contact, an_office

pytestmark = pytest.mark.django_db


def buttons_of(user: User, letter: Letter) -> list[str]:
    """The names of the buttons that stand in the head of a letter's page."""
    answer = as_(user).get(page_url(letter))
    assert answer.status_code == 200
    return [step["name"] for step in answer.context["steps"]]


def do(user: User, letter: Any, name: str, **fields: Any) -> Any:
    """Press a button and confirm it."""
    return as_(user).post(do_url(letter, name), fields)


@pytest.mark.parametrize(
    ("state", "officer", "approver"),
    [
        ("letter", ["write", "address", "submit", "discard"], []),
        ("submitted", [], ["approve", "return"]),
        ("approved", ["send", "file", "discard"], ["file"]),
        ("sent", ["acknowledge", "file", "bounce"], ["file"]),
    ],
)
def test_the_buttons_are_those_of_state_and_role(
    state: str, officer: list[str], approver: list[str]
) -> None:
    office = an_office()
    letter = getattr(office, state)()
    shown = (buttons_of(office.officer, letter), buttons_of(office.approver, letter))
    assert shown == (officer, approver)


def test_an_approver_reads_who_changed_where_its_e_mail_goes() -> None:
    office, elsewhere = an_office(), a_user("elsewhere", Role.LIAISON, desk=a_desk("busan"))
    contact = a_contact()
    letter = office.submitted(contact=contact)
    assert as_(office.approver).get(page_url(letter)).context["contact_line"] is None
    given = {"email": "other@embassy.test"}
    change_contact(contact=contact, given=given, by=elsewhere, at=NOW)

    page = as_(office.approver).get(page_url(letter))

    line = page.context["contact_line"]
    assert (line.who, line.what) == ("elsewhere", "Contact changed")
    assert "Contact changed · elsewhere" in page.content.decode()
    assert "other@" not in page.content.decode()
    coordinator = as_(a_coordinator()).get(page_url(letter))
    assert coordinator.context["contact_line"] is None


def test_a_letter_is_written_and_sent_by_its_pages() -> None:
    office = an_office()
    contact = a_contact()
    do(
        office.officer,
        office.case,
        "letter",
        kind="proposal",
        agency=contact.agency_id,
        language="en",
    )
    letter = Letter.objects.get()
    body = f"{TEXT}\n\nМи просимо. 부탁합니다."
    do(office.officer, letter, "write", version=1, subject="Asking", body=body)
    do(office.officer, letter, "submit")
    do(office.approver, letter, "approve", version=2)
    do(office.officer, letter, "send", through="hand")
    do(office.officer, letter, "acknowledge", received_by="Registry", on="2099-01-01")
    letter.refresh_from_db()
    latest = latest_version(letter)
    assert latest is not None
    assert (letter.state, open_text(latest).body) == ("sent", body)


def test_the_page_shows_the_text_versions_and_hashes() -> None:
    office = an_office()
    letter = office.sent()
    page = text_of(as_(a_coordinator()).get(page_url(letter)))
    assert letter.pdf_hash is not None
    wanted = ["We ask for the permits.", bytes(letter.pdf_hash).hex(), "approver", "2026-0001"]
    assert [word for word in wanted if word not in page] == []


def test_a_stranger_finds_nothing() -> None:
    office = an_office()
    letter = office.submitted()
    preview = reverse("admin:liaison_letter_preview", args=[letter.pk])
    client = as_(a_stranger())
    pages = [page_url(letter), preview, do_url(letter, "approve"), page_url(letter, "history")]
    assert [client.get(page).status_code for page in pages] == [404, 404, 404, 404]


def test_the_preview_shows_pictures_that_are_not_kept() -> None:
    office = an_office()
    letter = office.letter()
    answer = as_(office.approver).get(reverse("admin:liaison_letter_preview", args=[letter.pk]))
    kept = set(answer["Cache-Control"].split(", "))
    assert (text_of(answer).count("data:image/png;base64,"), kept) == (
        1,
        {"no-store", "no-cache", "max-age=0", "must-revalidate", "private"},
    )


def test_the_file_is_handed_out_to_keep_with_an_entry() -> None:
    office = an_office()
    letter = office.approved()
    answer = do(office.approver, letter, "file")
    assert letter.pdf is not None
    assert answer.content == read_whole(letter.pdf)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": 'attachment; filename="2026-0001-1.pdf"',
    }
    assert Entry.objects.filter(verb="letter.file_read").count() == 1


def test_the_author_is_not_offered_to_approve() -> None:
    office = an_office()
    office.officer = a_user("both", Role.LIAISON, Role.APPROVER, desk=a_desk())
    letter = office.submitted()
    assert buttons_of(office.officer, letter) == []
    assert do(office.officer, letter, "approve", version=2).status_code == 403


def test_what_discloses_is_approved_by_another_button_that_asks_again() -> None:
    office = an_office()
    letter = office.letter()
    letter.discloses = True
    letter.save(update_fields=["discloses"])
    do(office.officer, letter, "submit")
    assert buttons_of(office.approver, letter) == ["approve-telling", "return"]
    do(office.approver, letter, "approve-telling", version=2)
    letter.refresh_from_db()
    assert (letter.state, letter.versions.latest("number").approvals.count()) == ("submitted", 1)


def test_a_stale_version_is_refused_and_nothing_typed_is_lost() -> None:
    office = an_office()
    letter = office.letter()
    page = text_of(do(office.officer, letter, "write", version=1, subject="S", body="My words"))
    assert ("Somebody saved another version" in page, "My words" in page) == (True, True)


def test_the_board_counts_letters_to_approve() -> None:
    office = an_office()
    office.submitted()
    board = {
        user.username: [
            tile.count
            for tile in as_(user).get(reverse("admin:index")).context["board"]
            if str(tile.label) == "Letters to approve"
        ]
        for user in (office.officer, office.approver)
    }
    assert board == {"officer": [0], "approver": [1]}
    listed = as_(office.approver).get(list_url(Letter), {"waiting": "me"})
    assert [row.state for row in listed.context["cl"].result_list] == ["submitted"]


def queries_of_list(office: Office, number: int) -> int:
    """How many queries the list takes with so many letters."""
    while Letter.objects.count() < number:
        office.letter()
    client = as_(office.approver)
    client.get(list_url(Letter))
    with CaptureQueriesContext(connection) as asked:
        client.get(list_url(Letter))
    return len(asked)


def test_the_list_stays_flat() -> None:
    office = an_office()
    assert len({queries_of_list(office, number) for number in (1, 3, 30)}) == 1


def test_the_text_is_saved_by_a_button_that_says_so() -> None:
    office = an_office()
    letter = office.letter()
    page = text_of(as_(office.officer).get(do_url(letter, "write")))
    assert ("Change the text</h1>" in page, "Save the text</button>" in page) == (True, True)
