"""How a letter names those of whom it tells: by number, and it says no more of them than that."""

from io import BytesIO

import pikepdf
import pytest

from corps.vault.files import read_whole
from deployments.liaison.actions.cases import refer_case
from deployments.liaison.actions.disclosures import drop_disclosure, identity_lines
from deployments.liaison.actions.letters import begin_letter
from deployments.liaison.actions.letters.holding import hold_latest, sheet_of
from deployments.liaison.actions.recalls import recall_disclosures
from deployments.liaison.letters.persons import numbers_of
from deployments.liaison.letters.rendering import render
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Letter, LetterKind
from tests.cast import NOW, a_coordinator, an_agency
from tests.liaison.disclosing import Telling
from tests.liaison.test_letter_pdf import words_of
from volunteers.actions.consents import withdraw_consent
from volunteers.actions.people import change_volunteer


def file_of(letter: Letter) -> bytes:
    """The file of an approved letter."""
    letter.refresh_from_db()
    assert letter.pdf is not None
    return read_whole(letter.pdf)


def begun(telling: Telling, kind: str, language: str) -> Letter:
    """A letter as it begins."""
    office = telling.office
    return begin_letter(case=office.case, kind=kind, language=language, by=office.officer, at=NOW)


def test_the_file_names_by_number_and_holds_no_callsign(telling: Telling) -> None:
    letter = telling.approved(telling.one, telling.other)

    told = words_of(file_of(letter))

    one, other = (numbers_of(letter)[person.pk] for person in (telling.one, telling.other))
    assert f"{one}. Name 홍길동 Passport number M76543210" in told
    assert f"{other}. Name 홍길남 Passport number M76543211" in told
    assert "매-말" not in told
    with pikepdf.open(BytesIO(file_of(letter))) as document:
        assert "매-말" not in str(document.docinfo) + str(document.Root.Metadata.read_bytes())


@pytest.mark.parametrize("language", ["ko", "en", "uk"])
@pytest.mark.parametrize("kind", LetterKind.values)
def test_no_letter_begins_with_callsigns_or_with_what_holds_for_told_people_alone(
    telling: Telling, kind: str, language: str
) -> None:
    text = open_text(hold_latest(begun(telling, kind, language)))

    said = f"{text.subject}\n{text.body}"
    assert [word for word in ("매-말", "동의", "consent", "погоди") if word in said] == []


def test_numbers_stay_when_a_callsign_is_changed(telling: Telling) -> None:
    letter = telling.sent(telling.one, telling.other)
    before, coordinator = numbers_of(letter), a_coordinator()

    for person, callsign in ((telling.one, "하-9"), (telling.other, "가-1")):
        changed = {"callsign": callsign}
        change_volunteer(volunteer=person, changed=changed, by=coordinator, at=NOW)

    assert numbers_of(letter) == before
    lines = {told.number: told.lines for told in identity_lines(letter, masked=False)}
    assert ("Name", "홍길동") in lines[before[telling.one.pk]]


def test_numbers_have_no_gap_when_somebody_is_taken_out(telling: Telling) -> None:
    letter = telling.letter(telling.one, telling.other)

    drop_disclosure(letter=letter, volunteer=telling.one, by=telling.office.officer, at=NOW)

    assert numbers_of(letter) == {telling.other.pk: 1}


def test_who_is_asked_back_is_named_by_letter_and_number(telling: Telling) -> None:
    letter = telling.sent(telling.one, telling.other)
    case, by = telling.office.case, telling.office.officer
    case.refresh_from_db()
    refer_case(case=case, to_agency=an_agency("ministry"), on=NOW.date(), by=by, at=NOW)
    withdraw_consent(volunteer=telling.one, purpose="permits", by=telling.one.user, at=NOW)

    asked = recall_disclosures(volunteer=telling.one, by=by, at=NOW)

    number = numbers_of(letter)[telling.one.pk]
    assert len(asked) == 2
    for one in asked:
        body = open_text(hold_latest(one)).body
        assert str(letter) in body
        assert f"{number}" in body.split(str(letter))[0] + body.split(str(letter))[1][:8]
        assert "매-말" not in body


def test_the_same_letter_gives_another_file_each_time_it_is_sealed(telling: Telling) -> None:
    letter = telling.approved()
    text = open_text(hold_latest(letter))

    files = {render(sheet_of(letter, text, at=NOW)) for _time in range(2)} | {file_of(letter)}

    assert len(files) == 3
    assert len({words_of(file) for file in files}) == 1


def test_a_draft_to_look_at_is_the_same_each_time(telling: Telling) -> None:
    letter = telling.letter()
    text = open_text(hold_latest(letter))

    assert len({render(sheet_of(letter, text, at=NOW, shown=True)) for _time in range(2)}) == 1
