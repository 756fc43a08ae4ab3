"""Cases: the inbox, the page that shows the whole, and its buttons."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.looks import pill
from deployments.liaison.admin import case_steps as steps
from deployments.liaison.admin.looks import OUTCOME_LOOKS, case_pill, due_shown, page_of
from deployments.liaison.admin.reply_steps import EMAIL, REPLY
from deployments.liaison.forms.inbox import InboxFilter
from deployments.liaison.models import Case, Outcome
from deployments.liaison.queries.cases import concerned_by, deployments_of
from deployments.liaison.queries.inbox import ORDER, inbox_of
from deployments.liaison.queries.next_step import next_step
from deployments.liaison.queries.timeline import (
    Event,
    events_of,
    holders_in_order,
    missing_of,
    reminders_open,
)
from deployments.liaison.rules.cases import can_keep_case
from deployments.materials.queries import deliveries_visible_to, versions_visible_to


@admin.register(Case)
class CaseAdmin(GuardedAdmin[Case]):
    """Cases, each on a page with all that belongs to it."""

    visible_to = staticmethod(inbox_of)
    may_change = staticmethod(can_keep_case)
    list_display = (
        "whole_reference",
        "subject",
        "state_pill",
        "due_day",
        "held_by",
        "owner",
        "kind",
    )
    list_filter = ("desk",)
    sortable_by = ("subject",)
    ordering = ORDER
    filter_form = InboxFilter
    object_page = "admin/liaison/case/page.html"
    list_buttons = (steps.NEW, EMAIL)
    head_buttons = (REPLY, steps.ACKNOWLEDGE, steps.REFER, steps.EDIT, steps.CLOSE)
    buttons = (*head_buttons, *steps.PANEL_STEPS)

    @admin.display(description=_("reference"))
    def whole_reference(self, row: Case) -> str:
        """The reference that stands on letters."""
        return row.reference

    @admin.display(description=_("state"))
    def state_pill(self, row: Case) -> SafeString:
        """The state as a pill, and whether it is overdue."""
        return case_pill(row)

    @admin.display(description=_("due"))
    def due_day(self, row: Case) -> str:
        """The due day."""
        return due_shown(row)

    @admin.display(description=_("now with"))
    def held_by(self, row: Case) -> str:
        """The agency that has it."""
        return str(row.holder) if is_held(row) else "–"

    def object_context(self, request: HttpRequest, obj: Case | None) -> dict[str, Any]:
        """Return what every page of a case knows; the main button is that of the next step."""
        context = super().object_context(request, obj)
        main = next_step(obj).button if obj else ""
        for step in context["steps"]:
            if step["look"] == "primary" or step["name"] == main:
                step["look"] = "primary" if step["name"] == main else ""
        return context

    def page_context(self, request: HttpRequest, obj: Case) -> dict[str, Any]:
        """Return what stands on a case's page."""
        viewer, at = viewer_of(request), timezone.now()
        deliveries = deliveries_visible_to(viewer).filter(cases=obj)
        return {
            "state_pill": case_pill(obj),
            "outcome": _outcome(obj),
            "with_agency": is_held(obj),
            "next": next_step(obj),
            "missing": missing_of(viewer, obj, at=at),
            "people": concerned_by(viewer, obj),
            "deliveries": deliveries.select_related("version__material", "agency"),
            "trail": holders_in_order(obj),
            "reminders": reminders_open(obj),
            "events": [_shown(event) for event in events_of(viewer, obj)],
            "deployments": deployments_of(viewer, obj),
            "version": versions_visible_to(viewer).filter(cases=obj).first(),
            "panel_steps": self.steps_by_name(request, obj, steps.PANEL_STEPS),
        }


def is_held(case: Case) -> bool:
    """Whether an agency has a case of the inbox."""
    return bool(case.is_held)  # type: ignore[attr-defined]


def _outcome(case: Case) -> SafeString | str:
    if not case.outcome:
        return ""
    look = OUTCOME_LOOKS.get(case.outcome, "is-attention")
    return pill(look, dict(Outcome.choices).get(case.outcome, case.outcome))


def _shown(event: Event) -> dict[str, Any]:
    linked = event.kind in ("letter", "delivery", "reply")
    return {"event": event, "url": page_of(event.obj) if linked else ""}
