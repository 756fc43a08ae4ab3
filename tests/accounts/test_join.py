"""The join page: one password, one use, and one calm answer for every link that does not open."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from corps.accounts.actions.invitations import invite_user
from corps.accounts.models import User
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.logs import DiscreetFormatter
from tests.cast import NOW, PASSWORD

pytestmark = pytest.mark.django_db

NEW = "열두 글자가 넘는 비밀번호"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def a_link(username: str = "매-800", language: str = "ko") -> str:
    user = User.objects.create_user(username, language=language)
    return invite_user(user=user, by=COMMAND, at=NOW).path


def send(client: Client, path: str, password: str = NEW, again: str | None = None) -> Any:
    return client.post(path, {"password": password, "again": password if again is None else again})


def without_tokens(content: bytes, path: str) -> bytes:
    """The page without the reader's own form token and the address it was asked under."""
    plain = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    return plain.replace(path.encode(), b"")


def test_a_password_is_set_and_the_holder_is_signed_in(client: Client) -> None:
    path = a_link()
    assert client.get(path).status_code == 200
    answer = send(client, path)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    user = User.objects.get(username="매-800")
    assert user.check_password(NEW)
    assert client.session["_auth_user_id"] == str(user.pk)
    verbs = [entry.verb for entry in Entry.objects.order_by("number")]
    assert verbs == ["account.invited", "account.joined", "account.signed_in"]


def test_looking_at_the_page_does_not_use_the_link_up(client: Client) -> None:
    path = a_link()
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert send(client, path).status_code == 302


def test_used_over_and_unknown_links_answer_alike() -> None:
    used, over, unknown = a_link("a"), a_link("b"), f"/join/{'x' * 43}/"
    send(Client(), used)
    with time_machine.travel(NOW + timedelta(hours=72), tick=False):
        answers = [(path, Client().get(path)) for path in (used, over, unknown)]
    assert {answer.status_code for _, answer in answers} == {404}
    assert len({without_tokens(answer.content, path) for path, answer in answers}) == 1


def test_a_link_opens_until_its_last_second(client: Client) -> None:
    path = a_link()
    with time_machine.travel(NOW + timedelta(hours=72, seconds=-1), tick=False):
        assert client.get(path).status_code == 200


def test_a_used_link_sets_no_password(client: Client) -> None:
    path = a_link()
    send(client, path)
    assert send(Client(), path, "ein ganz anderes Passwort").status_code == 404
    assert User.objects.get(username="매-800").check_password(NEW)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ko", "이 비밀번호는 너무 짧습니다. 최소 12자 이상이어야 합니다."),
        ("en", "This password is too short. It must contain at least 12 characters."),
        ("uk", "Пароль занадто короткий. Він має складатися щонайменше з 12 символів."),
    ],
    ids=["ko", "en", "uk"],
)
def test_a_short_password_is_refused_in_the_readers_language(
    client: Client, language: str, says: str
) -> None:
    path = a_link(language=language)
    answer = send(client, path, "too short")
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert answer["Content-Language"] == language
    assert not User.objects.get(username="매-800").has_usable_password()


def test_the_reader_may_choose_another_language(client: Client) -> None:
    path = a_link(language="ko")
    answer = client.post("/language/", {"language": "en", "next": path}, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert '<html lang="en">' in answer.content.decode()


def test_two_different_passwords_are_refused(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = send(client, a_link(), NEW, NEW + "!")
    assert "The two passwords differ." in answer.content.decode()
    assert not User.objects.get(username="매-800").has_usable_password()


def test_what_was_typed_does_not_come_back(client: Client) -> None:
    assert NEW not in send(client, a_link(), NEW, "else").content.decode()


def test_the_link_of_a_closed_account_does_not_open(client: Client) -> None:
    path = a_link()
    User.objects.update(is_active=False)
    assert client.get(path).status_code == 404


def test_the_token_stands_in_no_log_line(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    token = "y" * 43
    with caplog.at_level(logging.DEBUG):
        client.get(f"/join/{token}/")
    lines = [DiscreetFormatter().format(record) for record in caplog.records]
    assert [line for line in lines if "/join/" in line] != []
    assert [line for line in lines if token in line] == []


def test_the_token_stands_in_no_entry() -> None:
    path = a_link()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"password": NEW, "again": NEW}).status_code == 403
    token = path.split("/")[2]
    assert Entry.objects.filter(verb="access.refused").count() == 1
    assert [entry for entry in Entry.objects.all() if token in str(vars(entry))] == []


def test_a_volunteer_who_was_invited_again_keeps_the_old_password_until_then(
    client: Client,
) -> None:
    user = User.objects.create_user("매-801", PASSWORD)
    path = invite_user(user=user, by=COMMAND, at=NOW).path
    client.get(path)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_page_is_not_kept_by_the_browser(client: Client) -> None:
    answer = client.get(a_link())
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
