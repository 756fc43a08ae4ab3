"""What is held about the volunteer, who looked at it, and their own identity in the clear."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from corps.accounts.queries.sight import signed_in
from corps.accounts.second_factor import factor_added_at, factor_used_at, recent_factor_required
from volunteers.actions.reveal import IdentityErased, see_own_identity
from volunteers.queries.people import own_volunteer
from volunteers.queries.record import in_words, looks_at, parts_kept
from volunteers.rules import OwnIdentityTooSoon


@login_required
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Show what is held by the names of its parts, and who looked, newest first."""
    volunteer = own_volunteer(request.user)
    looks, more = looks_at(volunteer, after=_cursor(request.GET.get("after", "")))
    context = {
        "volunteer": volunteer,
        "parts": parts_kept(volunteer),
        "looks": looks,
        "more": more,
        "first_page": "after" not in request.GET,
    }
    return render(request, "portal/record.html", context)


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
@require_GET
@recent_factor_required
def own_identity(request: HttpRequest) -> HttpResponse:
    """Show the volunteer's own identity in the clear, in this answer alone."""
    try:
        document = see_own_identity(
            volunteer=own_volunteer(request.user),
            by=signed_in(request.user),
            proved_at=factor_used_at(request),
            factor_added_at=factor_added_at(request),
            at=timezone.now(),
        )
    except (IdentityErased, OwnIdentityTooSoon) as refusal:
        return render(request, "portal/record_identity.html", {"why": str(refusal)})
    response = render(request, "portal/record_identity.html", {"parts": in_words(document)})
    response["Cache-Control"] = "no-store"
    return response
