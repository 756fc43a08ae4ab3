"""The vetting officers' and approvers' door."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import FormButton, in_source_of, move_button, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill
from volunteers.actions import vetting
from volunteers.admin import looks
from volunteers.forms.vetting import CheckForm, DecisionForm, RecommendationForm
from volunteers.models import VettingCase, VettingCheck
from volunteers.queries.vetting import cases_visible_to, cleared_until
from volunteers.rules import can_decide_vetting, can_revoke_clearance, can_vet
from volunteers.states import VETTING

CHECK_LOOKS = {"passed": "is-ok", "concern": "is-attention", "failed": "is-blocked"}


def begin_checks(request: HttpRequest, obj: VettingCase, reason: str) -> None:
    """Begin the checks."""
    vetting.begin_checks(case=obj, by=viewer_of(request), at=timezone.now())


def enter_check(request: HttpRequest, obj: VettingCase, form: CheckForm) -> None:
    """Enter how a check came out."""
    by = viewer_of(request)
    vetting.enter_check(case=obj, **form.cleaned_data, by=by, at=timezone.now())


def recommend(request: HttpRequest, obj: VettingCase, form: RecommendationForm) -> None:
    """Recommend a level."""
    level, by = form.cleaned_data["level"], viewer_of(request)
    vetting.recommend_clearance(case=obj, level=level, by=by, at=timezone.now())


def clear(request: HttpRequest, obj: VettingCase, form: DecisionForm) -> None:
    """Grant the clearance."""
    by = viewer_of(request)
    vetting.decide_clearance(case=obj, **form.cleaned_data, by=by, at=timezone.now())


def refuse(request: HttpRequest, obj: VettingCase, reason: str) -> None:
    """Refuse the clearance."""
    vetting.refuse_clearance(case=obj, reason=reason, by=viewer_of(request), at=timezone.now())


def revoke(request: HttpRequest, obj: VettingCase, reason: str) -> None:
    """Revoke the clearance."""
    vetting.revoke_clearance(case=obj, reason=reason, by=viewer_of(request), at=timezone.now())


@admin.register(VettingCase)
class VettingCaseAdmin(GuardedAdmin[VettingCase]):
    """Vetting cases, each on a page with its checks and its steps."""

    visible_to = staticmethod(cases_visible_to)
    list_display = ("volunteer", "state_pill", "state_since", "recommended", "granted", "last_day")
    list_filter = ("state", "level")
    list_select_related = ("volunteer__desk",)
    search_fields = ("volunteer__callsign",)
    search_help_text = _("Callsign")
    sortable_by = ("state_since",)
    ordering = ("-state_since", "pk")
    object_page = "admin/volunteers/vettingcase/page.html"
    buttons = (
        move_button(
            VETTING,
            "check",
            run=begin_checks,
            allowed=can_vet,
            says=_("The checks of this volunteer are under way from now on."),
            look="primary",
        ),
        FormButton(
            name="enter-check",
            label=_("Enter a check"),
            says=_("A check of the same kind that was entered before is replaced."),
            asks=CheckForm,
            run=enter_check,
            allowed=can_vet,
            when=lambda obj: obj.state == "checks",
            look="primary",
        ),
        FormButton(
            name="recommend",
            label=VETTING.moves["recommend"].label,
            says=_("An approver, who is somebody else, decides on your recommendation."),
            asks=RecommendationForm,
            run=recommend,
            allowed=can_vet,
            when=in_source_of(VETTING, "recommend"),
        ),
        FormButton(
            name="clear",
            label=VETTING.moves["clear"].label,
            says=_("Grants the clearance from today to its last day."),
            asks=DecisionForm,
            run=clear,
            allowed=can_decide_vetting,
            when=in_source_of(VETTING, "clear"),
            look="primary",
        ),
        move_button(
            VETTING,
            "refuse",
            run=refuse,
            allowed=can_decide_vetting,
            says=_("No clearance is granted. The volunteer reads that it was not granted."),
            look="danger",
        ),
        move_button(
            VETTING,
            "revoke",
            run=revoke,
            allowed=can_revoke_clearance,
            says=_("The clearance ends at once."),
            look="danger",
        ),
    )

    @admin.display(description=_("state"))
    def state_pill(self, row: VettingCase) -> SafeString:
        """The state as a pill."""
        return looks.case_pill(row)

    @admin.display(description=_("recommended"))
    def recommended(self, row: VettingCase) -> str:
        """The level recommended."""
        return str(row.get_recommended_level_display() or "–")

    @admin.display(description=_("clearance"))
    def granted(self, row: VettingCase) -> str:
        """The level granted."""
        return str(row.get_level_display() or "–")

    @admin.display(description=_("last day"))
    def last_day(self, row: VettingCase) -> str:
        """The last day of the clearance."""
        return looks.short_day(cleared_until(row)) if row.holds else "–"

    def page_context(self, request: HttpRequest, obj: VettingCase) -> dict[str, Any]:
        """Return what stands on a case's page."""
        checks = obj.checks.select_related("officer").order_by("kind")
        return {
            "state": looks.case_pill(obj),
            "owner": VETTING.states[obj.state].owner,
            "checks": [self._check(check) for check in checks],
            "last_day": cleared_until(obj) if obj.holds else None,
            "lines": timeline(obj, viewer_of(request), limit=20),
        }

    def _check(self, check: VettingCheck) -> dict[str, Any]:
        look = CHECK_LOOKS[check.outcome]
        return {"check": check, "pill": pill(look, check.get_outcome_display())}
