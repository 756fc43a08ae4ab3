"""What the pages, letters and entries of a case keep from those who see the case and not all that
it is about: callsigns and codenames, and how many there are."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.words import facts_in_words
from corps.audit.models import Entry
from corps.audit.queries import entries_visible_to
from corps.errors import NotFound
from deployments.liaison.actions import links
from deployments.liaison.actions.letters import approve_letter, begin_letter, submit_letter
from deployments.liaison.letters.beginning import merge_fields
from deployments.liaison.models import Case, CaseUserObjectPermission, Letter, PermitNeed
from deployments.liaison.queries.timeline import missing_of
from deployments.liaison.rules.disclosures import ConsentMissing
from tests.admin.doors import as_, do_url, list_url, page_url, text_of
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_stranger,
    a_user,
    a_volunteer,
)
from tests.liaison.disclosing import Telling, a_telling, named
from tests.liaison.permit_scene import kind
from tests.liaison.scenes import Cast, a_case, a_cast
from tests.materials.scene import a_version
from volunteers.actions.consents import withdraw_consent
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

HIDDEN = "매-숨은이"


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def share(case: Case, user: User) -> User:
    """Share a case with somebody of another desk."""
    permission = Permission.objects.get(content_type__app_label="liaison", codename="view_case")
    CaseUserObjectPermission.objects.create(user=user, permission=permission, content_object=case)
    return user


def telling_of_two() -> tuple[Telling, Letter, Volunteer]:
    """A letter that tells of two, both still of the desk; the officer is on another too."""
    telling = a_telling()
    telling.office.officer.desks.add(a_desk("elsewhere"))
    telling.office.officer.refresh_from_db()
    hidden = a_volunteer(HIDDEN, account=True, identity=named(2))
    case, officer = telling.office.case, telling.office.officer
    links.link_volunteers(case=case, volunteers=[hidden], by=officer, at=NOW)
    letter = telling.letter(telling.one, hidden)
    return telling, letter, hidden


def move_away(volunteer: Volunteer) -> None:
    """Put a volunteer on another desk, where the office's approver does not see them."""
    Volunteer.objects.filter(pk=volunteer.pk).update(desk=a_desk("elsewhere"))


def unconsent(*people: Volunteer) -> None:
    for volunteer in people:
        withdraw_consent(volunteer=volunteer, purpose="permits", by=volunteer.user, at=NOW)


def test_the_pages_of_case_and_letter_name_nobody_whom_the_reader_does_not_see() -> None:
    telling, letter, hidden = telling_of_two()
    move_away(hidden)
    unconsent(hidden)
    for obj in (telling.office.case, letter):
        whole = text_of(as_(telling.office.officer).get(page_url(obj)))
        page = text_of(as_(telling.office.approver).get(page_url(obj)))
        assert (HIDDEN in whole, HIDDEN in page, "매-말0" in page) == (True, False, True)
        assert "other" not in page.partition("Volunteers</h2>")[2].partition("</section>")[0]


def test_what_is_missing_names_nobody_whom_the_reader_does_not_see() -> None:
    telling, _letter, hidden = telling_of_two()
    move_away(hidden)
    unconsent(telling.one, hidden)
    case = telling.office.case
    told = [
        f"{name} has not consented to what letter 2026-0001/1 tells." for name in ("매-말0", HIDDEN)
    ]
    assert missing_of(telling.office.officer, case, at=NOW) == told
    assert missing_of(a_coordinator(), case, at=NOW) == told[:1]


def test_a_refusal_names_only_whom_the_person_sees_and_nobody_in_the_ledger() -> None:
    telling, letter, hidden = telling_of_two()
    office = telling.office
    submit_letter(letter=letter, by=office.officer, at=NOW)
    move_away(hidden)
    unconsent(hidden)
    number = letter.versions.count()
    with pytest.raises(ConsentMissing) as refused:
        approve_letter(letter=letter, version=number, by=office.approver, at=NOW)
    assert HIDDEN not in str(refused.value)
    unconsent(telling.one)
    with pytest.raises(ConsentMissing) as refused:
        approve_letter(letter=letter, version=number, by=office.approver, at=NOW)
    assert (HIDDEN in str(refused.value), "매-말0" in str(refused.value)) == (False, True)
    assert "매-말0" not in str(refused.value.kept)


def test_a_material_of_another_desk_is_named_to_nobody_who_sees_the_case_alone(
    cast: Cast,
) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    roles = (("editor", Role.EDITOR), ("approver", Role.APPROVER))
    there = {name: a_user(f"{name}-there", role, desk=a_desk("elsewhere")) for name, role in roles}
    version = a_version(there, "approved")
    title, linked = version.material.title, a_case(both, desk=a_desk())
    links.link_version(case=linked, version=version, by=both, at=NOW)
    for case in (linked, a_case(both, desk=a_desk(), version=version)):
        letter = begin_letter(case=case, kind="handover_note", language="en", by=both, at=NOW)
        browser = as_(cast.liaison)
        urls = [page_url(case), page_url(case, "history"), page_url(letter)]
        for url in (*urls, list_url(Entry)):
            assert title not in text_of(browser.get(url))
    assert title in text_of(as_(both).get(page_url(linked)))


