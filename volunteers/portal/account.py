"""The volunteer's own account: language, stepping back for a while, and the ways out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from corps.accounts.queries.sight import signed_in
from corps.errors import NotFound, Refusal
from volunteers.actions.language import choose_language
from volunteers.actions.people import change_standing
from volunteers.forms.account import PAUSE, LanguageForm, StandingForm
from volunteers.queries.people import own_volunteer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the account; a POST pauses or resumes."""
    volunteer = own_volunteer(request.user)
    if request.method == "POST":
        form = StandingForm(request.POST)
        if not form.is_valid():
            raise NotFound
        move = form.cleaned_data["standing"]
        try:
            change_standing(
                volunteer=volunteer, move_name=move, by=signed_in(request.user), at=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _paused() if move == PAUSE else _("Welcome back."))
        return redirect("portal:account")
    return render(request, "portal/account.html", {"volunteer": volunteer})


def _paused() -> str:
    return _("You are on a pause. Places you hold stay yours; no new ones are offered.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language with the account and on this device; go back to where it was chosen."""
    volunteer = own_volunteer(request.user)
    form = LanguageForm(request.POST or None)
    if not form.is_valid():
        return redirect("portal:account")
    code = form.cleaned_data["language"]
    choose_language(
        volunteer=volunteer, language=code, by=signed_in(request.user), at=timezone.now()
    )
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure()):
        after = "portal:account"
    with override(code):
        messages.success(request, _("Language saved."))
    response = redirect(after)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        samesite="Lax",
        secure=settings.SECURE,
        httponly=True,
    )
    return response
