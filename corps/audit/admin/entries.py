"""The list of entries, the page of one, and their buttons."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import guests
from corps.adminkit.buttons import Button, FormButton
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.lists import KeysetList
from corps.adminkit.words import (
    actors_told_as,
    facts_in_words,
    in_words,
    name_facts,
    name_verbs,
    verb_in_words,
    who_in_words,
)
from corps.audit.admin.filters import ExportForm, LedgerForm
from corps.audit.admin.pages import acts_of, download_proof, export, may_prove, may_read, seal_of
from corps.audit.models import Entry
from corps.audit.queries import entries_visible_to

name_verbs(
    {
        "ledger.exported": _("Ledger exported"),
        "ledger.proved": _("Proof of an entry fetched"),
        "outside.changed": _("Changed around the application"),
    }
)
name_facts(
    {
        "operation": _("operation"),
        "form": _("form"),
        "verb": _("what"),
        "door": _("door"),
        "since": _("from"),
        "person": _("who"),
        "thing": _("object"),
    }
)


@admin.register(Entry)
class EntryAdmin(GuardedAdmin[Entry]):
    """The ledger, newest first, a page at a time by number: as quick at a million entries."""

    visible_to = staticmethod(entries_visible_to)
    list_display = ("number", "at", "who", "what", "object", "told", "reason", "desk", "door")
    list_display_links = ("number",)
    filter_form = LedgerForm
    search_fields = ("actor", "object")
    search_help_text = _("Who or object, exactly")
    ordering = ("-number",)
    list_per_page = 100
    object_page = "admin/corps/entry.html"
    change_list_template = "admin/corps/ledger.html"
    list_buttons = (
        FormButton(
            name="export",
            label=_("Export"),
            says=_("The entries that fit are written to a table (CSV), and that you took it."),
            asks=ExportForm,
            run=export,
            allowed=may_read,
            elevated=True,
        ),
    )
    buttons = (
        Button(
            name="proof",
            label=_("Proof"),
            says=_(
                "A file by which anybody can check, without this program, that the entry stands in "
                "the sealed ledger. It holds all that the entry says."
            ),
            run=download_proof,
            allowed=may_prove,
            when=lambda entry: seal_of(entry) is not None,
        ),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        """Return the list that counts nothing."""
        return KeysetList

    def list_steps(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the buttons above the list; what is filtered by is carried along."""
        asked = request.GET.copy()
        for name in [name for name in asked if name not in ExportForm.base_fields]:
            del asked[name]
        query = f"?{asked.urlencode()}" if asked else ""
        return [{**step, "url": f"{step['url']}{query}"} for step in super().list_steps(request)]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the entries of exactly that actor or object."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(actor__in=actors_told_as(term)) | Q(object=term)), False

    @admin.display(description=_("who"))
    def who(self, row: Entry) -> str:
        """Who acted."""
        return who_in_words(row)

    @admin.display(description=_("what"))
    def what(self, row: Entry) -> str:
        """The verb in words."""
        return verb_in_words(row.verb)

    @admin.display(description=_("facts"))
    def told(self, row: Entry) -> str:
        """The facts as one line."""
        return facts_in_words(row)

    def page_context(self, request: HttpRequest, obj: Entry) -> dict[str, Any]:
        """Return what stands on an entry's page."""
        return {
            "line": in_words(obj),
            "history_url": "",
            "title": obj.number,
            "seal": seal_of(obj),
        }

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An entry is history; it has none."""
        raise Http404


guests.add_panel(User, guests.Panel("admin/corps/acts.html", acts_of))
