"""The credentials by which agencies read the API."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.admin.requests import holds
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.states import TwoPersonKind
from corps.adminkit import guests
from corps.adminkit.buttons import Button, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill
from corps.adminkit.steps import show
from deployments.agencies.actions import IssuedClient, end_client, issue_granted_client
from deployments.agencies.models import PartnerClient
from deployments.agencies.queries import clients_visible_to
from deployments.agencies.rules import can_issue_clients


def may_issue(user: User, obj: Any) -> bool:
    """Whether somebody may issue and end credentials."""
    return can_issue_clients(user)


def issue_granted(request: HttpRequest, obj: TwoPersonAct, reason: str) -> HttpResponse:
    """Issue the credentials that were granted, and show them."""
    issued = issue_granted_client(act=obj, by=viewer_of(request), at=timezone.now())
    return shown_once(request, TwoPersonAct, obj, issued)


def shown_once(
    request: HttpRequest, model: type[Model], obj: Model, issued: IssuedClient
) -> HttpResponse:
    """Show credentials this once."""
    response = show(request, model, obj, "admin/agencies/issued.html", issued=issued)
    response["Cache-Control"] = "no-store"
    return response


def is_own_request(user: User, obj: TwoPersonAct) -> bool:
    """Whether somebody asked for these credentials, and may still issue some."""
    own = obj.kind == TwoPersonKind.CLIENT and obj.asked_by_id == user.pk
    return own and can_issue_clients(user)


def client_pill(client: PartnerClient) -> SafeString:
    """Return whether a client may call, as a pill."""
    if client.ended_at:
        return pill("is-quiet", _("Ended"))
    if client.expires_at <= timezone.now():
        return pill("is-attention", _("Expired"))
    return pill("is-ok", _("In use"))


def end(request: HttpRequest, obj: PartnerClient, reason: str) -> None:
    """End a client, with the reason."""
    end_client(client=obj, by=viewer_of(request), at=timezone.now(), reason=reason)


@admin.register(PartnerClient)
class PartnerClientAdmin(GuardedAdmin[PartnerClient]):
    """Credentials issued to agencies; never their secrets."""

    visible_to = staticmethod(clients_visible_to)
    may_change = staticmethod(may_issue)
    list_display = ("number", "agency", "state", "issued_at", "expires_at")
    list_filter = ("agency",)
    ordering = ("-issued_at",)
    list_select_related = ("agency",)
    object_page = "admin/agencies/client.html"
    buttons = (
        Button(
            name="end",
            label=_("End"),
            says=_("The client is refused at its next request; its tokens are gone."),
            allowed=may_issue,
            when=lambda obj: obj.ended_at is None,
            run=end,
            reason=True,
            look="danger",
        ),
    )

    @admin.display(description=_("partner client"), ordering="client_id")
    def number(self, row: PartnerClient) -> str:
        """What the client is known by."""
        return str(row)

    @admin.display(description=_("state"))
    def state(self, row: PartnerClient) -> SafeString:
        """Whether the client may call."""
        return client_pill(row)

    def page_context(self, request: HttpRequest, obj: PartnerClient) -> dict[str, Any]:
        """Return what stands on a client's page."""
        return {"state": self.state(obj), "lines": timeline(obj, viewer_of(request), limit=30)}


guests.add_buttons(
    TwoPersonAct,
    Button(
        name="issue",
        label=_("Issue the credentials"),
        says=_("They are shown once, to you alone; hand them to the agency by a safe way."),
        run=issue_granted,
        allowed=is_own_request,
        when=holds,
        elevated=True,
        look="primary",
    ),
)
