"""The way in: where each audience lands, and one-time links."""

from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from corps.accounts.actions import accept_invitation
from corps.accounts.forms import NewPasswordForm
from corps.accounts.queries import open_invitation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to their own door."""
    if isinstance(request.user, AnonymousUser):
        return redirect("account_login")
    return redirect("admin:index" if request.user.is_staff else "portal:home")


@never_cache
@sensitive_post_parameters("password", "again")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a one-time link set a password, and sign them in."""
    invitation = open_invitation(token, at=timezone.now())
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(token=token, password=form.cleaned_data["password"], at=timezone.now())
        except ValidationError as error:
            form.add_error("password", error)
        else:
            login(request, user, backend=BACKEND)
            return redirect("home")
    context = {"form": form, "username": invitation.user.username}
    return render(request, "portal/join.html", context)
