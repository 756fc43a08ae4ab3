"""A volunteer whom the reader may not see is nowhere named, though the place is held."""

from typing import Any

import pytest
from django.test import Client
from guardian.shortcuts import assign_perm

from corps.accounts.roles import Role
from corps.audit.models import Entry
from deployments.actions.offers import offer_slot
from deployments.models import Assignment, Deployment, Slot
from tests.admin.doors import as_, do_url, list_url, page_url, text_of
from tests.cast import NOW, a_coordinator, a_deployment, a_desk, a_slot, a_user, a_volunteer
from tests.deployments.admin.scene import held

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-22T03:00:00Z")]

HIDDEN = "GHOST-77"


@pytest.fixture
def hidden() -> dict[str, Any]:
    """A place of the Seoul desk, offered by one who is on both desks to somebody of the other."""
    elsewhere = a_desk("elsewhere")
    both = a_coordinator(username="both")
    elsewhere.members.add(both)
    deployment = a_deployment("HERON")
    slot, other = a_slot(deployment), a_slot(deployment)
    ghost = a_volunteer(HIDDEN, desk=elsewhere)
    offer_slot(slot=slot, volunteer=ghost, by=both, at=NOW)
    held(other, ghost, "proposed")
    return {
        "deployment": deployment,
        "slot": slot,
        "other": other,
        "ghost": ghost,
        "both": both,
        "assignment": slot.assignments.get(),
        "coordinator": a_coordinator(),
    }


def pages(hidden: dict[str, Any]) -> list[str]:
    """Every page of what the coordinator may see."""
    shown = [hidden["deployment"], hidden["slot"], hidden["other"]]
    own = [page_url(one, page) for one in shown for page in ("change", "history")]
    candidates = [
        f"{page_url(hidden['slot'])}?show=others",
        f"{page_url(hidden['other'])}?show=others",
    ]
    lists = [list_url(kind) for kind in (Deployment, Slot, Assignment)]
    return [*own, *candidates, *lists, "/admin/"]


def test_the_control_names_the_volunteer_to_one_who_sees_both(hidden: dict[str, Any]) -> None:
    client = as_(hidden["both"])
    named = [url for url in pages(hidden) if HIDDEN in text_of(client.get(url))]
    unasked = {page_url(hidden["other"], page) for page in ("change", "history")}
    silent = {list_url(Deployment), "/admin/", *unasked}
    assert set(pages(hidden)) - set(named) == silent


def test_a_hidden_holder_is_named_on_no_page(hidden: dict[str, Any]) -> None:
    client = as_(hidden["coordinator"])
    for url in pages(hidden):
        answer = client.get(url)
        assert (answer.status_code, HIDDEN in text_of(answer)) == (200, False), url
        assert str(hidden["ghost"].pk) not in text_of(answer)
        assert str(hidden["assignment"].pk) not in text_of(answer)


def test_the_place_is_shown_as_held_and_offers_nothing(hidden: dict[str, Any]) -> None:
    client = as_(hidden["coordinator"])
    place = client.get(page_url(hidden["slot"]))
    assert "This place is held." in text_of(place)
    assert place.context["may_staff"] is False
    row = client.get(page_url(hidden["deployment"])).context["places"][0]
    assert (row["place"].held, row["place"].holding, row["moves"]) == (True, None, [])
    listed = client.get(list_url(Slot)).context["cl"].result_list
    assert [slot.shown.held for slot in listed] == [True, False]


def test_search_and_filters_find_no_hidden_assignment(hidden: dict[str, Any]) -> None:
    client = as_(hidden["coordinator"])
    for query in (
        "",
        f"?q={HIDDEN}",
        "?q=HERON",
        "?waiting=answer",
        "?waiting=holding",
        "?waiting=look",
        "?state__exact=offered",
        f"?slot__deployment__desk__id__exact={hidden['deployment'].desk_id}",
    ):
        answer = client.get(f"{list_url(Assignment)}{query}")
        assert (query, answer.context["cl"].result_count) == (query, 0)
    seen = as_(hidden["both"]).get(f"{list_url(Assignment)}?waiting=answer")
    assert seen.context["cl"].result_count == 1


