"""What went out on paper is entered by the consents of its day; what may not be told any more is
handed out to nobody; an e-mail that never left told nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from pysequoia import ArmorKind, Tsk, armor

from corps.audit.actions import CLOCK
from corps.audit.queries import entries_about
from corps.outbox.actions import cancel_message
from corps.outbox.actions.outcomes import shift
from corps.outbox.actions.relaying import claim_message
from corps.outbox.models import Message
from deployments.liaison.actions.cases import refer_case
from deployments.liaison.actions.disclosures import reveal_disclosed
from deployments.liaison.actions.letters import (
    attach_file,
    bounce_letter,
    read_attachment,
    read_letter_file,
    record_letter_receipt,
    send_letter,
    submit_letter,
)
from deployments.liaison.actions.recalls import recall_disclosures
from deployments.liaison.models import Case, CaseGroupObjectPermission, Disclosure, Letter
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.disclosures import (
    agencies_to_ask,
    own_disclosures,
    recalls_visible_to,
)
from deployments.liaison.rules.disclosures import ConsentMissing
from tests.admin.doors import as_, page_url, text_of
from tests.cast import NOW, an_agency
from tests.liaison.disclosing import FIELDS, Telling
from tests.liaison.letter_scene import a_contact, approve
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_standing
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sender")]

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)


def withdraw(volunteer: Volunteer, at: Any = NOW + DAY) -> None:
    withdraw_consent(volunteer=volunteer, purpose="permits", by=volunteer.user, at=at)


def leave(volunteer: Volunteer, at: Any = NOW + DAY) -> None:
    change_standing(volunteer=volunteer, move_name="withdraw", by=volunteer.user, at=at)


def post(telling: Telling, letter: Letter, on: date | None, through: str = "post") -> None:
    """Enter on the third day that a letter was posted."""
    by = telling.office.officer
    send_letter(letter=letter, through=through, on=on, by=by, at=NOW + 2 * DAY)


@pytest.mark.parametrize("through", ["post", "hand"])
@pytest.mark.parametrize("go", [withdraw, leave])
def test_paper_that_went_before_a_withdrawal_is_entered_and_asked_back(
    telling: Telling, go: Any, through: str
) -> None:
    letter, officer = telling.approved(), telling.office.officer
    go(telling.one)

    post(telling, letter, day_in_seoul(NOW), through)

    row = Disclosure.objects.select_related("consent").get()
    assert (letter.state, row.disclosed_at) == ("sent", NOW)
    assert (row.consent and row.consent.withdrawn_at) == NOW + DAY
    entry = entries_about(telling.one).get(verb="identity.disclosed")
    assert (entry.at, entry.facts["on"]) == (NOW + 2 * DAY, day_in_seoul(NOW).isoformat())
    assert recalls_visible_to(officer).get() == row
    assert len(recall_disclosures(volunteer=telling.one, by=officer, at=NOW + 2 * DAY)) == 1


def test_so_is_paper_of_the_day_of_the_withdrawal(telling: Telling) -> None:
    letter = telling.approved()
    withdraw(telling.one, NOW + DAY)

    post(telling, letter, day_in_seoul(NOW + DAY))

    assert recalls_visible_to(telling.office.officer).count() == 1


@pytest.mark.parametrize("go", [withdraw, leave])
@pytest.mark.parametrize("on", [day_in_seoul(NOW + 2 * DAY), None])
def test_paper_of_a_day_without_consent_is_refused(
    telling: Telling, go: Any, on: date | None
) -> None:
    letter = telling.approved(telling.one, telling.other)
    go(telling.one)

    with pytest.raises(ConsentMissing) as refused:
        post(telling, letter, on)

    assert ("매-말0" in str(refused.value), "매-말1" in str(refused.value)) == (True, False)
    assert not Disclosure.objects.filter(disclosed_at__isnull=False).exists()


def test_whoever_was_released_before_that_day_is_not_told_of(telling: Telling) -> None:
    letter, other = telling.approved(), telling.approved()
    Volunteer.objects.filter(pk=telling.one.pk).update(standing="released", standing_since=NOW)

    post(telling, letter, day_in_seoul(NOW))
    assert Disclosure.objects.get(letter=letter).disclosed_at == NOW
    with pytest.raises(ConsentMissing):
        post(telling, other, day_in_seoul(NOW + DAY))


def test_an_e_mail_goes_by_the_consent_of_now_whatever_day_is_said(telling: Telling) -> None:
    letter = with_key(telling)
    withdraw(telling.one)

    with pytest.raises(ConsentMissing):
        post(telling, letter, day_in_seoul(NOW), "email")


def scanned(telling: Telling) -> Letter:
    """An approved letter with a file that shows somebody and one that does not."""
    letter = telling.letter()
    given: dict[str, Any] = {"letter": letter, "by": telling.office.officer, "at": NOW}
    attach_file(content=b"a scan", name="a.txt", discloses=True, **given)
    attach_file(content=b"a map", name="b.txt", **given)
    submit_letter(letter=letter, by=telling.office.officer, at=NOW)
    return approve(letter, telling.office.approver, telling.office.second)


def look(telling: Telling, letter: Letter, what: str) -> Any:
    """Be given what a letter tells, as its author, with a factor just used."""
    given: dict[str, Any] = {"by": telling.office.officer, "proved_at": NOW, "at": NOW}
    given["reason"] = "to check"
    if what == "file":
        return read_letter_file(letter=letter, **given)
    if what == "parts":
        return reveal_disclosed(letter=letter, volunteer=telling.one, **given)
    return read_attachment(attachment=letter.attachments.get(discloses=what == "scan"), **given)


@pytest.mark.parametrize("go", [withdraw, leave])
@pytest.mark.parametrize("what", ["file", "parts", "scan"])
def test_after_a_withdrawal_what_an_unsent_letter_tells_is_handed_out_to_nobody(
    telling: Telling, go: Any, what: str
) -> None:
    letter = scanned(telling)
    assert look(telling, letter, what)
    go(telling.one, NOW)

    with pytest.raises(ConsentMissing):
        look(telling, letter, what)

    assert entries_about(telling.one).filter(verb="identity.revealed").count() == 1


@pytest.mark.parametrize("what", ["file", "scan"])
def test_nor_what_one_tells_that_came_back_and_could_go_out_again(
    telling: Telling, what: str
) -> None:
    letter = scanned(telling)
    send_letter(letter=letter, through="post", by=telling.office.officer, at=NOW)
    withdraw(telling.one)
    assert look(telling, letter, what)
    bounce_letter(letter=letter, by=telling.office.officer, at=LATER)

    with pytest.raises(ConsentMissing):
        look(telling, letter, what)


def test_a_file_that_shows_nobody_is_still_given(telling: Telling) -> None:
    letter = scanned(telling)
    withdraw(telling.one)

    assert look(telling, letter, "map").content == b"a map\n"


def with_key(telling: Telling, *people: Volunteer) -> Letter:
    """An approved letter that may go by e-mail."""
    certificate = Tsk.generate("consul@embassy.test").extract_certificate()
    contact = a_contact(openpgp_key=armor(bytes(certificate), ArmorKind.PublicKey))
    return telling.approved(*people, contact=contact)


def mailed(telling: Telling, *people: Volunteer) -> tuple[Letter, Message]:
    """A letter that was sent by e-mail, and its message, which waits."""
    letter = with_key(telling, *people)
    send_letter(letter=letter, through="email", by=telling.office.officer, at=NOW)
    assert letter.message is not None
    return letter, letter.message


def told() -> list[bool]:
    return [row.disclosed_at is not None for row in Disclosure.objects.order_by("pk")]


def verbs(volunteer: Volunteer) -> list[str]:
    of_told = ("identity.disclosed", "disclosure.never_left", "disclosure.passed_on")
    return [one.verb for one in reversed(entries_about(volunteer)) if one.verb in of_told]


def test_what_an_e_mail_carries_that_never_left_was_told_to_nobody(telling: Telling) -> None:
    letter, _message = mailed(telling, telling.one, telling.other)
    withdraw(telling.one, NOW)
    assert claim_message(at=LATER) is None

    assert told() == [False, False]
    for one in (telling.one, telling.other):
        assert verbs(one) == ["identity.disclosed", "disclosure.never_left"]
        assert own_disclosures(one) == []
    entry = entries_about(telling.one).get(verb="disclosure.never_left")
    assert (entry.at, entry.facts) == (LATER, {"agency": "embassy"})
    assert list(agencies_to_ask(telling.one)) == []
    page = text_of(as_(telling.office.officer).get(page_url(letter)))
    assert page.count("No consent") == 1


def test_nor_does_the_agency_read_the_case_for_it(telling: Telling) -> None:
    letter, message = mailed(telling)
    shares = CaseGroupObjectPermission.objects.filter(group=letter.agency.group)
    assert shares.count() == 1

    cancel_message(message=message, by=telling.office.officer, at=LATER)

    assert shares.count() == 0
    send_letter(letter=letter, through="hand", by=telling.office.officer, at=LATER)
    assert shares.count() == 1


def test_nor_for_several_that_never_left(telling: Telling) -> None:
    mails = [mailed(telling)[1], mailed(telling, telling.other)[1]]
    shares = CaseGroupObjectPermission.objects.all()

    cancel_message(message=mails[0], by=telling.office.officer, at=LATER)
    assert shares.count() == 1
    cancel_message(message=mails[1], by=telling.office.officer, at=LATER)
    assert shares.count() == 0


def test_what_it_reads_for_another_letter_it_goes_on_reading(telling: Telling) -> None:
    letter, message = mailed(telling)
    telling.sent(telling.other)

    cancel_message(message=message, by=telling.office.officer, at=LATER)

    assert CaseGroupObjectPermission.objects.filter(group=letter.agency.group).count() == 1


def test_nor_to_an_agency_to_which_the_case_was_passed_on_meanwhile(telling: Telling) -> None:
    letter, message = mailed(telling)
    given: dict[str, Any] = {"on": NOW.date(), "by": telling.office.officer, "at": LATER}
    refer_case(case=Case.objects.get(), to_agency=an_agency("unification"), **given)
    assert told() == [True, True]

    cancel_message(message=message, by=telling.office.officer, at=LATER)

    assert told() == [False, False]
    assert verbs(telling.one)[-1] == "disclosure.never_left"
    given["at"] = LATER + DAY
    refer_case(case=Case.objects.get(), to_agency=an_agency("ministry"), **given)
    assert (told(), letter.disclosures.count()) == ([False, False], 2)


def test_what_was_taken_up_once_stays_told(telling: Telling) -> None:
    _letter, message = mailed(telling)
    shift(message, "claim", by=CLOCK, at=NOW, attempts=1)
    shift(message, "put_back", by=CLOCK, at=NOW, not_before=NOW)

    cancel_message(message=message, by=telling.office.officer, at=LATER)

    assert (message.state, told()) == ("void", [True])


def test_what_was_told_before_that_e_mail_stays_told(telling: Telling) -> None:
    letter = with_key(telling)
    send_letter(letter=letter, through="post", by=telling.office.officer, at=NOW)
    bounce_letter(letter=letter, by=telling.office.officer, at=NOW)
    send_letter(letter=letter, through="email", by=telling.office.officer, at=LATER)
    assert letter.message is not None

    cancel_message(message=letter.message, by=telling.office.officer, at=LATER)

    assert told() == [True]
    assert CaseGroupObjectPermission.objects.filter(group=letter.agency.group).count() == 1


def test_what_somebody_received_all_the_same_stays_told(telling: Telling) -> None:
    letter, message = mailed(telling)
    given: dict[str, Any] = {"on": day_in_seoul(NOW), "by": telling.office.officer, "at": NOW}
    record_letter_receipt(letter=letter, received_by="Consul", **given)

    cancel_message(message=message, by=telling.office.officer, at=LATER)

    assert told() == [True]


def test_handed_over_after_all_it_is_told_from_then_on(telling: Telling) -> None:
    letter, message = mailed(telling)
    bounce_letter(letter=letter, by=telling.office.officer, at=NOW)

    send_letter(letter=letter, through="hand", by=telling.office.officer, at=LATER)

    message.refresh_from_db()
    row = Disclosure.objects.get()
    assert (message.state, row.disclosed_at, row.fields) == ("void", LATER, [*FIELDS])
    assert verbs(telling.one) == [
        "identity.disclosed",
        "disclosure.never_left",
        "identity.disclosed",
    ]
