"""Adding and removing second factors: by the factor one has, with an entry, and sealed."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from corps.accounts.actions.invitations import invite_user
from corps.accounts.actions.own_factors import open_secret
from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.audit.models import Entry
from corps.vault.sealing import SealBroken
from tests.accounts.passkeys import (
    SoftKey,
    add_app,
    add_passkey,
    code_of,
    options_on,
    prove,
    sign_in,
)
from tests.accounts.test_second_factor import ENROL, PROVE, password_only
from tests.cast import PASSWORD, a_coordinator, a_user, a_volunteer
from tests.conftest import as_admin

NEW = "ten geese over the water"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """No code changes under a test, and attempts of other tests do not count here."""
    cache.clear()
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield


def a_person(name: str = "매-700") -> User:
    """A volunteer's account."""
    user = a_volunteer(name, account=True).user
    assert user is not None
    return user


def told() -> list[tuple[str, str, Any]]:
    """The entries about factors."""
    found = Entry.objects.filter(verb__startswith="account.factor_").order_by("number")
    return [(entry.verb, entry.object, entry.facts) for entry in found]


@pytest.mark.django_db
def test_adding_and_removing_are_entered() -> None:
    client = password_only(a_coordinator())
    add_passkey(client)
    add_passkey(client)
    first = Authenticator.objects.order_by("pk")[0]
    client.post(reverse("mfa_remove_webauthn", args=[first.pk]))
    assert told() == [
        ("account.factor_added", "coordinator", {"factor": "webauthn"}),
        ("account.factor_added", "coordinator", {"factor": "webauthn"}),
        ("account.factor_removed", "coordinator", {"factor": "webauthn"}),
    ]


