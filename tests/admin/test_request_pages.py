"""Requests for a second person and notices, as their readers see them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corps.accounts.actions.notices import notify_administrators
from corps.accounts.actions.recovery import ask_recovery
from corps.accounts.actions.two_person import ask_for, grant_act
from corps.accounts.models import Notice, TwoPersonAct, User
from corps.accounts.models.notices import NoticeKind
from corps.accounts.roles import Role
from corps.accounts.states import TwoPersonKind
from tests.admin.doors import as_, do_url, entries_since, last_number, list_url, page_url, text_of
from tests.cast import a_coordinator, a_desk, a_user, a_volunteer

pytestmark = pytest.mark.django_db
ABSENT = "/admin/accounts/twopersonact/00000000-0000-0000-0000-000000000000/change/"


@pytest.fixture
def asker() -> User:
    """The administrator who asks."""
    return a_user("asker", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    """The administrator who grants."""
    return a_user("second", Role.ADMINISTRATOR)


def a_request(asker: User, lost: User) -> TwoPersonAct:
    """A recovery that waits."""
    return ask_recovery(user=lost, factors=True, reason="lost phone", by=asker, at=timezone.now())


def test_a_request_is_told_in_words(asker: User, second: User) -> None:
    act = a_request(asker, a_coordinator())
    page = text_of(as_(second).get(page_url(act)))
    told = [
        "One-time link into a staff account",
        "Account coordinator",
        "Second factors are removed as well",
        "lost phone",
        "asker",
    ]
    assert [words for words in told if words not in page] == []
    assert [raw for raw in ("accounts.user:", "{&#x27;", "factors&quot;") if raw in page] == []


def test_who_decides_has_the_buttons_and_who_asked_takes_back(asker: User, second: User) -> None:
    act = a_request(asker, a_coordinator())
    pages = [text_of(as_(user).get(page_url(act))) for user in (second, asker)]
    shown = [
        [name for name in ("grant", "refuse", "withdraw", "link") if f"/do/{name}/" in page]
        for page in pages
    ]
    assert shown == [["grant", "refuse"], ["withdraw"]]


def test_hidden_requests_answer_as_absent_ones(asker: User, second: User) -> None:
    act, coordinator = a_request(asker, a_user("lost", Role.EDITOR)), a_coordinator()
    client = as_(coordinator)
    hidden, absent = client.get(page_url(act)), client.get(ABSENT)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.content.replace(str(act.pk).encode(), b"") == absent.content.replace(
        ABSENT.split("/")[4].encode(), b""
    )
    steps = [client.post(do_url(act, name)).status_code for name in ("grant", "refuse", "link")]
    assert steps == [404, 404, 404]
    assert str(act.pk) not in text_of(client.get(list_url(TwoPersonAct)))
    assert as_(a_user("editor", Role.EDITOR)).get(page_url(act)).status_code == 404


def test_the_link_is_shown_once_to_who_asked(asker: User, second: User) -> None:
    lost = a_coordinator()
    act = a_request(asker, lost)
    grant_act(act=act, by=second, at=timezone.now())
    assert "/do/link/" not in text_of(as_(second).get(page_url(act)))
    assert as_(second).post(do_url(act, "link")).status_code == 403
    client, before = as_(asker), last_number()
    shown = client.post(do_url(act, "link"))
    assert ("/join/" in text_of(shown), "no-store" in shown["Cache-Control"]) == (True, True)
    assert entries_since(before) == ["two_person.used", "account.recovered", "account.invited"]
    again = client.post(do_url(act, "link"), follow=True)
    assert "/join/" not in text_of(again)
    assert "the step is no longer possible" in text_of(again)


def test_a_step_of_two_asks_for_a_factor_used_just_now(asker: User, second: User) -> None:
    act, client = a_request(asker, a_coordinator()), as_(second)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= timedelta(minutes=6).total_seconds()
    session.save()
    answer = client.post(do_url(act, "grant"))
    act.refresh_from_db()
    assert (answer.status_code, act.state) == (302, "asked")
    assert client.post(do_url(act, "refuse"), {"reason": "no"}).status_code == 302
    act.refresh_from_db()
    assert act.state == "refused"


def test_what_is_over_is_shown_as_over_before_the_clock_comes_by(asker: User, second: User) -> None:
    act = a_request(asker, a_coordinator())
    TwoPersonAct.objects.update(asked_at=timezone.now() - timedelta(days=3))
    page = text_of(as_(second).get(page_url(act)))
    assert ("/do/grant/" in page, ">Over<" in page) == (False, True)


def counted(user: User, words: str) -> str | None:
    """What the tile of that label counts on somebody's board; None without such a tile."""
    page = text_of(as_(user).get("/admin/"))
    found = re.search(rf'tile-count">(\d+)</span>\s*<span class="tile-label">{words}<', page)
    return found[1] if found else None


def test_the_board_counts_what_waits_for_its_reader(asker: User, second: User) -> None:
    act = a_request(asker, a_coordinator())
    a_user("third", Role.ADMINISTRATOR)
    about_second = a_request(asker, second)
    desk = a_desk()
    approver = a_user("approver", Role.APPROVER, desk=desk)
    kind = TwoPersonKind.EXPORT
    facts: dict[str, list[str]] = {"volunteers": [], "fields": []}
    officer = a_user("officer", Role.VETTING, desk=desk)
    ask_for(kind=kind, reason="x", by=officer, at=timezone.now(), desk=desk, facts=facts)
    words = "Waiting for a second person"
    counts = {user.username: counted(user, words) for user in (asker, second, approver, officer)}
    assert counts == {"asker": "0", "second": "1", "approver": "1", "officer": None}
    listed = text_of(as_(second).get(f"{list_url(TwoPersonAct)}?waiting=me"))
    assert [page_url(one) in listed for one in (act, about_second)] == [True, False]


def test_the_list_of_requests_is_flat(asker: User, second: User) -> None:
    client, costs = as_(second), []
    for count in (1, 3, 60):
        for number in range(count):
            a_request(asker, a_user(f"lost-{count}-{number}", Role.EDITOR))
        with CaptureQueriesContext(connection) as asked:
            client.get(list_url(TwoPersonAct))
        costs.append(len(asked))
    assert len(set(costs)) == 1, costs


def test_a_notice_is_on_the_board_until_somebody_has_seen_it(asker: User) -> None:
    person = a_volunteer("heron-1", account=True)
    notify_administrators(kind=NoticeKind.GUESSING, at=timezone.now(), about=person.user)
    notice, client = Notice.objects.get(), as_(asker)
    assert counted(asker, "Notices") == "1"
    listed = text_of(client.get(f"{list_url(Notice)}?seen=no"))
    assert ("Many failed sign-ins" in listed, "heron-1" in listed) == (True, False)
    before = last_number()
    client.post(do_url(notice, "seen"))
    assert entries_since(before) == ["notice.seen"]
    assert counted(asker, "Notices") == "0"
    assert as_(a_coordinator()).get(page_url(notice)).status_code == 404
