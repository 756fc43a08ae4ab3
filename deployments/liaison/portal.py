"""The volunteer's own page of what was told about them outside."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deployments.liaison.queries.disclosures import own_disclosures
from volunteers.queries.people import own_volunteer


@login_required
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Show what was told to whom, when and what for, newest first; never a value."""
    volunteer = own_volunteer(request.user)
    context = {"volunteer": volunteer, "disclosures": own_disclosures(volunteer)}
    return render(request, "portal/told.html", context)
