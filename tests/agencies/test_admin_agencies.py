"""The administrators' and liaison officers' door to agencies and their credentials."""

import uuid
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from django.test import Client
from django.urls import reverse
from django.utils import translation

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from deployments.agencies.actions import issue_client
from deployments.agencies.actions.agencies import change_agency
from deployments.agencies.models import Agency, PartnerClient
from deployments.agencies.rules import BelongsToItself
from tests.admin.doors import as_, do_url, entries_since, last_number, list_url, page_url, text_of
from tests.cast import (
    NOW,
    a_coordinator,
    a_deployment,
    a_desk,
    a_user,
    a_volunteer,
    an_agency,
    share,
)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

KEEPERS = (Role.LIAISON, Role.ADMINISTRATOR)
READERS = (Role.COORDINATOR, Role.EDITOR, Role.APPROVER)
OTHERS = (Role.VETTING, Role.AUDITOR)

NEW = {
    "slug": "mofa",
    "kind": "ministry",
    "name_ko": "외교부",
    "name_en": "Ministry of Foreign Affairs",
    "name_uk": "МЗС",
    "country": "KR",
    "languages": ["ko", "en"],
    "letters_by": "post",
}


def a_person(role: Role) -> User:
    """Somebody in one role, on the Seoul desk."""
    return a_user(f"{role.name.lower()}-1", role, desk=a_desk())


def a_client(agency: Agency) -> PartnerClient:
    """Credentials of an agency."""
    issued = issue_client(agency=agency, scopes=["assignments:read"], by=COMMAND, at=NOW)
    return PartnerClient.objects.get(pk=issued.client_id)


def as_it_stands(form: Any) -> dict[str, Any]:
    """What a form sends in which nothing was changed."""
    return {
        field.html_name: field.value() if field.name == "languages" else str(field.value() or "")
        for field in form
    }


ADD = reverse("admin:agencies_agency_add")


@pytest.mark.parametrize("role", KEEPERS)
def test_keepers_make_and_change_agencies_with_one_entry_each(role: Role) -> None:
    client = as_(a_person(role))
    before = last_number()
    assert client.post(ADD, NEW).status_code == 302
    made = Agency.objects.get()
    assert (entries_since(before), made.slug, made.group.name) == (
        ["agency.made"],
        "mofa",
        "agency:mofa",
    )
    assert (made.languages, made.letters_by) == (["ko", "en"], "post")
    before = last_number()
    changed = {**NEW, "kind": "organisation", "slug": "other"}
    assert client.post(do_url(made, "edit"), changed).status_code == 302
    assert entries_since(before) == ["agency.changed"]
    assert Entry.objects.order_by("-number")[0].facts == {"changed": ["kind"]}
    made.refresh_from_db()
    assert (made.kind, made.slug) == ("organisation", "mofa")


def test_saving_what_is_there_enters_nothing() -> None:
    client, agency = as_(a_person(Role.LIAISON)), an_agency()
    url = do_url(agency, "edit")
    form = client.get(url).context["form"]
    before = last_number()
    assert client.post(url, as_it_stands(form)).status_code == 302
    assert entries_since(before) == []


def test_a_short_name_is_taken_once_and_the_form_says_so() -> None:
    client = as_(a_person(Role.LIAISON))
    an_agency("mofa")
    answer = client.post(ADD, NEW)
    assert (answer.status_code, Agency.objects.count()) == (200, 1)
    assert answer.context["adminform"].form.errors


def test_an_agency_belongs_neither_to_itself_nor_to_what_belongs_to_it() -> None:
    client, top, below = as_(a_person(Role.LIAISON)), an_agency("top"), an_agency("below")
    below.parent = top
    below.save()
    url = do_url(top, "edit")
    form = client.get(url).context["form"]
    sent = as_it_stands(form)
    for parent in (top, below):
        answer = client.post(url, {**sent, "parent": str(parent.pk)})
        with translation.override("en"):
            assert answer.context["form"].errors == {
                "parent": ["An agency cannot belong to itself."]
            }


def test_two_who_let_two_agencies_belong_to_each_other_are_told_so() -> None:
    officer, one, other, third = a_person(Role.LIAISON), *map(an_agency, ("one", "other", "third"))
    client = as_(officer)
    change_agency(agency=one, changed={"parent": other}, by=officer, at=NOW)
    with pytest.raises(BelongsToItself):
        change_agency(agency=other, changed={"parent": one}, by=officer, at=NOW)
    Agency.objects.filter(pk=other.pk).update(parent=one)
    sent = as_it_stands(client.get(do_url(third, "edit")).context["form"])
    assert client.post(do_url(third, "edit"), {**sent, "parent": str(one.pk)}).status_code == 302


@pytest.mark.parametrize("role", READERS)
def test_readers_see_agencies_and_change_nothing(role: Role) -> None:
    client, agency = as_(a_person(role)), an_agency()
    page = client.get(page_url(agency))
    own = {"share-deployment", "end-share-deployment"} if role == Role.COORDINATOR else set()
    steps = {step["name"] for step in page.context["steps"]}
    assert (page.status_code, steps, page.context["clients"]) == (200, own, None)
    assert client.get(list_url(Agency)).context["cl"].result_count == 1
    for url in (ADD, do_url(agency, "edit"), do_url(agency, "issue")):
        assert (client.get(url).status_code, client.post(url, NEW).status_code) == (403, 403)
    assert Agency.objects.count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_others_see_no_agency(role: Role) -> None:
    client, agency = as_(a_person(role)), an_agency()
    for url in (page_url(agency), page_url(agency, "history"), do_url(agency, "edit")):
        missing = client.get(url.replace(str(agency.pk), str(uuid.uuid4())))
        answer = client.get(url)
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert client.get(list_url(Agency)).status_code == 403


