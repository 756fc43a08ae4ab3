"""Agencies: what is said of them, who is there, what they read."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from corps.accounts.admin.account_buttons import done_alone
from corps.accounts.admin.requests import waits_for_another
from corps.accounts.models import TwoPersonAct, User
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin, changes
from corps.adminkit.history import timeline
from deployments.agencies.actions import ask_for_client, change_agency, make_agency
from deployments.agencies.actions.contacts import add_contact
from deployments.agencies.admin.clients import client_pill, may_issue, shown_once
from deployments.agencies.admin.looks import contact_rows, languages_in_words
from deployments.agencies.forms.agencies import AgencyForm, ChangeAgencyForm, IssueForm
from deployments.agencies.forms.contacts import NewContactForm
from deployments.agencies.models import Agency
from deployments.agencies.queries import (
    agencies_visible_to,
    clients_visible_to,
    contacts_of,
    countries_of_agencies,
)
from deployments.agencies.rules import can_keep_agencies, can_keep_contacts


def may_keep(user: User, obj: Any) -> bool:
    """Whether somebody may make and change agencies."""
    return can_keep_agencies(user)


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


def new_contact(request: HttpRequest, obj: Agency, form: NewContactForm) -> None:
    """Add a contact."""
    add_contact(agency=obj, **form.asked(), by=viewer_of(request), at=timezone.now())


def may_keep_contacts(user: User, obj: Any) -> bool:
    """Whether somebody may add, change and merge contacts."""
    return can_keep_contacts(user)


class CountryFilter(ChoiceFilter):
    """By country, of those in which there is an agency."""

    title = _("country")
    parameter_name = "country"
    path = "country"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return the countries by name."""
        found = countries_of_agencies(viewer)
        return sorted(((code, countries.name(code)) for code in found), key=lambda one: one[1])

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return what is of that country."""
        return queryset.filter(**{self.path: value})


@admin.register(Agency)
class AgencyAdmin(GuardedAdmin[Agency]):
    """Embassies, ministries, armed forces and whoever else is written to."""

    visible_to = staticmethod(agencies_visible_to)
    may_change = staticmethod(may_keep)
    form = AgencyForm
    list_display = ("name", "kind", "country", "parent")
    list_filter = ("kind", CountryFilter)
    search_fields = ("slug", "name_ko", "name_en", "name_uk")
    sortable_by = ("kind", "country")
    ordering = ("slug",)
    list_select_related = ("parent",)
    object_page = "admin/agencies/agency.html"
    buttons = (
        FormButton(
            name="edit",
            label=_("Change"),
            says=_(
                "Its names, its kind, whom it belongs to, and how it takes letters. "
                "The short name is for good."
            ),
            allowed=may_keep,
            asks=ChangeAgencyForm,
            run=change,
        ),
        FormButton(
            name="contact",
            label=_("Add a contact"),
            says=_("Name and details are sealed; the post stands in the clear."),
            allowed=may_keep_contacts,
            asks=NewContactForm,
            run=new_contact,
            elevated=True,
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
            "contacts": contact_rows(contacts_of(viewer, obj))
            if viewer.may_see_kind("agencies.contact")
            else None,
            "languages": languages_in_words(obj.languages),
            "lines": timeline(obj, viewer, limit=12),
        }
