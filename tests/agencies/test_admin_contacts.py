"""The liaison officers' directory of contacts, and what an agency reads, on the agency's page."""

import uuid
from datetime import date
from typing import Any

import pytest

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from deployments.agencies.contacts import open_details
from deployments.agencies.models import Agency, Contact
from deployments.liaison.queries.partner import materials_shared_with
from deployments.queries.partner import agencies_sharing
from tests.admin.doors import (
    as_,
    do_url,
    entries_since,
    last_number,
    list_do_url,
    list_url,
    page_url,
    text_of,
)
from tests.api.outside import a_delivery, a_material, a_version
from tests.cast import NOW, a_contact, a_coordinator, a_deployment, a_desk, a_user, an_agency

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

NEW = {
    "post": "Press officer",
    "language": "uk",
    "since": "2026-01-01",
    "name": "Olena Koval",
    "phone": "+380441234567",
    "email": "olena@example.org",
}
SECRETS = ("Olena", "380441234567", "olena@example.org")


def a_person(role: Role = Role.LIAISON) -> User:
    """Somebody in one role, on the Seoul desk."""
    return a_user(f"{role.name.lower()}-1", role, desk=a_desk())


def told_nothing(*pages: Any) -> bool:
    return all(secret not in text_of(page) for page in pages for secret in SECRETS)


def test_a_contact_is_added_on_the_agencys_page_and_shows_nothing_sealed() -> None:
    client, agency = as_(a_person()), an_agency()
    before = last_number()
    assert client.post(do_url(agency, "contact"), NEW).status_code == 302
    assert entries_since(before) == ["contact.added"]
    made = Contact.objects.get()
    assert (made.post, made.language, made.since) == ("Press officer", "uk", date(2026, 1, 1))
    assert open_details(made).name == "Olena Koval"
    pages = [
        client.get(url)
        for url in (
            page_url(agency),
            page_url(made),
            page_url(made, "history"),
            list_url(Contact),
            do_url(made, "edit"),
            do_url(made, "details"),
        )
    ]
    assert [page.status_code for page in pages] == [200] * 6
    assert told_nothing(*pages)
    assert "Press officer" in text_of(pages[0])


def test_what_was_typed_of_a_contact_is_not_put_back_after_a_mistake() -> None:
    client, agency = as_(a_person()), an_agency()
    for wrong in ({"email": "nothing"}, {"post": "Olena Koval"}, {"openpgp_key": "nothing"}):
        answer = client.post(do_url(agency, "contact"), {**NEW, **wrong})
        assert answer.status_code == 200
        assert "380441234567" not in text_of(answer)
    assert not Contact.objects.exists()


def test_details_are_shown_once_with_an_entry_and_kept_by_nobody() -> None:
    client, contact = as_(a_person()), a_contact(name="Olena Koval", email="olena@example.org")
    before = last_number()
    answer = client.post(do_url(contact, "reveal"), {"reason": "to call back"})
    assert ("Olena Koval" in text_of(answer), "no-store" in answer["Cache-Control"]) == (True, True)
    assert entries_since(before) == ["contact.revealed"]
    assert told_nothing(client.get(page_url(contact)), client.get(page_url(contact, "history")))


def test_a_contact_is_found_by_what_is_sealed_without_its_being_told() -> None:
    client, contact = as_(a_person()), a_contact(post="Attaché", email="olena@example.org")
    url = list_do_url(Contact, "find")
    answer = client.post(url, {"kind": "email", "text": "OLENA@example.org"})
    assert ("Attaché" in text_of(answer), told_nothing(answer)) == (True, True)
    nobody = client.post(url, {"kind": "email", "text": "other@example.org"})
    assert (list(answer.context["found"]), list(nobody.context["found"])) == ([contact], [])
    assert Entry.objects.filter(verb="contact.searched").count() == 2


def test_parts_are_replaced_merged_and_ended_by_buttons() -> None:
    client, contact, other = as_(a_person()), a_contact(), a_contact(post="The consul")
    before = last_number()
    given = {"email": "new@example.org", "clear": ["phone"]}
    assert client.post(do_url(contact, "details"), given).status_code == 302
    edited = {"post": "Consul general", "language": "ko", "since": "", "until": ""}
    assert client.post(do_url(contact, "edit"), edited).status_code == 302
    assert client.post(do_url(contact, "merge"), {"other": str(other.pk)}).status_code == 302
    assert client.post(do_url(contact, "end"), {"until": "2026-12-31"}).status_code == 302
    assert entries_since(before) == [
        "contact.changed",
        "contact.changed",
        "contact.merged",
        "contact.ended",
    ]
    contact.refresh_from_db()
    assert (contact.post, contact.until) == ("Consul general", date(2026, 12, 31))
    assert open_details(contact).email == "new@example.org"
    missing = client.get(page_url(other).replace(str(other.pk), str(uuid.uuid4())))
    assert client.get(page_url(other)).content == missing.content


