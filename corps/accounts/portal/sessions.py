"""Where somebody is signed in: one page for staff and volunteers."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from corps.accounts.actions.sessions import end_other_sessions, end_session
from corps.accounts.queries.sessions import sessions_of
from corps.accounts.queries.sight import signed_in
from corps.accounts.sessions import SessionStore


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where the reader is signed in; end one of these, or all others."""
    user, now = signed_in(request.user), timezone.now()
    this = cast("SessionStore", request.session).row_key
    if request.method != "POST":
        own = sessions_of(user, this=this, at=now)
        return render(request, "account/sessions.html", {"sessions": own})
    if "others" in request.POST:
        end_other_sessions(user=user, keep=this, at=now)
    else:
        end_session(user=user, key=request.POST.get("session", ""), at=now)
    if request.POST.get("session") != this:
        messages.success(request, _("Signed out there."))
    return redirect("account_sessions")
