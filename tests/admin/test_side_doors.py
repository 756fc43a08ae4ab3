"""What a person may not see is not there, whatever door they try; nothing is written raw."""

import re
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import models
from django.test import Client
from django.utils import timezone

from corps.accounts.models import Desk, User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from tests.admin.doors import as_, do_url, last_number, list_url, page_url, text_of
from tests.cast import a_coordinator, a_desk, a_stranger, a_user, a_volunteer
from volunteers.actions.vetting import open_vetting_case
from volunteers.models import Language, Skill, VettingCase, Volunteer

pytestmark = pytest.mark.django_db

LISTS: list[type[models.Model]] = [Volunteer, VettingCase, Skill, Language, User, Desk, Entry]


@pytest.fixture
def staff() -> dict[str, User]:
    """The staff of the Seoul desk, and one coordinator of another."""
    desk = a_desk()
    return {
        "coordinator": a_coordinator(desk),
        "stranger": a_stranger(),
        "vetting": a_user("vetting", Role.VETTING, desk=desk),
        "liaison": a_user("liaison", Role.LIAISON, desk=desk),
        "approver": a_user("approver", Role.APPROVER, desk=desk),
        "auditor": a_user("auditor", Role.AUDITOR, desk=desk),
        "administrator": a_user("administrator", Role.ADMINISTRATOR, desk=desk),
        "nobody": a_user("nobody"),
    }


@pytest.fixture
def hidden() -> Volunteer:
    """A volunteer of another desk, whom the Seoul coordinator does not see."""
    return a_volunteer("hidden-bird", desk=a_desk("elsewhere"))


SEES_LISTS = {
    "coordinator": [Volunteer, VettingCase, Skill, Language, Entry],
    "stranger": [Volunteer, VettingCase, Skill, Language, Entry],
    "vetting": [Volunteer, VettingCase, Skill, Language, Entry],
    "liaison": [Volunteer, Skill, Language, Entry],
    "approver": [Volunteer, VettingCase, Skill, Language, Entry],
    "auditor": [Entry],
    "administrator": [Skill, Language, User, Desk],
    "nobody": [],
}


@pytest.mark.parametrize("who", SEES_LISTS)
def test_a_role_opens_its_lists_and_no_other(staff: dict[str, User], who: str) -> None:
    client = as_(staff[who])
    opened = [model for model in LISTS if client.get(list_url(model)).status_code == 200]
    assert opened == SEES_LISTS[who]


@pytest.mark.parametrize("who", ["coordinator", "vetting", "liaison", "approver"])
def test_the_desk_sees_its_volunteer_and_no_other(
    staff: dict[str, User], hidden: Volunteer, who: str
) -> None:
    seen = a_volunteer("seen-bird")
    page = text_of(as_(staff[who]).get(list_url(Volunteer)))
    assert (seen.callsign in page, hidden.callsign in page) == (True, False)


@pytest.mark.parametrize("who", ["auditor", "administrator", "nobody", "stranger"])
@pytest.mark.parametrize("page", ["change", "history"])
def test_hidden_answers_as_absent_byte_for_byte(
    staff: dict[str, User], who: str, page: str
) -> None:
    there = a_volunteer("seen-bird")
    client = as_(staff[who])
    answer = client.get(page_url(there, page))
    there.pk = uuid4()
    absent = client.get(page_url(there, page))
    assert (answer.status_code, answer.content) == (404, absent.content)


@pytest.mark.parametrize("method", ["get", "post"])
def test_buttons_of_somebody_hidden_answer_as_of_somebody_absent(
    staff: dict[str, User], hidden: Volunteer, method: str
) -> None:
    client = as_(staff["coordinator"])
    before = last_number()
    answer = getattr(client, method)(do_url(hidden, "pause"))
    hidden.pk = uuid4()
    absent = getattr(client, method)(do_url(hidden, "pause"))
    assert (answer.status_code, answer.content) == (404, absent.content)
    assert last_number() == before


def test_a_malformed_key_answers_as_an_absent_one(staff: dict[str, User]) -> None:
    client = as_(staff["coordinator"])
    answers = {client.get(f"{list_url(Volunteer)}{key}/change/").status_code for key in ("x", "1")}
    assert answers == {404}


def test_a_volunteer_with_a_portal_account_is_told_no(staff: dict[str, User]) -> None:
    account = a_volunteer("own-bird", account=True).user
    assert account is not None
    answers = [as_(account).get(url).status_code for url in ("/admin/", list_url(Volunteer))]
    assert answers == [403, 403]


def test_nobody_signed_in_is_sent_to_the_sign_in() -> None:
    answer = Client().get(list_url(Volunteer), follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/")


UNDECLARED = [
    "desk__members__password__startswith=a",
    "user__password__startswith=a",
    "data_key__wrapped_by=x",
    "marks__kind=phone",
    "callsign__startswith=V",
    "identity__sealed_at__gte=2020-01-01",
    "_popup=1",
    "_to_field=callsign",
]


@pytest.mark.parametrize("query", UNDECLARED)
def test_no_filter_works_that_is_not_declared(staff: dict[str, User], query: str) -> None:
    answer = as_(staff["coordinator"]).get(f"{list_url(Volunteer)}?{query}")
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["q=hidden-bird", "standing__exact=active", "clearance=1"])
def test_search_and_filters_find_nobody_hidden(
    staff: dict[str, User], hidden: Volunteer, query: str
) -> None:
    page = as_(staff["coordinator"]).get(f"{list_url(Volunteer)}?{query}")
    assert page.context["cl"].result_count == 0
    assert str(hidden.pk) not in text_of(page)


