"""The volunteer's pages that show work: what waits, the calendar, offers, places, and leaving."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from corps.accounts.queries.sight import signed_in
from corps.errors import NotFound, Refusal
from deployments.actions.assignments import accept_offer, decline_offer, withdraw_assignment
from deployments.actions.standing import withdraw_volunteer
from deployments.queries.assignments import find_own_assignment
from deployments.queries.calendar import calendar_day, front_page, month_of
from deployments.queries.places import needs_of, offers_of, own_place, own_places, places_of
from volunteers.actions.availability import set_days
from volunteers.forms.availability import DayForm, DaysForm
from volunteers.queries.availability import has_left, today_of, zone_of
from volunteers.queries.consents import texts_wait
from volunteers.queries.people import own_volunteer

ANSWERS = {"accept": accept_offer, "decline": decline_offer}
A_PAGE = 20


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, the next days, and the places held."""
    volunteer = own_volunteer(request.user)
    page = front_page(volunteer, at=timezone.now())
    context = {"volunteer": volunteer, "page": page, "texts_wait": texts_wait(volunteer)}
    return render(request, "portal/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month; a POST changes one day."""
    if request.htmx and not request.user.is_authenticated:  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    return _calendar(request)


@login_required
def _calendar(request: HttpRequest) -> HttpResponse:
    volunteer, now = own_volunteer(request.user), timezone.now()
    if request.method == "POST":
        return _set_day(request)
    month = month_of(volunteer, request.GET.get("month", ""), at=now)
    form = DaysForm(today=today_of(volunteer, at=now), auto_id="days_%s")
    context = {"month": month, "form": form, "locked": has_left(volunteer)}
    return render(request, "portal/calendar.html", context)


def _set_day(request: HttpRequest) -> HttpResponse:
    """Change one day: answer its new cell to htmx, else go back to its month."""
    volunteer, now = own_volunteer(request.user), timezone.now()
    form = DayForm(request.POST)
    if not form.is_valid():
        raise NotFound
    day, kind = form.cleaned_data["set"]
    try:
        set_days(
            volunteer=volunteer, first=day, last=day, kind=kind, by=signed_in(request.user), at=now
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseClientRefresh() if request.htmx else _to_month(day)  # type: ignore[attr-defined]
    if request.htmx:  # type: ignore[attr-defined]
        changed = calendar_day(volunteer, day, at=now)
        return render(request, "partials/day_changed.html", {"cell": changed})
    return _to_month(day)


def _to_month(day: date) -> HttpResponse:
    month = reverse("work:calendar", query={"month": f"{day:%Y-%m}"})
    return redirect(f"{month}#day-{day.isoformat()}")


@login_required
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """List the offers: those that wait, then those that are answered or over."""
    return _list(request, "portal/offers.html", offers_of)


@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List the places the volunteer holds or held."""
    return _list(request, "portal/places.html", places_of)


def _list(request: HttpRequest, template: str, asked: Callable[..., Any]) -> HttpResponse:
    volunteer, now = own_volunteer(request.user), timezone.now()
    page = Paginator(asked(volunteer), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "volunteer": volunteer,
        "page": page,
        "places": own_places(page.object_list, volunteer),
        "now": now,
    }
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one offer or place; a POST answers the offer."""
    assignment, now = find_own_assignment(request.user, pk), timezone.now()
    if request.method == "POST":
        answer = ANSWERS.get(request.POST.get("answer", ""))
        if answer is None:
            raise NotFound
        _try(request, answer, assignment=assignment, by=signed_in(request.user), at=now)
        return redirect("work:offer", pk=pk)
    context = {
        "place": own_place(assignment, zone_of(assignment.volunteer)),
        "needs": needs_of(assignment.slot),
        "volunteer": assignment.volunteer,
        "now": now,
    }
    return render(request, "portal/offer.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask once more, then give a place back; no reason is asked."""
    assignment, now = find_own_assignment(request.user, pk), timezone.now()
    if request.method == "POST":
        _try(
            request, withdraw_assignment, assignment=assignment, by=signed_in(request.user), at=now
        )
    place = own_place(assignment, zone_of(assignment.volunteer))
    if request.method == "POST" or not place.can_withdraw:
        return redirect("work:offer", pk=pk)
    return render(request, "portal/withdraw.html", {"place": place})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Ask once more, then withdraw the volunteer from Corps; no reason is asked."""
    volunteer = own_volunteer(request.user)
    if request.method == "POST":
        _try(
            request,
            withdraw_volunteer,
            volunteer=volunteer,
            by=signed_in(request.user),
            at=timezone.now(),
        )
    if request.method == "POST" or volunteer.standing == "withdrawn":
        return redirect("portal:account")
    return render(request, "portal/leave.html", {"volunteer": volunteer})


def _try(request: HttpRequest, action: Callable[..., None], **what: Any) -> None:
    """Do it; where it is no longer possible, say so in a sentence."""
    try:
        action(**what)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
