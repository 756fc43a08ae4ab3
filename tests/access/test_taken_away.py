"""What is taken away is gone at the next request, whatever it came from, in a live session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from deployments.actions.sharing import end_share, end_sharing_with, share_deployment_with
from deployments.agencies.actions import end_client
from deployments.agencies.models import PartnerClient
from tests.admin.doors import as_, list_url, page_url, text_of
from tests.api.calls import ASSIGNMENTS, Caller, an_assignment, ask_token, issue
from tests.cast import (
    a_coordinator,
    a_deployment,
    a_desk,
    a_user,
    a_volunteer,
    an_agency,
    share,
)
from volunteers.actions.people import change_volunteer
from volunteers.actions.sharing import end_sharing, share_volunteer
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to

pytestmark = pytest.mark.django_db

OUT = {302, 403, 404}


def reads(browser: Client, obj: Any) -> bool:
    """Whether a browser is shown the object's page, its history, and it in the list."""
    pages = [browser.get(page_url(obj, page)).status_code for page in ("change", "history")]
    listed = browser.get(list_url(type(obj)))
    shown = listed.status_code == 200 and str(obj) in text_of(listed)
    assert {*pages} <= {200} if shown else {*pages} <= OUT, (pages, shown)
    return shown


def seen_then_not(browser: Client, obj: Any, taking_away: Callable[[], Any]) -> None:
    """Something is shown, is taken away, and is not shown to the same browser."""
    before = reads(browser, obj)
    taking_away()
    assert (before, reads(browser, obj)) == (True, False)


def test_a_seat_at_a_desk() -> None:
    volunteer, member = a_volunteer("heron"), a_user("member", Role.APPROVER, desk=a_desk())
    seen_then_not(as_(member), volunteer, lambda: a_desk().members.remove(member))


def test_an_account_that_is_read_anew_knows_of_its_desks_anew_also_behind_a_request() -> None:
    a_volunteer("heron")
    member = a_user("member", Role.APPROVER)
    account: Any = SimpleLazyObject(lambda: User.objects.get(pk=member.pk))
    before = volunteers_visible_to(account).exists()
    a_desk().members.add(member)
    account.refresh_from_db()
    assert (before, volunteers_visible_to(account).exists()) == (False, True)


def test_a_glass_that_was_closed_to_a_request_stays_closed() -> None:
    administrator = a_user("administrator", Role.ADMINISTRATOR)
    _open_glass(administrator)
    assert administrator.glass_desks
    administrator.glass_desks = frozenset()
    administrator.refresh_from_db()
    assert administrator.glass_desks == frozenset()


def test_a_role() -> None:
    volunteer, member = a_volunteer("heron"), a_user("member", Role.APPROVER, desk=a_desk())
    seen_then_not(as_(member), volunteer, member.groups.clear)


def test_a_role_of_several() -> None:
    deployment = a_deployment("HERON")
    member = a_user("member", Role.LIAISON, Role.VETTING, desk=a_desk())
    liaison = member.groups.get(name=Role.LIAISON)
    seen_then_not(as_(member), deployment, lambda: member.groups.remove(liaison))


def test_a_desk_of_the_object() -> None:
    volunteer, coordinator = a_volunteer("heron"), a_coordinator()
    other = a_desk("busan", coordinator)
    member = a_user("member", Role.APPROVER, desk=a_desk())
    seen_then_not(
        as_(member),
        volunteer,
        lambda: change_volunteer(
            volunteer=volunteer, changed={"desk": other}, by=coordinator, at=timezone.now()
        ),
    )


def a_guest() -> User:
    """A liaison officer of another desk."""
    return a_user("guest", Role.LIAISON, desk=a_desk("elsewhere"))


def test_a_share_of_a_volunteer() -> None:
    now, guest = timezone.now(), a_guest()
    same: dict[str, Any] = {"volunteer": a_volunteer("heron"), "person": guest, "by": COMMAND}
    share_volunteer(**same, until=now + timedelta(days=2), at=now)
    seen_then_not(as_(guest), same["volunteer"], lambda: end_sharing(**same, at=now))


