"""Saying when one is free: several days at once, every week, and taking back what was said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from corps.accounts.queries.sight import signed_in
from corps.errors import NotFound, Refusal
from volunteers.actions.availability import remove_window, set_days, set_weekly_rules
from volunteers.forms.availability import DaysForm, WeeklyForm, WindowForm
from volunteers.queries.availability import (
    as_own_window,
    today_of,
    weekly_kinds,
    windows_ahead,
    zone_of,
)
from volunteers.queries.people import own_volunteer

WINDOWS_A_PAGE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    """Say what several days are, the first and the last included."""
    volunteer, now = own_volunteer(request.user), timezone.now()
    form = DaysForm(request.POST or None, today=today_of(volunteer, at=now))
    if request.method == "POST" and form.is_valid():
        try:
            set_days(volunteer=volunteer, by=signed_in(request.user), at=now, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Thank you."))
            month = f"{form.cleaned_data['first']:%Y-%m}"
            return redirect(reverse("work:calendar", query={"month": month}))
    return render(request, "portal/days.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: HttpRequest) -> HttpResponse:
    """Say what each weekday is, every week."""
    volunteer, now = own_volunteer(request.user), timezone.now()
    form = WeeklyForm(request.POST or None, kinds=weekly_kinds(volunteer))
    if request.method == "POST" and form.is_valid():
        try:
            set_weekly_rules(
                volunteer=volunteer, kinds=form.kinds(), by=signed_in(request.user), at=now
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Thank you."))
            return redirect("work:calendar")
    return render(request, "portal/weekly.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entries(request: HttpRequest) -> HttpResponse:
    """Show the windows that are not over; a POST takes one back."""
    volunteer, now = own_volunteer(request.user), timezone.now()
    if request.method == "POST":
        form = WindowForm(request.POST)
        if not form.is_valid():
            raise NotFound
        try:
            remove_window(
                volunteer=volunteer,
                window_id=form.cleaned_data["window"],
                by=signed_in(request.user),
                at=now,
            )
        except NotFound:
            messages.info(request, _("This entry was gone already."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The entry is removed."))
        return redirect("portal:entries")
    page = Paginator(windows_ahead(volunteer, at=now), WINDOWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    windows = [as_own_window(window, zone_of(volunteer)) for window in page]
    return render(request, "portal/entries.html", {"page": page, "windows": windows})
