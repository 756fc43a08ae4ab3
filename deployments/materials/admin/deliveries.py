"""The list and page of deliveries."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.buttons import Button, FormButton, in_source_of, move_button, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin, anybody
from corps.adminkit.history import timeline
from corps.errors import NotPermitted
from deployments.materials import actions
from deployments.materials.actions.deliveries import fetch_receipt
from deployments.materials.admin import serving
from deployments.materials.admin.looks import delivery_pill
from deployments.materials.forms import HandOverForm, ReceiptForm
from deployments.materials.inspection.findings import ending_of
from deployments.materials.models import Delivery
from deployments.materials.queries import (
    deliveries_visible_to,
    sums_by_agency,
    sums_by_version,
    sums_in_all,
    without_receipt,
)
from deployments.materials.rules import can_keep_delivery
from deployments.materials.states import DELIVERY


def hand_over(request: HttpRequest, obj: Delivery, form: HandOverForm) -> None:
    """Enter the handing over."""
    by, at = viewer_of(request), timezone.now()
    actions.hand_over(delivery=obj, **form.cleaned_data, by=by, at=at)


def acknowledge(request: HttpRequest, obj: Delivery, form: ReceiptForm) -> None:
    """Enter the receipt."""
    given, at = form.cleaned_data, timezone.now()
    actions.acknowledge_delivery(
        delivery=obj,
        count=given["count"],
        receipt_by=given["receipt_by"],
        receipt_at=form.received_at(at=at),
        scan=given["scan"],
        by=viewer_of(request),
        at=at,
    )


def fail(request: HttpRequest, obj: Delivery, reason: str) -> None:
    """Give it up."""
    actions.fail_delivery(delivery=obj, reason=reason, by=viewer_of(request), at=timezone.now())


def fetch(request: HttpRequest, obj: Delivery, reason: str) -> HttpResponse:
    """Send the scan of the receipt, to be saved."""
    content = fetch_receipt(delivery=obj, by=viewer_of(request), at=timezone.now())
    assert obj.receipt_scan is not None
    kind = obj.receipt_scan.media_type
    return serving.saved(content, kind, f"receipt-{str(obj.pk)[:8]}{ending_of(kind)}")


class WaitingFilter(ChoiceFilter):
    """What a delivery waits for."""

    title = _("waiting for")
    parameter_name = "waiting"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return what may be waited for."""
        return [("receipt", _("a receipt, for 14 days")), ("handing", _("handing over"))]

    def narrow(self, queryset: QuerySet[Delivery], value: str) -> QuerySet[Delivery]:
        """Return the deliveries that wait for it."""
        if value == "handing":
            return queryset.filter(state="prepared")
        return without_receipt(queryset, at=timezone.now())


@admin.register(Delivery)
class DeliveryAdmin(GuardedAdmin[Delivery]):
    """Deliveries, each on a page with its numbers and its receipt; and their sums."""

    visible_to = staticmethod(deliveries_visible_to)
    may_change = staticmethod(can_keep_delivery)
    list_display = (
        "version",
        "agency",
        "state_pill",
        "made",
        "handed_over",
        "acknowledged",
        "medium",
        "state_since",
    )
    list_filter = (WaitingFilter, "state", "medium", "agency", "desk")
    search_fields = ("version__material__title", "agency__slug")
    sortable_by = ("state_since",)
    ordering = ("-state_since", "pk")
    object_page = "admin/materials/delivery.html"
    change_list_template = "admin/materials/delivery_list.html"
    buttons = (
        FormButton(
            name="hand_over",
            label=DELIVERY.moves["hand_over"].label,
            says=_("It was handed over. The agency can read this version through the API."),
            allowed=can_keep_delivery,
            when=in_source_of(DELIVERY, "hand_over"),
            asks=HandOverForm,
            run=hand_over,
            look="primary",
        ),
        FormButton(
            name="acknowledge",
            label=DELIVERY.moves["acknowledge"].label,
            says=_("What the agency's receipt says. It is not changed afterwards."),
            allowed=can_keep_delivery,
            when=in_source_of(DELIVERY, "acknowledge"),
            asks=ReceiptForm,
            run=acknowledge,
            look="primary",
        ),
        Button(
            name="receipt",
            label=_("Save the receipt"),
            says=_("The scan leaves the installation. It stands in the ledger that you saved it."),
            allowed=anybody,
            when=lambda obj: obj.receipt_scan_id is not None,
            run=fetch,
        ),
        move_button(
            DELIVERY,
            "fail",
            run=fail,
            allowed=can_keep_delivery,
            says=_("The delivery is over. What was handed over counts as not acknowledged."),
            look="danger",
        ),
    )

    @admin.display(description=_("state"))
    def state_pill(self, row: Delivery) -> SafeString:
        """The state as a pill."""
        return delivery_pill(row)

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses with that of the sums."""
        own = path("sums/", self._guarded(self.sums_view), name="materials_delivery_sums")
        return [own, *super().get_urls()]

    def sums_view(self, request: HttpRequest) -> HttpResponse:
        """Show what was made, handed over and acknowledged, by version and by agency."""
        if request.method not in ("GET", "HEAD"):
            raise Http404
        if not self.has_view_permission(request):
            raise NotPermitted
        deliveries = deliveries_visible_to(viewer_of(request))
        versions, agencies = sums_by_version(deliveries), sums_by_agency(deliveries)
        context = {
            **self.object_context(request, None),
            "title": _("Made, handed over, acknowledged"),
            "by_version": versions,
            "by_agency": agencies,
            "total": sums_in_all(_("In all"), deliveries),
        }
        return self.page(request, "admin/materials/sums.html", context)

    def page_context(self, request: HttpRequest, obj: Delivery) -> dict[str, Any]:
        """Return what stands on a delivery's page."""
        viewer = viewer_of(request)
        return {
            "state": delivery_pill(obj),
            "owner": DELIVERY.states[obj.state].owner,
            "sees_contact": viewer.may_see_kind("agencies.contact"),
            "lines": timeline(obj, viewer, limit=30),
        }
