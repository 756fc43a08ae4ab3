"""Letters, each on a page with its text, and on the page of its case."""

import base64
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from corps.accounts.models import User
from corps.adminkit import board
from corps.adminkit.board import Tile
from corps.adminkit.buttons import viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.guests import Panel, add_buttons, add_panel
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill
from corps.adminkit.words import Line, in_words, name_facts, name_moves, name_verbs, tell_facts
from corps.audit.queries import entries_about
from corps.errors import Refusal
from deployments.agencies.models import LettersBy
from deployments.agencies.queries import contacts_visible_to
from deployments.liaison.actions.letters import preview_letter
from deployments.liaison.admin import letter_steps as steps
from deployments.liaison.admin.looks import page_of
from deployments.liaison.letters.blocks import PEOPLE
from deployments.liaison.letters.text import open_text
from deployments.liaison.models import Case, Letter
from deployments.liaison.queries.letters import (
    attachments_of,
    latest_version,
    letters_to_approve,
    letters_visible_to,
    versions_of,
)
from deployments.liaison.rules.letters import approvals_needed
from deployments.liaison.states import LETTER

LOOKS = {
    "draft": "is-note",
    "submitted": "is-attention",
    "returned": "is-attention",
    "approved": "is-ok",
    "sent": "is-note",
    "acknowledged": "is-ok",
    "bounced": "is-blocked",
    "discarded": "is-quiet",
}
MESSAGE_LOOKS = {
    "sent": "is-ok",
    "in_doubt": "is-attention",
    "failed": "is-blocked",
    "bounced": "is-blocked",
}

CONTACT_SET = ("contact.added", "contact.changed", "contact.merged")
"""The entries by which a contact got an address or a key."""

name_moves(LETTER)
name_verbs(
    {
        "letter.begun": _("Letter begun"),
        "letter.saved": _("Version of a letter saved"),
        "letter.approval_given": _("Letter approved by one of two"),
        "letter.addressed": _("Contact of a letter chosen"),
        "letter.attached": _("Attachment added to a letter"),
        "letter.detached": _("Attachment taken off a letter"),
        "letter.erased": _("What a letter told of somebody erased"),
        "letter.file_read": _("File of a letter downloaded"),
    }
)
name_facts(
    {
        "through": _("by way of"),
        "version": _("version"),
        "approvals": _("approvals"),
        "attachment": _("attachment"),
        "attachments": _("attachments"),
        "discloses": _("discloses identity"),
        "text_hash": _("SHA-256 of the text"),
        "pdf_hash": _("SHA-256 of the file"),
        "sha256": _("SHA-256"),
        "scan": _("SHA-256 of the receipt"),
        "keys": _("keys destroyed"),
        "language": _("language"),
        "message": _("message"),
    }
)
tell_facts({"through": lambda value: dict(LettersBy.choices).get(value, value)})


def letter_pill(letter: Letter) -> SafeString:
    """Return a letter's state as a pill."""
    return pill(LOOKS[letter.state], letter.get_state_display())


