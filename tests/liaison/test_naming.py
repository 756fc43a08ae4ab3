"""Nobody's name, phone, e-mail or passport is typed into a letter, a note or a case's subject."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django.fixtures import Settings

from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.errors import Refusal
from deployments.liaison.actions.cases import change_case, open_case, refer_case
from deployments.liaison.actions.letters import begin_letter, save_draft, send_letter, submit_letter
from deployments.liaison.actions.letters.holding import hold_latest
from deployments.liaison.actions.links import link_volunteers, unlink_volunteer
from deployments.liaison.actions.notes import add_note, add_reminder
from deployments.liaison.actions.opening import open_case_of_deployment
from deployments.liaison.letters.rendering import NotPrintable
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Case, CaseVolunteer, Letter
from deployments.liaison.rules.naming import CallsignTyped, IdentityTyped, SubjectTells
from tests.cast import NOW, a_desk, a_volunteer, an_agency
from tests.liaison.disclosing import Telling, a_telling, named
from tests.liaison.letter_scene import approve
from tests.liaison.permit_scene import a_scene, permit_of
from volunteers.actions import quotas
from volunteers.actions.quotas import PAGE, QuotaSpent, note_search
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer

TYPED = [
    ("홍길동 씨의 서류입니다.", "Name"),
    ("We write for Hong Gildong.", "Name"),
    ("010-5550-0000로 연락 바랍니다.", "Phone"),
    ("+82 10 5550 0000", "Phone"),
    ("여권번호 m7654 3210", "Passport number"),
    ("write to gildong@mail.test, please", "E-mail"),
]


@pytest.fixture
def telling(db: None) -> Telling:
    """The office and two volunteers."""
    found = a_telling()
    document = IdentityDocument(name="홍길서", email="gildong@mail.test")
    third = a_volunteer("매-말3", identity=document)
    given = {"by": found.office.officer, "at": NOW}
    link_volunteers(case=found.office.case, volunteers=[third], **given)
    return found


def write(telling: Telling, text: str) -> None:
    letter = telling.office.letter()
    save_draft(letter=letter, subject="Permits", body=text, by=telling.office.officer, at=NOW)


def title(telling: Telling, text: str) -> None:
    letter = telling.office.letter()
    save_draft(letter=letter, subject=text, body="Dear Sir", by=telling.office.officer, at=NOW)


def note(telling: Telling, text: str) -> None:
    add_note(case=telling.office.case, text=text, by=telling.office.officer, at=NOW)


def remind(telling: Telling, text: str) -> None:
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW}
    add_reminder(case=telling.office.case, on=NOW.date(), says=text, **given)


def rename(telling: Telling, text: str) -> None:
    case = telling.office.case
    change_case(case=case, subject=text, owner=case.owner, due=None, by=case.owner, at=NOW)


def begin(telling: Telling, text: str) -> None:
    open_case(
        by=telling.office.officer,
        at=NOW,
        desk=a_desk(),
        kind="permits",
        subject=text,
        agency=an_agency(),
        volunteers=list(Volunteer.objects.filter(cases__case=telling.office.case)),
    )


DOORS: list[Callable[[Telling, str], None]] = [write, title, note, remind, rename, begin]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("text", "part"), TYPED)
def test_it_is_refused_by_the_kind_of_detail_alone(
    telling: Telling, door: Callable[[Telling, str], None], text: str, part: str
) -> None:
    with pytest.raises(IdentityTyped) as refused:
        door(telling, text)

    said = str(refused.value)
    assert f": {part}." in said
    shown = [
        word for word in ("홍길", "Gildong", "5550", "7654", "mail.test", "매-말") if word in said
    ]
    assert shown == []


@pytest.mark.parametrize("door", DOORS)
def test_it_leaves_nothing_but_the_entry_of_a_search(
    telling: Telling, door: Callable[[Telling, str], None]
) -> None:
    kept = (Case.objects.count(), telling.office.case.notes.count())

    with pytest.raises(IdentityTyped):
        door(telling, "M76543210")

    assert (Case.objects.count(), telling.office.case.notes.count()) == kept
    entry = entries_about(telling.one).get(verb="identity.searched")
    assert (entry.facts, entry.about[0]) == (
        {"kind": "passport", "found": 1},
        f"volunteers.volunteer:{telling.one.pk}",
    )
    assert "7654" not in str(Entry.objects.values_list("facts", "reason"))


def test_nobody_tries_out_more_than_searches_allow(telling: Telling, settings: Settings) -> None:
    settings.SEARCHES_A_DAY = 1
    with pytest.raises(IdentityTyped):
        note(telling, "M76543210")

    with pytest.raises(QuotaSpent):
        note(telling, "M76543211")


@pytest.mark.parametrize("door", DOORS)
def test_nobody_learns_what_is_no_name_once_searches_are_spent(
    telling: Telling, settings: Settings, door: Callable[[Telling, str], None]
) -> None:
    settings.SEARCHES_A_DAY = 1
    with pytest.raises(IdentityTyped):
        note(telling, "M76543210")

    with pytest.raises(QuotaSpent):
        door(telling, "M11112222")

    assert Entry.objects.filter(verb="identity.over_quota").count() == 1


@pytest.mark.parametrize("door", DOORS)
def test_other_texts_are_kept(telling: Telling, door: Callable[[Telling, str], None]) -> None:
    door(telling, "홍보 자료 2026-0042, 02-123-4567, M11112222, Mr Kim, a@b.test")

    assert not Entry.objects.filter(verb="identity.searched").exists()


def test_who_is_not_concerned_or_stands_on_another_desk_is_as_absent(telling: Telling) -> None:
    office, hidden = telling.office, a_volunteer(desk=a_desk("elsewhere"), identity=named(7))
    a_volunteer("매-딴", identity=named(6))
    office.case.concerned.create(volunteer=hidden)

    for text in ("M76543216", "M76543217"):
        note(telling, text)

    assert office.case.notes.count() == 2


def test_whom_a_subject_names_is_not_linked(telling: Telling) -> None:
    late = a_volunteer("매-늦", identity=named(6))
    office = telling.office
    office.case.subject = "M76543216"
    office.case.save()

    with pytest.raises(IdentityTyped):
        link_volunteers(case=office.case, volunteers=[late], by=office.officer, at=NOW)

    assert not office.case.concerned.filter(volunteer=late).exists()


def test_what_was_written_before_somebody_was_linked_is_not_submitted(telling: Telling) -> None:
    late = a_volunteer("매-늦", identity=named(6))
    office = telling.office
    letter = office.letter()
    save_draft(letter=letter, subject="One", body="M76543216", by=office.officer, at=NOW)
    link_volunteers(case=office.case, volunteers=[late], by=office.officer, at=NOW)

    with pytest.raises(IdentityTyped):
        submit_letter(letter=letter, by=office.officer, at=NOW)

    assert Letter.objects.get(pk=letter.pk).state == "draft"


def test_words_of_the_template_are_nobodys_name(telling: Telling) -> None:
    alike = a_volunteer("매-닮", identity=IdentityDocument(name="심사"))
    office = telling.office
    given: dict[str, Any] = {"by": office.officer, "at": NOW}
    link_volunteers(case=office.case, volunteers=[alike], **given)
    asking = begin_letter(case=office.case, kind="permit_request", language="ko", **given)
    text = open_text(hold_latest(asking))

    save_draft(letter=asking, subject=text.subject, body=f"{text.body}\n\n추신", **given)
    with pytest.raises(IdentityTyped):
        save_draft(letter=office.letter(), subject="회신", body="심사 씨가 갑니다.", **given)


@pytest.mark.parametrize(
    "text", ["For 매-말0 and others.", "매-말0은 서울에 있습니다.", "(매-말1, 매-말0)"]
)
def test_a_letter_that_tells_of_somebody_names_no_callsign(telling: Telling, text: str) -> None:
    office = telling.office
    letter = telling.letter()
    save_draft(letter=letter, subject="One", body=text, by=office.officer, at=NOW)

    with pytest.raises(CallsignTyped):
        submit_letter(letter=letter, by=office.officer, at=NOW)

    assert open_text(hold_latest(letter)).body == text


def test_nor_does_one_that_tells_of_nobody_since_another_may(telling: Telling) -> None:
    office, letter = telling.office, telling.office.letter()
    save_draft(letter=letter, subject="One", body="For 매-말0.", by=office.officer, at=NOW)

    with pytest.raises(CallsignTyped):
        submit_letter(letter=letter, by=office.officer, at=NOW)


def test_words_that_are_like_callsigns_are_none(telling: Telling) -> None:
    office, letter = telling.office, telling.letter()
    text = "매-말01, 나매-말0"
    save_draft(letter=letter, subject="One", body=text, by=office.officer, at=NOW)
    submit_letter(letter=letter, by=office.officer, at=NOW)


@pytest.mark.parametrize("door", [begin, rename])
def test_agencies_read_no_callsign_in_the_subject_of_a_case(
    telling: Telling, door: Callable[[Telling, str], None]
) -> None:
    with pytest.raises(CallsignTyped):
        door(telling, "Permit for 매-말0")


def test_nobody_is_linked_to_a_case_whose_subject_names_them(telling: Telling) -> None:
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW}
    about: dict[str, Any] = {"kind": "permits", "agency": an_agency(), "desk": a_desk()}
    case = open_case(subject="Permit for 매-말0", **about, **given)

    with pytest.raises(CallsignTyped):
        link_volunteers(case=case, volunteers=[telling.one], **given)
    link_volunteers(case=case, volunteers=[telling.other], **given)


def test_a_letter_is_not_submitted_under_a_subject_with_a_callsign(telling: Telling) -> None:
    office, letter = telling.office, telling.letter()
    Case.objects.filter(pk=office.case.pk).update(subject="Permit for 매-말0")

    with pytest.raises(CallsignTyped):
        submit_letter(letter=Letter.objects.get(pk=letter.pk), by=office.officer, at=NOW)


@pytest.fixture
def read_already(telling: Telling) -> Case:
    """A case whose subject names one of the two by callsign, and stays: others have read it."""
    telling.office.submitted()
    Case.objects.update(subject="Permit for 매-말0")
    return Case.objects.get()


def test_under_such_a_subject_that_stays_nothing_is_told(
    telling: Telling, read_already: Case
) -> None:
    office, given = telling.office, {"by": telling.office.officer, "at": NOW}
    telling_letter, reminder = telling.letter(), office.letter(kind="reminder")

    with pytest.raises(SubjectTells, match="open another case"):
        submit_letter(letter=telling_letter, **given)
    submit_letter(letter=reminder, **given)


def test_nor_is_anybody_linked_whom_it_names_and_others_are(
    telling: Telling, read_already: Case
) -> None:
    given: dict[str, Any] = {"by": telling.office.officer, "at": NOW}
    unlink_volunteer(case=read_already, volunteer=telling.one, **given)
    unlink_volunteer(case=read_already, volunteer=telling.other, **given)

    with pytest.raises(SubjectTells):
        link_volunteers(case=read_already, volunteers=[telling.one], **given)
    CaseVolunteer.objects.create(case=read_already, volunteer=telling.one)
    link_volunteers(case=read_already, volunteers=[telling.other], **given)


def test_what_became_of_an_act_stands_where_its_pages_cannot_be_counted(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(quotas, "spend", broken)
    note(telling, "A word")
    assert caplog.messages == ["Pages that were looked through are not counted."]


def test_texts_are_looked_through_only_so_many_pages_a_day(
    telling: Telling, settings: Settings
) -> None:
    settings.PAGES_LOOKED_THROUGH_A_DAY = 20
    for text in ("A", "B" * 20 * PAGE):
        note(telling, text)

    with pytest.raises(QuotaSpent):
        note(telling, "M11112222")

    entry = Entry.objects.get(verb="identity.over_quota")
    assert entry.facts == {"step": "identity.looked_for", "limit": 20}
    later = NOW + timedelta(days=1)
    add_note(case=telling.office.case, text="M11112222", by=telling.office.officer, at=later)


def test_what_was_refused_was_looked_through_all_the_same(
    telling: Telling, settings: Settings
) -> None:
    settings.PAGES_LOOKED_THROUGH_A_DAY = 20
    with pytest.raises(IdentityTyped):
        note(telling, "M76543210 " + "B" * 20 * PAGE)

    with pytest.raises(QuotaSpent):
        note(telling, "M11112222")


def test_a_text_that_cannot_be_printed_is_not_looked_through(telling: Telling) -> None:
    with pytest.raises(NotPrintable):
        write(telling, "M76543210 \U0001f600")


@pytest.fixture
def spent(telling: Telling, settings: Settings) -> dict[str, Any]:
    """Who acts and when, with the day's searches spent."""
    settings.SEARCHES_A_DAY = 1
    with pytest.raises(IdentityTyped):
        note(telling, "M76543210")
    return {"by": telling.office.officer, "at": NOW}