@pytest.mark.django_db
def test_an_app_and_its_codes_are_entered_added_and_removed() -> None:
    client = password_only(a_person())
    add_app(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert [(verb, facts["factor"]) for verb, _, facts in told()] == [
        ("account.factor_added", "totp"),
        ("account.factor_added", "recovery_codes"),
        ("account.factor_added", "recovery_codes"),
        ("account.factor_removed", "totp"),
        ("account.factor_removed", "recovery_codes"),
    ]
    assert not Authenticator.objects.exists()


def test_without_the_entry_no_factor_is_added(committed_db: str) -> None:
    client = password_only(a_coordinator())
    page, key = reverse("mfa_add_webauthn"), SoftKey()
    sent = {"credential": key.create(options_on(client.get(page)))}
    as_admin("REVOKE INSERT ON ledger.ledger_entry FROM {}", "corps_app", database=committed_db)
    with pytest.raises(DatabaseError):
        client.post(page, sent)
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_a_phished_password_adds_no_passkey_beside_the_owners() -> None:
    user = a_coordinator()
    add_passkey(password_only(user))
    thief, page = Client(), reverse("mfa_add_webauthn")
    thief.login(username=user.username, password=PASSWORD)
    assert thief.get(page)["Location"].startswith(PROVE)
    thief.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for path in (
        page,
        reverse("account_change_password"),
        reverse("mfa_remove_webauthn", args=[Authenticator.objects.get().pk]),
    ):
        assert thief.get(path)["Location"].startswith(PROVE), path
        assert thief.post(path, {"credential": "{}"}).status_code in {302, 403}, path
    assert Authenticator.objects.count() == 1
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_the_password_page_leads_who_has_a_factor_to_the_factor() -> None:
    user = a_person()
    client = password_only(user)
    add_passkey(client)
    answer = client.get(reverse("account_reauthenticate") + "?next=/portal/")
    assert answer["Location"] == "/account/second-factor/prove/passkey/?next=%2Fportal%2F"


@pytest.mark.django_db
def test_a_factor_from_before_five_minutes_adds_none(time_machine_at: Any) -> None:
    client = password_only(a_coordinator())
    key = add_passkey(client)
    time_machine_at.shift(301)
    page = reverse("mfa_add_webauthn")
    assert client.get(page)["Location"] == f"{PROVE}?next={page.replace('/', '%2F')}"
    prove(client, key, "mfa_reauthenticate_webauthn")
    assert client.get(page).status_code == 200


@pytest.fixture
def time_machine_at() -> Any:
    """A clock that a test moves, in seconds."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        yield clock


@pytest.mark.django_db
def test_other_sessions_end_when_a_factor_is_added_or_removed() -> None:
    user = a_person()
    here, there = password_only(user), password_only(user)
    assert there.get("/portal/").status_code == 200
    add_app(here)
    assert there.get("/portal/").status_code == 302
    assert here.get("/portal/").status_code == 200


@pytest.mark.django_db
def test_staff_do_not_remove_their_last_factor() -> None:
    client = password_only(a_user("staff", Role.AUDITOR, totp_allowed=True))
    add_passkey(client)
    only = Authenticator.objects.get(type="webauthn")
    answer = client.post(reverse("mfa_remove_webauthn", args=[only.pk]))
    assert (answer.status_code, Authenticator.objects.filter(pk=only.pk).exists()) == (403, True)
    add_app(client)
    client.post(reverse("mfa_remove_webauthn", args=[only.pk]))
    assert not Authenticator.objects.filter(type="webauthn").exists()
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.django_db
def test_nobody_removes_somebody_elses_passkey() -> None:
    mine, other = password_only(a_person("매-701")), password_only(a_person("매-702"))
    add_passkey(mine)
    add_passkey(other)
    theirs = Authenticator.objects.filter(user__username="매-702", type="webauthn").get()
    absent = mine.post(reverse("mfa_remove_webauthn", args=[theirs.pk + 1000]))
    hidden = mine.post(reverse("mfa_remove_webauthn", args=[theirs.pk]))
    assert (hidden.status_code, hidden.content) == (404, absent.content)


@pytest.mark.django_db
def test_a_one_time_link_sets_the_password_and_leaves_the_factor() -> None:
    user = a_coordinator()
    key = add_passkey(password_only(user))
    path = invite_user(user=user, by=COMMAND, at=datetime.now(UTC)).path
    client = Client()
    answer = client.post(path, {"password": NEW, "again": NEW})
    assert answer["Location"] == "/account/login/"
    assert client.get("/portal/")["Location"] == "/account/login/?next=/portal/"
    assert Authenticator.objects.filter(user=user).count() == 1
    assert sign_in(client, user.username, NEW)["Location"] == ENROL + "prove/"
    prove(client, key)
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_nothing_of_a_secret_stands_in_the_row() -> None:
    user = a_person()
    secret = add_app(password_only(user))
    for row in Authenticator.objects.filter(user=user):
        assert set(row.data) <= {"secret", "seed", "used_mask", "viewed_at"}
        text = str(row.data)
        raw = base64.b32decode(secret)
        for form in (secret, secret.lower(), raw.hex(), base64.b64encode(raw).decode()):
            assert form not in text
    user.refresh_from_db()
    assert open_secret(user, Authenticator.objects.get(type="totp").data["secret"]) == secret


@pytest.mark.django_db
def test_a_secret_moved_to_another_account_opens_nothing() -> None:
    victim, thief = a_person("매-703"), a_person("매-704")
    secret = add_app(password_only(thief))
    add_app(password_only(victim))
    stolen = Authenticator.objects.get(user=thief, type="totp").data
    Authenticator.objects.filter(user=victim, type="totp").update(data=stolen)
    client = Client()
    sign_in(client, victim.username)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    victim.refresh_from_db()
    with pytest.raises(SealBroken):
        open_secret(victim, stolen["secret"])


@pytest.mark.django_db
def test_seeds_of_recovery_codes_are_sealed_for_their_owner() -> None:
    one, other = a_person("매-705"), a_person("매-706")
    add_app(password_only(one))
    add_app(password_only(other))
    seed = Authenticator.objects.get(user=one, type="recovery_codes").data["seed"]
    one.refresh_from_db()
    other.refresh_from_db()
    assert len(open_secret(one, seed)) == 80
    with pytest.raises(SealBroken):
        open_secret(other, seed)


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", ["", "!", "AAAA"])
def test_what_was_never_sealed_opens_nothing(sealed: str) -> None:
    user = a_person()
    add_app(password_only(user))
    user.refresh_from_db()
    with pytest.raises(SealBroken):
        open_secret(user, sealed)


@pytest.mark.django_db
def test_a_used_code_is_not_taken_again() -> None:
    user = a_person()
    secret = add_app(password_only(user))
    code, lands = code_of(secret), []
    for _ in range(2):
        client = Client()
        sign_in(client, user.username)
        lands.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert lands == [302, 200]