class WaitingFilter(ChoiceFilter):
    """Letters by what they wait for."""

    title = _("waiting for")
    parameter_name = "waiting"

    def choices_for(self, viewer: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [
            ("me", _("my approval")),
            ("approval", _("an approval")),
            ("sending", _("being sent")),
            ("receipt", _("a receipt")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows for what was chosen; one's own approvals are those of the reader."""
        if self.value() == "me":
            mine = letters_to_approve(viewer_of(request)).values("pk")
            return queryset.filter(pk__in=mine)
        return super().queryset(request, queryset)

    def narrow(self, queryset: Any, value: str) -> Any:
        """Return the letters in the states that are meant."""
        states = {
            "approval": ["submitted"],
            "sending": ["approved", "bounced"],
            "receipt": ["sent"],
        }
        return queryset.filter(state__in=states[value])


@admin.register(Letter)
class LetterAdmin(GuardedAdmin[Letter]):
    """Letters to agencies."""

    visible_to = staticmethod(letters_visible_to)
    may_change = staticmethod(steps.may_write)
    list_display = ("whole_reference", "kind", "addressee", "state_pill", "author", "state_since")
    list_filter = (WaitingFilter, "state", "kind", "language", "case__desk")
    sortable_by = ("state_since",)
    ordering = ("-state_since", "pk")
    object_page = "admin/liaison/letter/page.html"
    head_buttons = steps.HEAD
    buttons = (*steps.HEAD, *steps.PANELS)

    @admin.display(description=_("reference"))
    def whole_reference(self, row: Letter) -> str:
        """The case's reference and the letter's number."""
        return str(row)

    @admin.display(description=_("To"))
    def addressee(self, row: Letter) -> str:
        """The agency that is written to."""
        return str(row.agency)

    @admin.display(description=_("state"))
    def state_pill(self, row: Letter) -> SafeString:
        """The state as a pill."""
        return letter_pill(row)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, and where a letter is looked at as it will be."""
        own = path(
            "<uuid:letter>/preview/",
            self.admin_site.admin_view(require_safe(self.preview)),
            name="liaison_letter_preview",
        )
        return [own, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: Letter) -> dict[str, Any]:
        """Return what stands on a letter's page."""
        viewer, latest = viewer_of(request), latest_version(obj)
        message, text = obj.message, open_text(latest) if latest else None
        return {
            "pill": letter_pill(obj),
            "text": text,
            "body": _body(obj, text.body) if text else "",
            "latest": latest,
            "versions": [
                {"version": one, "hash": bytes(one.text_hash).hex()} for one in versions_of(obj)
            ],
            "given": latest.approvals.count() if latest else 0,
            "needed": approvals_needed(obj),
            "attachments": [
                {"attachment": one, "hash": bytes(one.sha256).hex()} for one in attachments_of(obj)
            ],
            "text_hash": bytes(obj.text_hash or b"").hex(),
            "pdf_hash": bytes(obj.pdf_hash or b"").hex(),
            "message": message,
            "message_pill": message
            and pill(MESSAGE_LOOKS.get(message.state, "is-note"), message.get_state_display()),
            "contact_line": contact_line(viewer, obj),
            "case_url": page_of(obj.case),
            "preview_url": reverse("admin:liaison_letter_preview", args=[obj.pk]),
            "panel_steps": self.steps_by_name(request, obj, steps.PANELS),
            "lines": timeline(obj, viewer, limit=30),
        }

    def preview(self, request: HttpRequest, letter: Any) -> HttpResponse:
        """Show the letter's pages as pictures."""
        obj = self.visible_or_404(request, str(letter))
        context = {**self.object_context(request, obj), "pages": [], "refused": ""}
        try:
            pages = preview_letter(letter=obj, by=viewer_of(request), at=timezone.now())
            context["pages"] = [_picture(page) for page in pages]
        except Refusal as refusal:
            context["refused"] = str(refusal)
        answer = self.page(request, "admin/liaison/letter/preview.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


def contact_line(viewer: User, letter: Letter) -> Line | None:
    """Return who said last, and when, where an e-mail to a letter's contact goes; for those who see
    contacts. The address is sealed, and any desk keeps it: an approver reads that it was changed.
    """
    contact = letter.contact
    if contact is None or not contacts_visible_to(viewer).filter(pk=contact.pk).exists():
        return None
    told = entries_about(contact).filter(verb__in=CONTACT_SET)
    entry = told.order_by("-number").first()
    return in_words(entry) if entry else None


def _picture(page: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(page).decode()


def _body(letter: Letter, body: str) -> str:
    """Return the text with a word where the persons will stand, and none where there are none."""
    told = _("What it tells of volunteers")
    return body.replace(PEOPLE, f"[{told}]" if letter.discloses else "")


def letters_of(viewer: User, case: Case) -> dict[str, Any]:
    """Return the panel of a case's letters; whoever sees the case sees them."""
    letters = case.letters.select_related("agency", "contact", "case").order_by("-number")
    return {"rows": [{"letter": one, "pill": letter_pill(one)} for one in letters]}


add_panel(Case, Panel("admin/liaison/letter/letters_of.html", letters_of))
add_buttons(Case, steps.BEGIN)


@board.register
def letters_waiting(viewer: User) -> Iterator[Tile]:
    """Letters to approve, for those who approve; to send and lost ones, for those who write."""
    if not viewer.may_change_kind("liaison.letter"):
        return
    url = reverse("admin:liaison_letter_changelist")
    waiting = letters_to_approve(viewer).count()
    yield Tile(_("Letters to approve"), waiting, f"{url}?waiting=me")
    letters = letters_visible_to(viewer)
    sending = letters.filter(state__in=["approved", "bounced"]).count()
    yield Tile(_("Letters to send"), sending, f"{url}?waiting=sending")
