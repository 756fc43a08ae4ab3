"""The ledger to read, in words, for those who may; nothing here writes."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.queries.sight import desks_read_about
from corps.adminkit.buttons import COUNTABLE_DAYS
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.lists import FilterForm, KeysetList
from corps.adminkit.words import VERBS, facts_in_words, in_words, verb_in_words, who_in_words
from corps.audit.models import Door, Entry
from corps.audit.queries import entries_visible_to

ANY = ("", _("any"))


def verbs() -> list[tuple[str, Any]]:
    """Return every verb that has words, by its words."""
    return [
        ANY,
        *sorted(((verb, str(words)) for verb, words in VERBS.items()), key=lambda one: one[1]),
    ]


class LedgerForm(FilterForm):
    """What, through which door, on which desk, in which days; `before` turns the pages."""

    verb = forms.ChoiceField(label=_("What"), required=False, choices=verbs)
    door = forms.ChoiceField(label=_("Door"), required=False, choices=[ANY, *Door.choices])
    desk: Any = forms.ChoiceField(label=_("Desk"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=COUNTABLE_DAYS,
    )
    until = forms.DateField(
        label=_("to"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=COUNTABLE_DAYS,
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Offer the reader's desks, an auditor all."""
        choices = [(desk.slug, desk.name) for desk in desks_read_about(self.viewer)]
        self.fields["desk"].choices = [ANY, *choices]  # type: ignore[attr-defined]

    def narrow(self, queryset: QuerySet[Entry], asked: dict[str, Any]) -> QuerySet[Entry]:
        """Return the entries that fit."""
        for name in ("verb", "door", "desk"):
            if asked[name]:
                queryset = queryset.filter(**{name: asked[name]})
        if asked["since"]:
            queryset = queryset.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            queryset = queryset.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        if asked["before"]:
            queryset = queryset.filter(number__lt=asked["before"])
        return queryset


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


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

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        """Return the list that counts nothing."""
        return KeysetList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the entries of exactly that actor or object."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(actor=term) | Q(object=term)), False

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
        return {"line": in_words(obj), "history_url": "", "title": obj.number}

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """An entry is history; it has none."""
        raise Http404
