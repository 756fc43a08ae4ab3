"""The filters above the inbox."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit.lists import FilterForm
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, CaseKind
from deployments.liaison.queries import inbox
from deployments.liaison.queries.cases import cases_visible_to, owners_for
from deployments.liaison.states import CASE

ANY = ("", _("any"))


class InboxFilter(FilterForm):
    """By text, state, kind, holder, owner, and by what is due."""

    text = forms.CharField(label=_("Subject or reference"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=lambda: [ANY, *CASE.choices()]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *CaseKind.choices])
    holder = forms.ModelChoiceField(Agency.objects.none(), label=_("Now with"), required=False)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False)
    due = forms.ChoiceField(
        label=_("Waiting"),
        required=False,
        choices=[
            ANY,
            ("overdue", _("Overdue")),
            ("week", _("Due within a week")),
            ("reminder", _("To be looked at")),
            ("answered", _("Answered, waiting for us")),
            ("back", _("Letter came back")),
            ("us", _("Waiting for us")),
            ("agency", _("With an agency")),
        ],
    )

    def prepare(self) -> None:
        """Offer the holders and owners of cases that the reader may see."""
        fields: Any = self.fields
        seen = cases_visible_to(self.viewer)
        fields["holder"].queryset = inbox.holders_of(seen)
        owners = Q(pk__in=seen.order_by().values("owner"))
        officers = Q(pk__in=owners_for(self.viewer).values("pk"))
        fields["owner"].queryset = User.objects.filter(owners | officers).order_by("username")

    def narrow(self, queryset: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Case]:
        """Return the cases that fit."""
        for name in ("state", "kind", "owner"):
            if asked[name]:
                queryset = queryset.filter(**{name: asked[name]})
        if asked["holder"]:
            queryset = inbox.with_an_agency(queryset, asked["holder"])
        if asked["text"]:
            queryset = inbox.with_text(queryset, asked["text"])
        return _due(queryset, asked["due"]) if asked["due"] else queryset


def _due(cases: QuerySet[Case], asked: str) -> QuerySet[Case]:
    at = timezone.now()
    if asked == "overdue":
        return inbox.overdue(cases)
    if asked == "week":
        return inbox.due_within_a_week(cases, at=at)
    if asked == "reminder":
        return inbox.to_look_at(cases, at=at)
    if asked == "back":
        return inbox.came_back(cases)
    if asked == "answered":
        return cases.filter(state="answered")
    return inbox.waiting_for_us(cases) if asked == "us" else inbox.with_an_agency(cases)