def test_what_the_ledger_tells_of_links_names_nobody_and_counts_nobody(cast: Cast) -> None:
    deployment, volunteer = a_deployment("CRANE"), a_volunteer(HIDDEN)
    case = a_case(cast.liaison, deployments=[deployment], volunteers=[volunteer])
    links.unlink_volunteer(case=case, volunteer=volunteer, by=cast.liaison, at=NOW)
    links.link_volunteers(case=case, volunteers=[volunteer], by=cast.liaison, at=NOW)
    links.unlink_deployment(case=case, deployment=deployment, by=cast.liaison, at=NOW)
    entries = Entry.objects.filter(verb__startswith="case.").order_by("number")
    told = [(entry.verb, facts_in_words(entry)) for entry in entries]
    assert set(entries[0].facts) == {"kind", "agency", "due"}
    assert not [line for line in told if HIDDEN in line[1] or "CRANE" in line[1]]
    assert told[-2:] == [
        ("case.volunteers_linked", ""),
        ("case.deployment_unlinked", ""),
    ]
    assert entries_visible_to(cast.approver).filter(verb="case.opened").exists()


def test_a_letter_begins_with_those_whom_its_author_sees(cast: Cast) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    hidden = a_volunteer(HIDDEN, desk=a_desk("elsewhere"))
    work = [a_deployment("CRANE", desk=a_desk("elsewhere")), a_deployment("HERON")]
    for deployment, code in zip(work, ("insurance", "medical"), strict=True):
        PermitNeed.objects.create(deployment=deployment, kind=kind(code))
    case = a_case(both, desk=a_desk(), deployments=work, volunteers=[a_volunteer("매-1"), hidden])
    letter = Letter(case=case, number=1, kind="permit_request", agency=case.agency, language="en")
    letter.author = both
    for author, count in ((both, "2"), (cast.liaison, "1")):
        letter.author = author
        fields = merge_fields(letter)
        assert (fields["count"], fields["deployment"]) == (count, "HERON")
        assert fields["permit_kind"] == kind("medical").name_en
        assert HIDDEN not in str(fields)


def test_whoever_reads_a_letter_reads_no_codename_of_another_desk(cast: Cast) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    work = [a_deployment("CRANE", desk=a_desk("elsewhere")), a_deployment("HERON")]
    case = a_case(both, desk=a_desk(), deployments=work)
    letter = begin_letter(case=case, kind="information", language="en", by=both, at=NOW)
    page = text_of(as_(cast.approver).get(page_url(letter)))
    assert ("HERON" in page, "CRANE" in page) == (True, False)


def test_a_case_that_is_shared_shows_no_deployment_or_material_of_another_desk(cast: Cast) -> None:
    makers = {
        "editor": a_user("editor", Role.EDITOR, desk=a_desk()),
        "approver": cast.approver,
    }
    deployment, version = a_deployment("CRANE"), a_version(makers, "approved")
    case = a_case(cast.liaison, deployments=[deployment], version=version)
    reader = share(case, a_stranger())
    own = text_of(as_(cast.liaison).get(page_url(case)))
    page = text_of(as_(reader).get(page_url(case)))
    for part in ("CRANE", str(deployment.pk), str(version), str(version.pk)):
        assert (part in own, part in page) == (True, False), part


def test_a_deployment_that_one_does_not_see_is_neither_offered_nor_unlinked(cast: Cast) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    elsewhere, own = a_deployment("CRANE", desk=a_desk("elsewhere")), a_deployment("HERON")
    case = a_case(both, desk=a_desk(), deployments=[elsewhere, own])
    page, browser = page_url(case), as_(cast.liaison)
    assert ("CRANE" in text_of(browser.get(page)), "HERON" in text_of(browser.get(page))) == (
        False,
        True,
    )
    assert "no-deployment" in browser.get(page).content.decode()
    offered = browser.get(do_url(case, "no-deployment")).context["form"].fields["deployment"]
    assert list(offered.queryset) == [own]
    browser.post(do_url(case, "no-deployment"), {"deployment": str(elsewhere.pk)})
    assert set(case.deployments.all()) == {elsewhere, own}
    with pytest.raises(NotFound):
        links.unlink_deployment(case=case, deployment=elsewhere, by=cast.liaison, at=NOW)


def test_a_button_does_not_betray_what_one_does_not_see(cast: Cast) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    there: dict[str, Any] = {"desk": a_desk("elsewhere")}
    hidden = {"deployments": [a_deployment("CRANE", **there)], "volunteers": [a_volunteer(**there)]}
    case, empty = a_case(both, desk=a_desk(), **hidden), a_case(both, desk=a_desk())
    for name in ("no-deployment", "no-person", "no-delivery"):
        pages = [
            as_(who).get(page_url(one)).content.decode()
            for who, one in ((both, case), (cast.liaison, case), (cast.liaison, empty))
        ]
        assert [f"/do/{name}/" in page for page in pages] == [name != "no-delivery", False, False]


def test_setting_the_material_leaves_one_that_one_does_not_see(cast: Cast) -> None:
    both = a_user("both", Role.LIAISON, desk=a_desk())
    both.desks.add(a_desk("elsewhere"))
    makers = {
        name: a_user(f"{name}-there", role, desk=a_desk("elsewhere"))
        for name, role in (("editor", Role.EDITOR), ("approver", Role.APPROVER))
    }
    version = a_version(makers, "approved")
    case = a_case(both, desk=a_desk(), version=version)
    answer = as_(cast.liaison).post(do_url(case, "material"), {"version": ""})
    case.refresh_from_db()
    assert (answer.status_code, case.version) == (302, version)
