"""The way in: where each audience lands, and one-time links."""

from allauth.account import views as account_views
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from corps.accounts.actions.invitations import accept_invitation
from corps.accounts.forms import NewPasswordForm
from corps.accounts.queries.factors import kinds_enrolled
from corps.accounts.queries.invitations import open_invitation
from corps.accounts.queries.sight import signed_in
from corps.errors import NotFound, Refusal

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class NoPassword(Refusal):
    """The account has no password that could be changed: a recovery took it."""

    message = _lazy(
        "Your account has no password at present. A one-time link from an administrator or your "
        "coordinator sets one."
    )


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password. Raises NoPassword for who signs in by passkey alone."""
    if not signed_in(request.user).has_usable_password():
        raise NoPassword
    answer: HttpResponse = account_views.password_change(request)
    return answer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to their own door."""
    if isinstance(request.user, AnonymousUser):
        return redirect("account_login")
    return redirect("admin:index" if request.user.is_staff else "work:home")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a one-time link set a password, and sign them in where it is all they need.

    A link stands for the password alone: an account with a second factor is entered with that.
    Links that are used, over or unknown answer alike. Until the reader chooses a language, the page
    speaks the one kept with the account.
    """
    try:
        invitation = open_invitation(token, at=timezone.now())
        with override(_language(request, invitation.user.language)):
            return _join(request, token, invitation.user.username)
    except NotFound:
        return render(request, "portal/join_over.html", status=404)


def _join(request: HttpRequest, token: str, username: str) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            password = form.cleaned_data["password"]
            user = accept_invitation(token=token, password=password, at=timezone.now())
        except ValidationError as error:
            form.add_error("password", error)
        else:
            if kinds_enrolled(user):
                return _to_sign_in(request)
            login(request, user, backend=BACKEND)
            record_authentication(request, user, method="password")
            return redirect("home")
    response = render(request, "portal/join.html", {"form": form, "username": username})
    response.headers["Content-Language"] = get_language() or settings.LANGUAGE_CODE
    return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(
        request, _("Your new password is set. Sign in with it, and with your second factor.")
    )
    return redirect("account_login")


def _language(request: HttpRequest, kept: str) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else kept
