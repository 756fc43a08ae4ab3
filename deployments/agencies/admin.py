"""Agencies, and the credentials by which they read the API."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.admin.account_buttons import done_alone
from corps.accounts.admin.requests import holds, waits_for_another
from corps.accounts.models import TwoPersonAct, User
from corps.accounts.states import TwoPersonKind
from corps.adminkit import guests
from corps.adminkit.buttons import Button, FormButton, viewer_of
from corps.adminkit.guarded import GuardedAdmin, changes
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill
from corps.adminkit.steps import show
from deployments.agencies.actions import (
    IssuedClient,
    ask_for_client,
    change_agency,
    end_client,
    issue_granted_client,
    make_agency,
)
from deployments.agencies.forms import AgencyForm, ChangeAgencyForm, IssueForm
from deployments.agencies.models import Agency, PartnerClient
from deployments.agencies.queries import agencies_visible_to, clients_visible_to
from deployments.agencies.rules import can_issue_clients, can_keep_agencies


def may_keep(user: User, obj: Any) -> bool:
    """Whether somebody may make and change agencies."""
    return can_keep_agencies(user)


def may_issue(user: User, obj: Any) -> bool:
    """Whether somebody may issue and end credentials."""
    return can_issue_clients(user)


def change(request: HttpRequest, obj: Agency, form: ChangeAgencyForm) -> None:
    """Change what is said of an agency, if anything differs."""
    if changed := changes(form):
        change_agency(agency=obj, changed=changed, by=viewer_of(request), at=timezone.now())


def issue(request: HttpRequest, obj: Agency, form: IssueForm) -> HttpResponse:
    """Ask for credentials; those that are issued at once are shown."""
    by = viewer_of(request)
    made = ask_for_client(agency=obj, **form.cleaned_data, by=by, at=timezone.now())
    if isinstance(made, TwoPersonAct):
        return waits_for_another(request, made)
    done_alone(request)
    return shown_once(request, Agency, obj, made)


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


@admin.register(Agency)
class AgencyAdmin(GuardedAdmin[Agency]):
    """Embassies, ministries, armed forces and whoever else is written to."""

    visible_to = staticmethod(agencies_visible_to)
    may_change = staticmethod(may_keep)
    form = AgencyForm
    list_display = ("name", "kind", "country", "parent")
    list_filter = ("kind",)
    search_fields = ("slug", "name_ko", "name_en", "name_uk")
    sortable_by = ("kind", "country")
    ordering = ("slug",)
    list_select_related = ("parent",)
    object_page = "admin/agencies/agency.html"
    buttons = (
        FormButton(
            name="edit",
            label=_("Change"),
            says=_("Its names, its kind, and whom it belongs to. The short name is for good."),
            allowed=may_keep,
            asks=ChangeAgencyForm,
            run=change,
        ),
        FormButton(
            name="issue",
            label=_("Issue credentials"),
            says=_(
                "The agency can read the API with them. Another administrator has to grant it; "
                "you then issue them within an hour, and the secret is shown once."
            ),
            allowed=may_issue,
            asks=IssueForm,
            run=issue,
            elevated=True,
        ),
    )

    @admin.display(description=_("name"))
    def name(self, row: Agency) -> str:
        """The name in the reader's language."""
        return str(row)

    def create(self, request: HttpRequest, form: Any) -> Agency:
        """Make an agency."""
        return make_agency(**form.cleaned_data, by=viewer_of(request), at=timezone.now())

    def page_context(self, request: HttpRequest, obj: Agency) -> dict[str, Any]:
        """Return what stands on an agency's page."""
        viewer = viewer_of(request)
        clients = clients_visible_to(viewer).filter(agency=obj)
        sees_clients = viewer.may_see_kind("agencies.partnerclient")
        return {
            "clients": [(client, client_pill(client)) for client in clients]
            if sees_clients
            else None,
            "lines": timeline(obj, viewer, limit=12),
        }


def end(request: HttpRequest, obj: PartnerClient, reason: str) -> None:
    """End a client, with the reason."""
    end_client(client=obj, by=viewer_of(request), at=timezone.now(), reason=reason)


@admin.register(PartnerClient)
class PartnerClientAdmin(GuardedAdmin[PartnerClient]):
    """Credentials issued to agencies; never their secrets."""

    visible_to = staticmethod(clients_visible_to)
    may_change = staticmethod(may_issue)
    list_display = ("client_id", "agency", "state", "issued_at", "expires_at")
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
