"""Consent texts, which administrators publish; and what a volunteer has consented to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import guests
from corps.adminkit.buttons import FormButton, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.looks import pill
from volunteers.actions.consents import give_consent, publish_term, withdraw_consent
from volunteers.forms.consents import GivenForm, NewTermForm, TermForm, WithdrawnForm, ended
from volunteers.models import ConsentTerm, Volunteer
from volunteers.queries.consents import Standing, standings_of, terms_in_force, terms_published
from volunteers.rules import can_change_catalogue, can_change_volunteer

PUBLISHES = _("It holds at once, and everybody is asked again. What was published before stays.")


def may_publish(user: User, obj: Any) -> bool:
    """Whether somebody may publish consent texts."""
    return can_change_catalogue(user, ConsentTerm)


def publish(request: HttpRequest, obj: None, form: NewTermForm) -> None:
    """Publish a text for a purpose."""
    named = {name: form.cleaned_data[name] for name in ("purpose", "role")}
    publish_term(**named, texts=form.texts(), by=viewer_of(request), at=timezone.now())


def publish_next(request: HttpRequest, obj: ConsentTerm, form: TermForm) -> None:
    """Publish the version that follows this one."""
    named = {"purpose": obj.purpose, "role": obj.role}
    publish_term(**named, texts=form.texts(), by=viewer_of(request), at=timezone.now())


def enter(request: HttpRequest, obj: Volunteer, form: GivenForm) -> None:
    """Enter what the volunteer has signed."""
    by, at = viewer_of(request), timezone.now()
    for term in form.cleaned_data["terms"]:
        give_consent(volunteer=obj, term=term, by=by, at=at)


def withdraw(request: HttpRequest, obj: Volunteer, form: WithdrawnForm) -> None:
    """Enter what the volunteer has withdrawn."""
    term, by = form.cleaned_data["term"], viewer_of(request)
    named = {"purpose": term.purpose, "role": term.role}
    withdraw_consent(volunteer=obj, **named, by=by, at=timezone.now())


def consent_pill(one: Standing) -> SafeString:
    """Return how a volunteer stands to a text. To keep or withdraw it is nothing against them."""
    if one.consent:
        return pill("is-ok", _("Given"))
    if one.earlier:
        return pill("is-attention", _("New text not answered yet"))
    return pill("is-quiet", _("Withdrawn") if one.withdrawn else _("Not given"))


def consents_of(viewer: User, obj: Volunteer) -> dict[str, Any]:
    """Return the panel on a volunteer's page."""
    return {"rows": [(one, consent_pill(one)) for one in standings_of(obj)]}


@admin.register(ConsentTerm)
class ConsentTermAdmin(GuardedAdmin[ConsentTerm]):
    """Every version of every text, to read."""

    visible_to = staticmethod(terms_published)
    list_display = ("purpose", "holds", "role", "version", "published_at")
    list_filter = ("purpose",)
    sortable_by = ("published_at",)
    ordering = ("purpose", "role", "-version")
    fields = ("purpose", "role", "version", "published_at", "text_ko", "text_en", "text_uk")
    list_buttons = (
        FormButton(
            name="publish",
            label=_("Publish a text"),
            says=PUBLISHES,
            asks=NewTermForm,
            run=publish,
            allowed=may_publish,
            look="primary",
            elevated=True,
        ),
    )
    buttons = (
        FormButton(
            name="next",
            label=_("Publish the next version"),
            says=PUBLISHES,
            asks=TermForm,
            run=publish_next,
            allowed=may_publish,
            elevated=True,
        ),
    )

    def for_page(self, viewer: User, rows: list[Any]) -> None:
        """Say of each row whether it is the text that holds."""
        newest = set(terms_in_force().values_list("pk", flat=True))
        for row in rows:
            row.in_force = row.pk in newest

    @admin.display(description=_("in force"))
    def holds(self, row: Any) -> SafeString:
        """Whether it is the newest version."""
        return pill("is-ok", _("In force")) if row.in_force else pill("is-quiet", _("Replaced"))


guests.add_panel(Volunteer, guests.Panel("admin/volunteers/volunteer/consents.html", consents_of))
guests.add_buttons(
    Volunteer,
    FormButton(
        name="consent",
        label=_("Enter a signed consent"),
        says=_("For a paper that the volunteer has signed; you stand as who entered it."),
        asks=GivenForm,
        run=enter,
        allowed=can_change_volunteer,
        when=lambda obj: any(one.consent is None for one in standings_of(obj)),
    ),
    FormButton(
        name="withdraw-consent",
        label=_("Enter a withdrawal of consent"),
        says=_("At the volunteer's own wish. No reason is asked; it holds at once."),
        asks=WithdrawnForm,
        run=withdraw,
        allowed=can_change_volunteer,
        when=lambda obj: bool(ended(obj)),
    ),
)