def test_filters_offer_no_desk_but_ones_own(staff: dict[str, User], hidden: Volunteer) -> None:
    page = text_of(as_(staff["coordinator"]).get(list_url(Volunteer)))
    assert f"desk__id__exact={hidden.desk_id}" not in page
    assert hidden.desk.name not in page


def test_a_hidden_desk_in_a_filter_answers_as_an_absent_one(
    staff: dict[str, User], hidden: Volunteer
) -> None:
    client = as_(staff["coordinator"])
    pages = [
        text_of(client.get(f"{list_url(Volunteer)}?desk__id__exact={number}"))
        for number in (hidden.desk_id, 999_999)
    ]
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    number = re.compile(rf"\b({hidden.desk_id}|999999)\b")
    plain = [number.sub("N", token.sub("", page)) for page in pages]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("order", ["1", "-1", "3", "-5.1", "x", "99", "1.1.1", "--1", "²"])
def test_ordering_takes_anything_without_harm(staff: dict[str, User], order: str) -> None:
    a_volunteer()
    answer = as_(staff["coordinator"]).get(list_url(Volunteer), {"o": order})
    assert answer.status_code == 200


def test_ordering_follows_declared_columns_alone(staff: dict[str, User]) -> None:
    for callsign in ("B-2", "A-1"):
        a_volunteer(callsign, standing="paused" if callsign == "A-1" else "active")
    client = as_(staff["coordinator"])

    def order(asked: str) -> list[str]:
        listed = client.get(list_url(Volunteer), {"o": asked}).context["cl"].result_list
        return [row.callsign for row in listed]

    forward, backward = ["A-1", "B-2"], ["B-2", "A-1"]
    assert [order("0"), order("-0"), order("-1")] == [forward, backward, forward]


def test_autocomplete_answers_no_field_that_no_page_declares(staff: dict[str, User]) -> None:
    a_volunteer("seen-bird")
    asked = {"app_label": "volunteers", "model_name": "vettingcase", "field_name": "volunteer"}
    codes = {
        who: as_(user).get("/admin/autocomplete/", asked).status_code for who, user in staff.items()
    }
    assert set(codes.values()) == {403}


@pytest.mark.parametrize("address", ["/admin/r/1/1/", "/admin/password_change/"])
def test_djangos_own_side_pages_are_gone(staff: dict[str, User], address: str) -> None:
    assert as_(staff["coordinator"]).get(address).status_code == 404


def test_nothing_is_deleted_in_bulk_or_singly(staff: dict[str, User]) -> None:
    there = a_volunteer("seen-bird")
    client = as_(staff["coordinator"])
    bulk = {"action": "delete_selected", "_selected_action": [str(there.pk)], "post": "yes"}
    client.post(list_url(Volunteer), bulk)
    client.post(f"{list_url(Volunteer)}{there.pk}/delete/", {"post": "yes"})
    assert Volunteer.objects.filter(pk=there.pk).exists()


def test_a_raw_post_to_an_objects_page_changes_nothing(staff: dict[str, User]) -> None:
    there = a_volunteer("seen-bird")
    client = as_(staff["coordinator"])
    before = last_number()
    client.post(page_url(there), {"callsign": "other-bird"})
    there.refresh_from_db()
    assert (there.callsign, last_number()) == ("seen-bird", before)


def test_forms_offer_only_desks_in_scope(staff: dict[str, User], hidden: Volunteer) -> None:
    there = a_volunteer("seen-bird")
    client = as_(staff["coordinator"])
    form = client.get(do_url(there, "details")).context["form"]
    assert [desk.slug for desk in form.fields["desk"].queryset] == ["seoul"]
    given = {
        "callsign": "seen-bird",
        "desk": hidden.desk_id,
        "time_zone": "Asia/Seoul",
        "portal_language": "ko",
    }
    assert client.post(do_url(there, "details"), given).status_code == 200
    there.refresh_from_db()
    assert there.desk.slug == "seoul"


def test_the_board_counts_only_what_its_reader_sees(staff: dict[str, User]) -> None:
    a_volunteer(clearance=(1, timezone.localdate()))
    counts = {}
    for who in ("coordinator", "stranger"):
        tiles = as_(staff[who]).get("/admin/").context["board"]
        counts[who] = [tile.count for tile in tiles if tile.url.endswith("clearance=lapsing")]
    assert counts == {"coordinator": [1], "stranger": [0]}


def test_a_timeline_tells_nothing_of_objects_its_reader_does_not_see(
    staff: dict[str, User],
) -> None:
    there = a_volunteer("seen-bird", clearance=None)
    open_vetting_case(volunteer=there, by=staff["coordinator"], at=there.registered_at)
    told = {
        who: [
            line.what for line in as_(staff[who]).get(page_url(there, "history")).context["lines"]
        ]
        for who in ("vetting", "liaison")
    }
    assert told == {"vetting": ["Vetting case opened", "Registered"], "liaison": ["Registered"]}


def test_djangos_own_log_stays_empty(staff: dict[str, User]) -> None:
    skill = Skill.objects.create(code="z", name_ko="z", name_en="z", name_uk="z")
    given = {"kind": "craft", "name_ko": "가", "name_en": "b", "name_uk": "в", "also": ""}
    answer = as_(staff["administrator"]).post(page_url(skill), given)
    assert (answer.status_code, LogEntry.objects.count()) == (302, 0)