def test_a_volunteer_and_nobody_have_no_page_of_agencies() -> None:
    agency, volunteer = an_agency(), a_volunteer(account=True).user
    assert volunteer is not None
    for url in (
        page_url(agency),
        list_url(Agency),
        list_url(PartnerClient),
        do_url(agency, "issue"),
    ):
        assert as_(volunteer).get(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_credentials_are_shown_once_and_kept_as_a_hash() -> None:
    client, agency = as_(a_person(Role.ADMINISTRATOR)), an_agency()
    before = last_number()
    given = {
        "scopes": ["assignments:read"],
        "days": 30,
        "networks": "203.0.113.0/24\n2001:db8::/32",
        "reason": "their new program",
    }
    answer = client.post(do_url(agency, "issue"), given)
    issued = answer.context["issued"]
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert issued.secret in text_of(answer)
    assert entries_since(before) == ["client.issued"]
    made = PartnerClient.objects.get(pk=issued.client_id)
    assert made.networks == ["203.0.113.0/24", "2001:db8::/32"]
    assert issued.secret not in OAuthClient.objects.get(pk=issued.client_id).secret
    for url in (
        page_url(agency),
        page_url(made),
        list_url(PartnerClient),
        page_url(made, "history"),
    ):
        assert issued.secret not in text_of(client.get(url))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"networks": "nonsense"}, "nonsense is not a network"),
        ({"days": 731}, "A client is issued for 1 to 730 days."),
    ],
)
def test_what_cannot_be_issued_is_refused_in_words(wrong: dict[str, object], said: str) -> None:
    client, agency = as_(a_person(Role.ADMINISTRATOR)), an_agency()
    before = last_number()
    given = {"scopes": ["assignments:read"], "days": 30, "networks": "", "reason": "x", **wrong}
    answer = client.post(do_url(agency, "issue"), given)
    assert (answer.status_code, said in text_of(answer)) == (200, True)
    assert (entries_since(before), PartnerClient.objects.count()) == (["access.refused"], 0)


def test_a_client_is_ended_with_a_reason_and_its_button_is_gone() -> None:
    client, partner = as_(a_person(Role.ADMINISTRATOR)), a_client(an_agency())
    url = do_url(partner, "end")
    assert client.post(url, {"reason": ""}).status_code == 200
    before = last_number()
    assert client.post(url, {"reason": "Lost"}).status_code == 302
    assert entries_since(before) == ["client.ended"]
    page = client.get(page_url(partner))
    assert (page.context["steps"], "Reason: Lost" in text_of(page)) == ([], True)


@pytest.mark.parametrize("role", [Role.LIAISON, *READERS, *OTHERS])
def test_only_administrators_see_credentials(role: Role) -> None:
    agency = an_agency()
    partner, client = a_client(agency), as_(a_person(role))
    assert client.get(page_url(partner)).status_code == 404
    assert client.post(do_url(partner, "end"), {"reason": "x"}).status_code == 404
    assert client.get(list_url(PartnerClient)).status_code == 403
    page = client.get(page_url(agency))
    if page.status_code == 200:
        assert str(partner.pk) not in text_of(page)
    partner.refresh_from_db()
    assert partner.ended_at is None


def test_an_administrator_sees_the_credentials_of_an_agency_on_its_page() -> None:
    agency = an_agency()
    partner, other = a_client(agency), a_client(an_agency("other"))
    page = as_(a_person(Role.ADMINISTRATOR)).get(page_url(agency))
    assert [client for client, _pill in page.context["clients"]] == [partner]
    assert str(other.pk) not in text_of(page)


def test_the_page_shows_what_is_shared_as_far_as_its_reader_may_see() -> None:
    agency = an_agency()
    share(a_deployment("HERON"), agency)
    share(a_deployment("SECRET", desk=a_desk("elsewhere")), agency)
    share(a_deployment("CRANE"), an_agency("other"))
    page = text_of(as_(a_coordinator()).get(page_url(agency)))
    assert ("HERON" in page, "SECRET" in page, "CRANE" in page) == (True, False, False)
    page = text_of(as_(a_person(Role.ADMINISTRATOR)).get(page_url(agency)))
    assert ("HERON" in page, "shared with it" in page) == (False, False)


def test_a_shared_deployment_is_not_told_in_the_timeline_to_those_who_may_not_see_it() -> None:
    agency, both = an_agency(), a_coordinator(a_desk("elsewhere"), "both")
    deployment = a_deployment("SECRET", desk=a_desk("elsewhere"))
    as_(both).post(do_url(deployment, "share"), {"agency": agency.pk})
    for page in ("change", "history"):
        assert "SECRET" in text_of(as_(both).get(page_url(agency, page)))
        assert "SECRET" not in text_of(
            as_(a_user(f"c-{page}", Role.COORDINATOR)).get(page_url(agency, page))
        )


def test_search_and_filters_of_agencies() -> None:
    an_agency("embassy")
    client = as_(a_person(Role.LIAISON))
    client.post(ADD, NEW)
    found = {
        query: client.get(f"{list_url(Agency)}{query}").context["cl"].result_count
        for query in (
            "",
            "?q=외교부",
            "?q=mofa",
            "?kind__exact=ministry",
            "?kind__exact=media",
            "?q=zzz",
        )
    }
    assert list(found.values()) == [2, 1, 1, 1, 0, 0]
    for query in ("?group__user__username=x", "?clients__client_id=x", "?slug__startswith=m"):
        assert client.get(f"{list_url(Agency)}{query}").status_code == 400
