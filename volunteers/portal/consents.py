"""The volunteer's consents: each text that holds, given and withdrawn on one page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corps.accounts.queries.sight import signed_in
from corps.errors import NotFound, Refusal
from volunteers.actions.consents import give_consent, withdraw_consent
from volunteers.forms.consents import AnswerForm
from volunteers.queries.consents import standings_of
from volunteers.queries.people import own_volunteer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Show each text and how the volunteer stands to it; a POST answers one.

    To withdraw the consent to being in the register is to leave, so that leads there.
    """
    volunteer = own_volunteer(request.user)
    if request.method == "POST":
        return _answer(request, {"volunteer": volunteer, "by": signed_in(request.user)})
    context = {"volunteer": volunteer, "standings": standings_of(volunteer)}
    return render(request, "portal/consents.html", context)


def _answer(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise NotFound
    term, given["at"] = form.cleaned_data["term"], timezone.now()
    if form.cleaned_data["answer"] == "give":
        _give(request, term, given)
    elif term.purpose == "register":
        return redirect("work:leave")
    else:
        withdraw_consent(purpose=term.purpose, role=term.role, **given)
        messages.success(request, _("Withdrawn. From now on nothing more is done by it."))
    return redirect("portal:consents")


def _give(request: HttpRequest, term: Any, given: dict[str, Any]) -> None:
    try:
        give_consent(term=term, **given)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. You can withdraw it here at any time."))