def test_only_contacts_of_the_same_agency_are_offered_for_a_merge() -> None:
    client, contact = as_(a_person()), a_contact()
    elsewhere = a_contact(an_agency("ministry"))
    answer = client.post(do_url(contact, "merge"), {"other": str(elsewhere.pk)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["other"])


def test_an_approver_sees_posts_and_changes_nothing_others_see_no_contact() -> None:
    contact = a_contact(name="Olena Koval")
    approver = as_(a_person(Role.APPROVER))
    page = approver.get(page_url(contact))
    assert (page.status_code, page.context["steps"], told_nothing(page)) == (200, [], True)
    for name in ("reveal", "edit", "details", "merge", "end"):
        assert approver.get(do_url(contact, name)).status_code == 403
    for role in set(Role) - {Role.LIAISON, Role.APPROVER}:
        client = as_(a_person(role))
        assert client.get(page_url(contact)).status_code == 404
        assert client.get(list_url(Contact)).status_code == 403
        agency = client.get(page_url(contact.agency))
        assert agency.status_code == 404 or agency.context["contacts"] is None


def test_the_directory_is_searched_by_agency_post_country_and_kind() -> None:
    a_contact(post="Consul")
    ministry = Agency.objects.get(pk=an_agency("ministry").pk)
    ministry.name_ko, ministry.name_en, ministry.name_uk = "외교부", "Foreign Ministry", "МЗС"
    ministry.kind, ministry.country = "ministry", "KR"
    ministry.save()
    a_contact(ministry, post="Desk officer", until=date(2026, 1, 1))
    client = as_(a_person())
    found = {
        query: client.get(f"{list_url(Contact)}{query}").context["cl"].result_count
        for query in (
            "",
            "?q=외교부",
            "?q=Foreign",
            "?q=МЗС",
            "?q=Desk",
            "?kind=embassy",
            "?country=KR",
            "?country=XX",
            "?in_office=yes",
            "?in_office=no",
        )
    }
    assert list(found.values()) == [2, 1, 1, 1, 1, 1, 1, 0, 1, 1]
    assert client.get(f"{list_url(Agency)}?country=KR").context["cl"].result_count == 1
    for query in ("?marks__mark=x", "?details=x", "?agency__slug__startswith=m"):
        assert client.get(f"{list_url(Contact)}{query}").status_code == 400


def test_materials_are_shared_and_ended_on_the_agencys_page_by_a_liaison_officer() -> None:
    client, agency, material = as_(a_person()), an_agency(), a_material("Winter")
    foreign = a_material("Foreign", desk=a_desk("elsewhere"))
    handed = a_material("Handed")
    a_delivery(a_version(handed), agency)
    share, end = do_url(agency, "share-material"), do_url(agency, "end-share-material")
    before = last_number()
    assert client.post(share, {"material": str(material.pk)}).status_code == 302
    refused = client.post(share, {"material": str(foreign.pk)})
    assert list(refused.context["form"].errors) == ["material"]
    assert list(materials_shared_with(agency)) == [material]
    page = text_of(client.get(page_url(agency)))
    assert ("Winter" in page, "Handed" in page, "Foreign" in page) == (True, True, False)
    given = {"material": str(material.pk), "reason": "asked to"}
    assert client.post(end, given).status_code == 302
    assert list(materials_shared_with(agency)) == []
    assert entries_since(before) == ["material.shared", "material.share_ended"]
    assert as_(a_coordinator()).get(share).status_code == 403


def test_deployments_are_shared_and_ended_on_the_agencys_page_by_a_coordinator() -> None:
    client, agency, deployment = as_(a_coordinator()), an_agency(), a_deployment("HERON")
    before = last_number()
    share = do_url(agency, "share-deployment")
    assert client.post(share, {"deployment": str(deployment.pk)}).status_code == 302
    assert list(agencies_sharing(deployment)) == [agency]
    given = {"deployment": str(deployment.pk), "reason": "asked to"}
    assert client.post(do_url(agency, "end-share-deployment"), given).status_code == 302
    assert list(agencies_sharing(deployment)) == []
    assert entries_since(before) == ["deployment.shared", "deployment.share_ended"]
    assert as_(a_person()).get(share).status_code == 403


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_directory_costs_the_same_queries_at_any_length(
    count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        a_contact(post=f"Post {number}")
    client = as_(a_person())
    client.get(list_url(Contact))
    with django_assert_max_num_queries(14):
        assert client.get(list_url(Contact)).status_code == 200
