"""The coordinators' door to the register: the list and a volunteer's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, User
from corps.accounts.queries.sight import desks_visible_to
from corps.accounts.rules.sharing import last_day_before
from corps.adminkit import scope
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from volunteers.admin import looks, register
from volunteers.admin.people_buttons import BUTTONS, LIST_BUTTONS, PANEL_BUTTONS
from volunteers.models import Volunteer
from volunteers.models.people import Wish
from volunteers.queries.availability import as_own_window, windows_ahead, zone_of
from volunteers.queries.people import shares_of, volunteers_visible_to
from volunteers.queries.register import Facts, facts_of
from volunteers.queries.vetting import cases_visible_to, cleared_until
from volunteers.rules import can_change_volunteer

scope.register(Desk, desks_visible_to)


@admin.register(Volunteer)
class VolunteerAdmin(GuardedAdmin[Volunteer]):
    """The register."""

    visible_to = staticmethod(volunteers_visible_to)
    may_change = staticmethod(can_change_volunteer)
    list_display = (
        "callsign",
        "standing_pill",
        "clearance",
        "languages",
        "skills",
        "next_free",
        "desk",
    )
    list_filter = (
        "standing",
        "desk",
        register.ClearanceFilter,
        register.AccountFilter,
    )
    list_select_related = ("desk",)
    filter_form = register.RegisterForm
    search_fields = ("callsign",)
    search_help_text = _("Callsign")
    sortable_by = ("callsign", "desk")
    ordering = ("callsign",)
    object_page = "admin/volunteers/volunteer/page.html"
    buttons = (*BUTTONS, *PANEL_BUTTONS)
    head_buttons = BUTTONS
    list_buttons = LIST_BUTTONS

    # -- the list

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns; the desk is one for those who have several."""
        columns = super().get_list_display(request)
        several = len(viewer_of(request).desks.all()[:2]) > 1
        return columns if several else [name for name in columns if name != "desk"]

    def for_page(self, viewer: User, rows: list[Volunteer]) -> None:
        """Fetch the facts of the page's volunteers."""
        facts = facts_of(rows, at=timezone.now())
        for row in rows:
            row.facts = facts[row.pk]  # type: ignore[attr-defined]

    @admin.display(description=_("standing"))
    def standing_pill(self, row: Volunteer) -> SafeString:
        """The standing as a pill."""
        return looks.standing_pill(row)

    @admin.display(description=_("clearance"))
    def clearance(self, row: Any) -> SafeString:
        """The clearance and its last day."""
        return looks.clearance_shown(row.facts.clearance)

    @admin.display(description=_("languages"))
    def languages(self, row: Any) -> SafeString:
        """The languages with their speaking level."""
        return looks.languages_shown(row.facts.languages)

    @admin.display(description=_("skills"))
    def skills(self, row: Any) -> SafeString:
        """The skills with their level."""
        return looks.skills_shown(row.facts.skills)

    @admin.display(description=_("free from"))
    def next_free(self, row: Any) -> SafeString | str:
        """The next day on which the volunteer is available."""
        return looks.next_free_shown(row.facts)

    # -- a volunteer's page

    def page_context(self, request: HttpRequest, obj: Volunteer) -> dict[str, Any]:
        """Return what stands on a volunteer's page."""
        viewer, now = viewer_of(request), timezone.now()
        facts: Facts = facts_of([obj], at=now)[obj.pk]
        wishes = dict(Wish.choices)
        zone = zone_of(obj)
        windows = windows_ahead(obj, at=now)[:8]
        return {
            "facts": facts,
            "clearance": looks.clearance_shown(facts.clearance),
            "standing": looks.standing_pill(obj),
            "wishes": [wishes.get(wish, wish) for wish in obj.wishes],
            "windows": [as_own_window(window, zone) for window in windows],
            "weekly": obj.weekly_rules.all(),
            "next_free": looks.next_free_shown(facts),
            "cases": self._cases(viewer, obj),
            "shared_with": self._shares(viewer, obj),
            "may_change": can_change_volunteer(viewer, obj),
            "lines": timeline(obj, viewer, limit=12),
            "panel_steps": self.steps_by_name(request, obj, PANEL_BUTTONS),
        }

    def _shares(self, viewer: User, obj: Volunteer) -> list[tuple[str, Any]]:
        return [
            (share.user.username, share.until and last_day_before(share.until, viewer.time_zone))
            for share in shares_of(obj, at=timezone.now())
        ]

    def _cases(self, viewer: User, obj: Volunteer) -> list[dict[str, Any]]:
        cases = cases_visible_to(viewer).filter(volunteer=obj).order_by("-state_since")
        return [
            {
                "case": case,
                "pill": looks.case_pill(case),
                "until": cleared_until(case) if case.holds else None,
            }
            for case in cases
        ]
