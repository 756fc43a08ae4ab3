"""What somebody may do to their own account, and what allauth's pages may not keep."""

import pytest
from allauth.account.models import EmailAddress
from django.db import ProgrammingError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from corps.accounts.models import User
from corps.audit.models import Entry
from tests.admin.doors import BACKEND, as_
from tests.cast import PASSWORD, a_coordinator, a_volunteer
from tests.conftest import as_admin

NEW = "another long pass phrase"
CHANGE = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}


def change_own_password(user: User) -> None:
    """Confirm the old password, then choose a new one."""
    client = as_(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_change_password"), CHANGE)
    user.refresh_from_db()


@pytest.mark.django_db
def test_a_changed_password_is_one_entry_and_ends_other_sessions() -> None:
    user = a_coordinator()
    elsewhere = as_(user)
    change_own_password(user)
    assert user.check_password(NEW)
    assert Entry.objects.filter(verb="account.password_changed", actor=user.username).count() == 1
    assert elsewhere.get("/admin/").status_code == 302


def test_without_the_entry_the_password_stays(committed_db: str) -> None:
    user = a_coordinator()
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    as_admin("REVOKE INSERT ON ledger.ledger_entry FROM {}", "corps_app", database=committed_db)
    with pytest.raises(ProgrammingError):
        client.post(reverse("account_change_password"), CHANGE)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["email/", "password/reset/", "password/set/", "confirm-email/"])
def test_no_page_takes_an_e_mail_address(path: str) -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    client = as_(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    given = {"action_add": "", "email": "hong@example.org"}
    assert client.get(f"/account/{path}").status_code == 404
    assert client.post(f"/account/{path}", given).status_code == 404
    assert not EmailAddress.objects.exists()


def test_the_pages_that_ask_for_addresses_have_none() -> None:
    for name in ("account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/portal/", "/portal/calendar/", "/portal/account/", "/nothing/"])
def test_no_browser_keeps_a_page(page: str) -> None:
    user = a_volunteer(account=True).user
    assert user is not None
    assert "no-store" in as_(user).get(page)["Cache-Control"]