def test_a_share_of_a_deployment() -> None:
    now, guest = timezone.now(), a_guest()
    same: dict[str, Any] = {"deployment": a_deployment("HERON"), "person": guest, "by": COMMAND}
    share_deployment_with(**same, until=now + timedelta(days=2), at=now)
    seen_then_not(as_(guest), same["deployment"], lambda: end_sharing_with(**same, at=now))


def test_a_share_whose_day_is_over() -> None:
    now, guest, volunteer = timezone.now(), a_guest(), a_volunteer("heron")
    share_volunteer(
        volunteer=volunteer, person=guest, until=now + timedelta(days=2), by=COMMAND, at=now
    )
    shares = volunteer.volunteeruserobjectpermission_set
    seen_then_not(as_(guest), volunteer, lambda: shares.update(until=timezone.now()))


def test_an_account() -> None:
    volunteer, member = a_volunteer("heron"), a_user("member", Role.APPROVER, desk=a_desk())
    closed = User.objects.filter(pk=member.pk)
    seen_then_not(as_(member), volunteer, lambda: closed.update(is_active=False))


def test_an_account_of_a_volunteer() -> None:
    volunteer = a_volunteer("heron", account=True)
    assert volunteer.user is not None
    browser, url = as_(volunteer.user), "/portal/account/"
    before = browser.get(url).status_code
    User.objects.filter(pk=volunteer.user_id).update(is_active=False)
    assert (before, browser.get(url).status_code) == (200, 302)


def _open_glass(administrator: User) -> TwoPersonAct:
    """Let an administrator see what is on the desk of Seoul for an hour."""
    now = timezone.now()
    return TwoPersonAct.objects.create(
        kind="break glass",
        desk=a_desk(),
        reason="nobody of the desk can be reached",
        state="granted",
        state_since=now,
        asked_by=administrator,
        asked_at=now,
        decided_by=a_user("second", Role.ADMINISTRATOR),
        decided_at=now,
        until=now + timedelta(minutes=50),
    )


def test_break_glass() -> None:
    volunteer, administrator = a_volunteer("heron"), a_user("administrator", Role.ADMINISTRATOR)
    act = _open_glass(administrator)
    acts = TwoPersonAct.objects.filter(pk=act.pk)
    seen_then_not(as_(administrator), volunteer, lambda: acts.update(until=timezone.now()))


# -- agencies


def a_partner() -> tuple[Caller, Any, Any]:
    """The embassy's program, a deployment shared with it, and the client it was issued."""
    now, deployment = timezone.now(), a_deployment("HERON")
    an_assignment(deployment)
    share(deployment, an_agency())
    issued = issue(at=now)
    return Caller(ask_token(issued).json()["access_token"]), deployment, issued


def test_a_share_with_an_agency() -> None:
    caller, deployment, _ = a_partner()
    before = len(caller.rows())
    end_share(deployment=deployment, agency=an_agency(), by=COMMAND, at=timezone.now())
    assert (before, caller.rows()) == (1, [])


def test_a_client_of_an_agency() -> None:
    caller, _, issued = a_partner()
    before = caller.get(ASSIGNMENTS).status_code
    client = PartnerClient.objects.get(pk=issued.client_id)
    end_client(client=client, by=COMMAND, at=timezone.now(), reason="The key was lost")
    assert (before, caller.get(ASSIGNMENTS).status_code) == (200, 401)


def test_a_scope_of_a_client() -> None:
    caller, _, issued = a_partner()
    before = caller.get(ASSIGNMENTS).status_code
    PartnerClient.objects.filter(pk=issued.client_id).update(scopes=[])
    assert (before, caller.get(ASSIGNMENTS).status_code) == (200, 403)


def test_what_one_person_lost_another_keeps() -> None:
    volunteer: Volunteer = a_volunteer("heron")
    lost, kept = (a_user(name, Role.APPROVER, desk=a_desk()) for name in ("lost", "kept"))
    browser = as_(kept)
    a_desk().members.remove(lost)
    assert reads(browser, volunteer) is True
