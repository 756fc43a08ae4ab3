"""The register of disclosures, its tile, the panels that show it, and the volunteer's own page."""

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corps.audit.queries import entries_about
from deployments.liaison.models import Disclosure, Letter
from tests.admin.doors import as_, do_url, list_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_stranger, a_volunteer
from tests.liaison.disclosing import Telling, named
from volunteers.actions.consents import withdraw_consent
from volunteers.queries.consents import consent_in_force

pytestmark = pytest.mark.django_db
SECRETS = ("홍길", "M7654321", "5550000")


def test_the_register_lists_what_was_told_by_the_names_of_the_parts(telling: Telling) -> None:
    telling.sent(telling.one, telling.other)

    page = text_of(as_(telling.office.officer).get(list_url(Disclosure)))

    assert page.count("Name, Passport number") == 2
    assert not any(secret in page for secret in SECRETS)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?q=매-말0", 1),
        ("?q=매-말", 2),
        ("?purpose=host", 0),
        ("?purpose=permits", 2),
        ("?first=2026-11-23", 0),
        ("?first=2026-11-22&last=2026-11-22", 2),
        ("?recall=due", 1),
        ("?recall=done", 0),
    ],
)
def test_the_register_is_narrowed(telling: Telling, asked: str, found: int) -> None:
    telling.sent(telling.one, telling.other)
    given = {"purpose": "permits", "by": telling.one.user, "at": NOW}
    withdraw_consent(volunteer=telling.one, **given)

    page = text_of(as_(telling.office.officer).get(list_url(Disclosure) + asked))

    assert page.count("Name, Passport number") == found


def test_the_register_is_flat(telling: Telling) -> None:
    browser, counts = as_(telling.office.officer), []
    for number in (1, 3, 12):
        while Disclosure.objects.count() < number:
            _told_once_more(telling)
        browser.get(list_url(Disclosure))
        with CaptureQueriesContext(connection) as queries:
            browser.get(list_url(Disclosure))
        counts.append(len(queries))

    assert len(set(counts)) == 1


def _told_once_more(telling: Telling) -> None:
    """One more letter that told of somebody, by hand."""
    one = a_volunteer(identity=named(3))
    Disclosure.objects.create(
        letter=telling.office.letter(),
        volunteer=one,
        agency=telling.office.case.agency,
        fields=["name"],
        purpose="permits",
        consent=consent_in_force(one, "permits"),
        disclosed_at=NOW,
    )


def test_others_find_nothing_of_it(telling: Telling) -> None:
    telling.sent()
    row, browser = Disclosure.objects.get(), as_(a_stranger())

    assert browser.get(page_url(row)).status_code == 404
    assert "매-말0" not in text_of(browser.get(list_url(Disclosure)))


def test_the_page_of_a_volunteer_tells_it(telling: Telling) -> None:
    telling.sent()

    page = text_of(as_(a_coordinator()).get(page_url(telling.one)))

    assert "Told outside" in page
    assert "Name, Passport number" in page


def test_the_board_leads_to_what_is_to_be_asked_back(telling: Telling) -> None:
    telling.sent()
    browser, given = as_(telling.office.officer), {"purpose": "permits", "by": telling.one.user}
    withdraw_consent(volunteer=telling.one, **given, at=timezone.now())

    tiles = {str(tile.label): tile for tile in browser.get("/admin/").context["board"]}
    assert tiles["Recalls to write"].count == 1
    answer = browser.post(do_url(telling.one, "recall"))

    letter = Letter.objects.get(kind="withdrawal")
    assert answer["Location"] == page_url(letter.case)
    tiles = {str(tile.label): tile for tile in browser.get("/admin/").context["board"]}
    assert tiles["Recalls to write"].count == 0


def test_what_a_letter_tells_is_said_on_its_page(telling: Telling) -> None:
    browser, letter = as_(telling.office.officer), telling.office.letter()
    form = text_of(browser.get(do_url(letter, "disclose")))
    assert "Relatives in the North</" not in form
    assert "매-말0" in form

    given = {"volunteer": telling.one.pk, "fields_told": ["name", "phone"], "purpose": "host"}
    answer = browser.post(do_url(letter, "disclose"), given)

    assert answer["Location"] == page_url(letter)
    assert Disclosure.objects.get(letter=letter).fields == ["name", "phone"]
    page = text_of(browser.get(page_url(letter)))
    assert "Consent given" in page
    assert "Name, Phone" in page
    withdraw_consent(volunteer=telling.one, purpose="host", by=telling.one.user, at=NOW)
    assert "No consent" in text_of(browser.get(page_url(letter)))
    browser.post(do_url(letter, "tell-nothing"), {"volunteer": telling.one.pk})
    assert not letter.disclosures.exists()


def test_the_author_reads_once_what_an_approved_letter_tells(telling: Telling) -> None:
    with time_machine.travel(NOW, tick=False):
        letter, browser = telling.approved(), as_(telling.office.officer)
        given = {"volunteer": telling.one.pk, "reason": "to compare with the application"}

        answer = browser.post(do_url(letter, "read-identity"), given)
        colleague = as_(telling.office.approver).post(do_url(letter, "read-identity"), given)

    assert "no-store" in answer["Cache-Control"]
    page = text_of(answer)
    assert "M76543210" in page
    assert "5550000" not in page
    assert colleague.status_code == 403


def test_the_file_of_a_letter_that_tells_is_a_look_with_a_reason(telling: Telling) -> None:
    with time_machine.travel(NOW, tick=False):
        letter, browser = telling.approved(), as_(telling.office.approver)
        without = browser.post(do_url(letter, "file-telling"), {"reason": ""})
        file = browser.post(do_url(letter, "file-telling"), {"reason": "to compare"})

    assert without.status_code == 200
    assert "no-store" in file["Cache-Control"]
    assert file.content.startswith(b"%PDF")
    entry = entries_about(telling.one).get(verb="identity.revealed")
    assert (entry.reason, entry.actor) == ("to compare", telling.office.approver.username)


def test_the_volunteer_reads_it_on_a_page_of_their_own(telling: Telling) -> None:
    letter = telling.sent()
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "ko"
    browser.force_login(telling.one.user)

    with time_machine.travel(NOW, tick=False):
        page = text_of(browser.get("/portal/record/told/"))
        record = text_of(browser.get("/portal/record/"))

    assert "대사관" in page
    assert letter.case.reference in page
    assert "이름, 여권번호" in page
    assert not any(secret in page + record for secret in SECRETS)
    assert "/portal/record/told/" in record
    assert telling.office.officer.username in record


def test_staff_find_no_such_page() -> None:
    assert as_(a_coordinator()).get("/portal/record/told/").status_code == 404