def test_a_hidden_assignment_answers_as_an_absent_one(hidden: dict[str, Any]) -> None:
    client, assignment = as_(hidden["coordinator"]), hidden["assignment"]
    urls = [page_url(assignment), page_url(assignment, "history"), do_url(assignment, "cancel")]
    for url in urls:
        missing = url.replace(str(assignment.pk), "2a8eff51-188c-4bd2-a411-2b233ef18912")
        for method in (client.get, client.post):
            hidden_answer, absent = method(url), method(missing)
            assert (hidden_answer.status_code, absent.status_code) == (404, 404)
            assert hidden_answer.content == absent.content


def test_the_board_counts_no_hidden_assignment(hidden: dict[str, Any]) -> None:
    def offers(client: Client) -> list[int]:
        board = client.get("/admin/").context["board"]
        return [tile.count for tile in board if tile.url.endswith("?waiting=answer")]

    assert offers(as_(hidden["coordinator"])) == [0]
    assert offers(as_(hidden["both"])) == [1]


def test_a_deployment_of_another_desk_is_not_named_in_the_reasons() -> None:
    """Somebody the reader sees holds a place in a deployment the reader does not see."""
    coordinator, seen = a_coordinator(), a_volunteer("seen-1")
    elsewhere = a_desk("elsewhere")
    secret = a_slot(a_deployment("SECRET", desk=elsewhere))
    held(secret, seen)
    slot = a_slot(a_deployment("HERON"))
    client = as_(coordinator)
    page = text_of(client.get(f"{page_url(slot)}?show=others"))
    assert ("holds another place" in page, "SECRET" in page) == (True, False)
    refused = text_of(
        client.post(f"/admin/deployments/slot/{slot.pk}/offer/{seen.pk}/", {"hours": 48})
    )
    assert ("holds another place" in refused, "SECRET" in refused) == (True, False)
    assert "SECRET" not in text_of(client.get(page_url(seen)))


def test_a_refusal_is_not_told_with_the_volunteer_s_name_to_others_of_the_desk() -> None:
    both = a_coordinator(username="both")
    elsewhere = a_desk("elsewhere", both)
    ghost = a_volunteer(HIDDEN, desk=elsewhere, clearance=None)
    slot = a_slot(a_deployment("HERON"))
    said = text_of(
        as_(both).post(f"/admin/deployments/slot/{slot.pk}/offer/{ghost.pk}/", {"hours": 48})
    )
    assert f"{HIDDEN} does not fit this place" in said
    other = as_(a_coordinator())
    for page in ("change", "history"):
        told = text_of(other.get(page_url(slot, page)))
        assert ("The volunteer does not fit this place." in told, HIDDEN in told) == (True, False)


def test_one_with_whom_a_deployment_alone_is_shared_sees_it_without_people() -> None:
    slot = a_slot(a_deployment("HERON"))
    held(slot, a_volunteer(HIDDEN))
    guest = a_user("guest-1", Role.LIAISON, desk=a_desk("elsewhere"))
    assign_perm("view_deployment", guest, slot.deployment)
    client = as_(guest)
    page = client.get(page_url(slot.deployment))
    assert (page.status_code, HIDDEN in text_of(page)) == (200, False)
    assert page.context["steps"] == []


def test_the_ledger_names_no_hidden_volunteer_and_finds_none(hidden: dict[str, Any]) -> None:
    """The entry stands on the deployment's desk and names a volunteer of another."""
    url, reader, both = list_url(Entry), as_(hidden["coordinator"]), as_(hidden["both"])
    [offered] = Entry.objects.filter(verb="assignment.offered")
    assert HIDDEN in text_of(both.get(url))
    assert HIDDEN not in text_of(reader.get(url))
    exactly = f"{url}?q={offered.object.replace(' ', '+').replace('#', '%23')}"
    assert both.get(exactly).context["cl"].result_count == 2
    assert reader.get(exactly).context["cl"].result_count == 0
    assert both.get(page_url(offered)).status_code == 200
    missing = reader.get(page_url(offered).replace(str(offered.pk), "999999999"))
    answer = reader.get(page_url(offered))
    assert (answer.status_code, answer.content) == (404, missing.content)


def test_the_ledger_tells_coordinators_of_the_assignments_they_see() -> None:
    coordinator = a_coordinator()
    slot = a_slot(a_deployment("HERON"))
    offer_slot(slot=slot, volunteer=a_volunteer("seen-1"), by=coordinator, at=NOW)
    rows = as_(coordinator).get(list_url(Entry)).context["cl"].result_list
    assert "assignment.offered" in [row.verb for row in rows]
