"""Name and password, compared in the same time whether anybody bears the name or not."""

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.hashers import is_password_usable, make_password, verify_password
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from corps.accounts.models import User
from corps.accounts.queries.sign_in import account_named


class SignInBackend(AuthenticationBackend):  # type: ignore[misc]
    """Lets in by name and password.

    A name that nobody bears, a wrong password, a closed account and one without a password yet take
    the same query and one evaluation of a password of the same kind; they are answered alike.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """Return the open account of that name and password, or None."""
        if not username or not password:
            return None
        found, stored = account_named(username)
        known = bool(stored) and is_password_usable(stored)
        right, stale = verify_password(password, stored if known else _decoy(_hasher()))
        user = User.objects.filter(pk=found).first() if known and right else None
        if user is not None and stale:
            user.set_password(password)
            user.save(update_fields=["password"])
        return user


@cache
def _decoy(hasher: str) -> str:
    """Return the hash of a password that nobody knows."""
    return make_password(get_random_string(40))


def _hasher() -> str:
    return str(settings.PASSWORD_HASHERS[0])
