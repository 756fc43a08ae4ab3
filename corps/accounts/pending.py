"""A sign-in between password and second factor: it is worth what its password is worth."""

from allauth.account.internal.stagekit import clear_login, get_pending_stage
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from corps.accounts.models import User

BEGAN_WITH = "account_login_password"
"""Where the session keeps the mark of the password by which a sign-in began."""


def begin_sign_in(request: HttpRequest, user: User) -> None:
    """Keep the mark of the password (an HMAC, as in every session) that opens this sign-in."""
    request.session[BEGAN_WITH] = user.get_session_auth_hash()


def sign_in_is_stale(request: HttpRequest) -> bool:
    """Whether the sign-in under way began with a password that was changed or taken since, or at
    an account that was closed since; such a one is forgotten."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage is not None else None
    if not isinstance(user, User):
        return False
    began = str(request.session.get(BEGAN_WITH, ""))
    if user.is_active and constant_time_compare(began, user.get_session_auth_hash()):
        return False
    clear_login(request)
    request.session.pop(BEGAN_WITH, None)
    return True
