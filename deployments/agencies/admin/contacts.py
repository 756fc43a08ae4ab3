"""The directory of contacts: by post in the clear, their details behind a button."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.second_factor import factor_used_at
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin, changes
from corps.adminkit.history import timeline
from corps.adminkit.steps import show
from deployments.agencies.actions.contact_details import find_contacts, reveal_contact
from deployments.agencies.actions.contacts import change_contact, end_contact, merge_contacts
from deployments.agencies.admin.agencies import CountryFilter, may_keep_contacts
from deployments.agencies.admin.looks import contact_pill
from deployments.agencies.contacts import PARTS
from deployments.agencies.forms.contacts import (
    ChangeContactForm,
    EndContactForm,
    FindContactForm,
    MergeForm,
    ReplaceDetailsForm,
    RevealContactForm,
)
from deployments.agencies.models import AgencyKind, Contact
from deployments.agencies.queries import contacts_visible_to, in_office


def change(request: HttpRequest, obj: Contact, form: ChangeContactForm) -> None:
    """Change what stands in the clear, if anything differs."""
    if changed := changes(form):
        change_contact(contact=obj, changed=changed, by=viewer_of(request), at=timezone.now())


def replace_details(request: HttpRequest, obj: Contact, form: ReplaceDetailsForm) -> None:
    """Replace what was filled in of the details."""
    by = viewer_of(request)
    change_contact(contact=obj, given=form.changes(), by=by, at=timezone.now())


def end(request: HttpRequest, obj: Contact, form: EndContactForm) -> None:
    """Set the last day."""
    end_contact(contact=obj, until=form.last_day(), by=viewer_of(request), at=timezone.now())


def merge(request: HttpRequest, obj: Contact, form: MergeForm) -> None:
    """Merge the other record into this one."""
    by = viewer_of(request)
    merge_contacts(keep=obj, other=form.cleaned_data["other"], by=by, at=timezone.now())


def reveal(request: HttpRequest, obj: Contact, form: RevealContactForm) -> HttpResponse:
    """Show the details in this answer, and never again."""
    details = reveal_contact(
        contact=obj,
        reason=form.cleaned_data["reason"],
        by=viewer_of(request),
        proved_at=factor_used_at(request),
        at=timezone.now(),
    )
    parts = [(label, getattr(details, part)) for part, label in PARTS.items()]
    held = [(label, text) for label, text in parts if text]
    page = show(request, Contact, obj, "admin/agencies/revealed.html", parts=held)
    page["Cache-Control"] = "no-store"
    return page


def find(request: HttpRequest, obj: None, form: FindContactForm) -> HttpResponse:
    """Look a contact up, and show who was found."""
    given, by = form.cleaned_data, viewer_of(request)
    kinds: Any = form.fields["kind"]
    found = find_contacts(kind=given["kind"], text=given["text"], by=by, at=timezone.now())
    context = {"kind": dict(kinds.choices)[given["kind"]], "found": found}
    return show(request, Contact, None, "admin/agencies/found.html", **context)


class KindFilter(ChoiceFilter):
    """By the kind of the agency."""

    title = _("kind of agency")
    parameter_name = "kind"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return the kinds."""
        return AgencyKind.choices

    def narrow(self, queryset: QuerySet[Contact], value: str) -> QuerySet[Contact]:
        """Return the contacts at agencies of that kind."""
        return queryset.filter(agency__kind=value)


class AgencyCountryFilter(CountryFilter):
    """By the country of the agency."""

    path = "agency__country"


class InOfficeFilter(ChoiceFilter):
    """By whether somebody is a contact today."""

    title = _("in office")
    parameter_name = "in_office"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return yes and no."""
        return [("yes", _("Yes")), ("no", _("No"))]

    def narrow(self, queryset: QuerySet[Contact], value: str) -> QuerySet[Contact]:
        """Return those who are, or those who are not."""
        now = in_office(timezone.localdate())
        return queryset.filter(now if value == "yes" else ~now)


FIND = FormButton(
    name="find",
    label=_("Find by name, phone or e-mail"),
    says=_("Looks for exactly this. The search is entered in the ledger, without what you typed."),
    asks=FindContactForm,
    run=find,
    allowed=may_keep_contacts,
    elevated=True,
)


@admin.register(Contact)
class ContactAdmin(GuardedAdmin[Contact]):
    """People at agencies, known by their post."""

    visible_to = staticmethod(contacts_visible_to)
    may_change = staticmethod(may_keep_contacts)
    list_display = ("post", "agency", "language", "state", "has_openpgp_key")
    list_filter = (InOfficeFilter, KindFilter, AgencyCountryFilter)
    search_fields = (
        "post",
        "agency__slug",
        "agency__name_ko",
        "agency__name_en",
        "agency__name_uk",
    )
    sortable_by = ("post", "language")
    ordering = ("agency__slug", "post", "pk")
    list_select_related = ("agency",)
    object_page = "admin/agencies/contact.html"
    list_buttons = (FIND,)
    buttons = (
        FormButton(
            name="reveal",
            label=_("Show the details"),
            says=_(
                "Shows name and details of this one contact, once. It is entered in the ledger."
            ),
            asks=RevealContactForm,
            run=reveal,
            allowed=may_keep_contacts,
            elevated=True,
        ),
        FormButton(
            name="edit",
            label=_("Change"),
            says=_("The post, the language and the days; the details are replaced apart."),
            asks=ChangeContactForm,
            run=change,
            allowed=may_keep_contacts,
            elevated=True,
        ),
        FormButton(
            name="details",
            label=_("Replace details"),
            says=_(
                "What you fill in replaces what is sealed; the rest stays. "
                "Nothing of it is shown, before or after."
            ),
            asks=ReplaceDetailsForm,
            run=replace_details,
            allowed=may_keep_contacts,
            elevated=True,
        ),
        FormButton(
            name="merge",
            label=_("Merge with another"),
            says=_(
                "For two records of one contact. Letters and deliveries of the other one come "
                "here; it is shown no more. This cannot be undone."
            ),
            asks=MergeForm,
            run=merge,
            allowed=may_keep_contacts,
            elevated=True,
        ),
        FormButton(
            name="end",
            label=_("End"),
            says=_("After this day no letter goes to this contact."),
            asks=EndContactForm,
            run=end,
            allowed=may_keep_contacts,
            when=lambda obj: obj.until is None,
            look="danger",
        ),
    )

    @admin.display(description=_("state"))
    def state(self, row: Contact) -> SafeString:
        """Whether somebody is a contact today."""
        return contact_pill(row)

    def page_context(self, request: HttpRequest, obj: Contact) -> dict[str, Any]:
        """Return what stands on a contact's page."""
        return {"state": contact_pill(obj), "lines": timeline(obj, viewer_of(request), limit=30)}
