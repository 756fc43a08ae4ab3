"""A sign-in that is half done, a factor that counts no more, an account without a password."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corps.accounts.actions.sign_in import change_password
from corps.accounts.models import User
from corps.accounts.roles import Role
from tests.accounts.passkeys import (
    add_app,
    add_passkey,
    code_of,
    prove,
    sign_in,
    sign_in_by_passkey,
)
from tests.accounts.test_second_factor import password_only
from tests.cast import PASSWORD, a_coordinator, a_user, a_volunteer

NEW = "entirely other words 77"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """No code changes under a test, and attempts of other tests do not count here."""
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


def a_person() -> tuple[User, str]:
    """A volunteer's account with an authenticator app, and the app's secret."""
    user = a_volunteer(account=True).user
    assert user is not None
    return user, add_app(password_only(user))


def half_way(user: User) -> Client:
    """A browser in which the password was given, and no code yet."""
    client = Client()
    answer = sign_in(client, user.username, PASSWORD)
    assert answer["Location"] == reverse("mfa_authenticate")
    return client


def end_password(user: User) -> None:
    """Choose another password."""
    change_password(user=User.objects.get(pk=user.pk), password=NEW, at=timezone.now())


def take_password(user: User) -> None:
    """Take the password, as a recovery does."""
    user.set_unusable_password()
    user.save()


def close(user: User) -> None:
    """Close the account."""
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("meanwhile", [end_password, take_password, close])
def test_a_code_does_not_finish_what_began_with_a_password_that_is_over(meanwhile: object) -> None:
    user, secret = a_person()
    thief = half_way(user)
    assert callable(meanwhile)
    meanwhile(user)
    for _ in range(2):
        answer = thief.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert answer["Location"] == reverse("account_login")
    assert "_auth_user_id" not in thief.session


def test_a_passkey_does_not_either() -> None:
    user = a_coordinator()
    key = add_passkey(password_only(user))
    thief = half_way(user)
    page = thief.get(reverse("mfa_authenticate"))
    assert page.status_code == 200
    end_password(user)
    answer = thief.post(reverse("mfa_authenticate"), {"credential": "{}"})
    assert answer["Location"] == reverse("account_login")
    again = Client()
    sign_in(again, user.username, NEW)
    prove(again, key)
    assert again.session["_auth_user_id"] == str(user.pk)


def test_with_the_password_it_began_with_it_is_finished() -> None:
    user, secret = a_person()
    client = half_way(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_app_that_counts_no_more_adds_no_passkey() -> None:
    user = a_user("staff", Role.AUDITOR, totp_allowed=True)
    secret = add_app(password_only(user))
    User.objects.filter(pk=user.pk).update(totp_allowed=False)
    cache.clear()
    thief = half_way(user)
    thief.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert thief.session["_auth_user_id"] == str(user.pk)
    said = "recover your account with its second factors removed"
    for name in ("mfa_add_webauthn", "mfa_activate_totp"):
        for answer in (
            thief.get(reverse(name)),
            thief.post(reverse(name), {"credential": "{}"}),
        ):
            assert (answer.status_code, said in answer.content.decode()) == (403, True), name
    page = thief.get(reverse("mfa_index")).content.decode()
    assert (said in page, reverse("mfa_add_webauthn") in page) == (True, False)
    assert thief.get("/admin/").status_code == 302
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_who_has_no_password_reads_so_on_the_page_that_changes_it() -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    key = add_passkey(client := password_only(user))
    assert client.get(reverse("account_change_password")).status_code == 200
    take_password(user)
    by_passkey = Client()
    sign_in_by_passkey(by_passkey, key)
    assert by_passkey.session["_auth_user_id"] == str(user.pk)
    answer = by_passkey.get(reverse("account_change_password"))
    assert (answer.status_code, "has no password" in answer.content.decode()) == (403, True)