def test_what_holds_no_new_text_does_not_meet_the_quota(
    telling: Telling, spent: dict[str, Any]
) -> None:
    office, late = telling.office, a_volunteer("매-늦", identity=named(6))
    case, embassy = office.case, an_agency("embassy")
    case.subject = "For M76543216"
    case.save()

    due = NOW.date() + timedelta(days=9)
    change_case(case=case, subject=case.subject, owner=case.owner, due=due, **spent)
    link_volunteers(case=case, volunteers=[late], **spent)
    letter = begin_letter(case=case, kind="information", language="en", **spent)
    submit_letter(letter=letter, **spent)
    approve(letter, office.approver)
    send_letter(letter=letter, through="post", **spent)
    case.refresh_from_db()
    refer_case(case=case, to_agency=an_agency("ministry"), on=NOW.date(), **spent)

    assert (case.holder, case.agency) == (an_agency("ministry"), embassy)
    assert case.concerned.filter(volunteer=late).exists()
    assert not Entry.objects.filter(verb="identity.over_quota").exists()


def test_a_refusal_is_counted_and_entered_once_by_the_outermost_act(
    telling: Telling, settings: Settings
) -> None:
    settings.SEARCHES_A_DAY, office = 2, telling.office
    people, deployment = [telling.one], office.case.deployments.get()
    work: dict[str, Any] = {"deployment": deployment, "kind": "permits", "agency": an_agency()}
    given: dict[str, Any] = {**work, "due": None, "by": office.officer, "at": NOW}

    refusals: list[type[Refusal]] = [IdentityTyped, IdentityTyped, QuotaSpent]
    for refusal in refusals:
        with pytest.raises(refusal):
            open_case_of_deployment(volunteers=people, subject="M76543210", **given)

    assert Entry.objects.filter(verb="identity.searched").count() == 2
    assert Entry.objects.filter(verb="identity.over_quota").count() == 1


def test_a_permit_case_is_opened_once_searches_are_spent(db: None, settings: Settings) -> None:
    scene = a_scene("passport-use")
    permit, settings.SEARCHES_A_DAY = permit_of(scene.person()), 1
    note_search("name", by=scene.officer, at=NOW)

    assert scene.case(permit).concerned.count() == 1
    assert not Entry.objects.filter(verb="identity.over_quota").exists()
