"""Messages on their way, for those who have to see to them: never to whom, never what."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import board, scope
from corps.adminkit.board import Tile
from corps.adminkit.buttons import Button, FormButton, move_button, viewer_of
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill
from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts
from corps.audit.models import Seal
from corps.audit.queries import seals_visible_to
from corps.outbox.actions.receiving import take_bounce
from corps.outbox.actions.settling import cancel_message, settle_doubt, try_again
from corps.outbox.forms import BounceForm, MessageFilter
from corps.outbox.models import Message
from corps.outbox.queries import messages_visible_to, stuck_messages
from corps.outbox.rules import can_settle
from corps.outbox.states import MESSAGE

LOOKS = {
    "written": "is-note",
    "sending": "is-note",
    "in_doubt": "is-attention",
    "sent": "is-ok",
    "failed": "is-blocked",
    "bounced": "is-blocked",
    "void": "is-quiet",
}
STEPS = {
    "connect": _("reaching the mail server"),
    "tls": _("encryption of the connection"),
    "greeting": _("greeting"),
    "sign in": _("signing in to the mail server"),
    "sender": _("sender"),
    "recipients": _("recipients"),
    "content": _("content"),
    "opening": _("opening what is sealed"),
    "permission": _("asking whether it may still go out"),
}
REPORTS = {
    "delayed": _("delayed"),
    "delivered": _("delivered"),
    "relayed": _("handed on"),
    "expanded": _("handed on to a list"),
}

scope.register(Seal, seals_visible_to)
name_moves(MESSAGE)
name_verbs(
    {
        "message.written": _("Message: Written"),
        "message.reported": _("Message: Report of a mail server"),
        "message.purged": _("Message: Content destroyed"),
    }
)
name_facts(
    {
        "code": _("answer of the mail server"),
        "status": _("status"),
        "refused": _("recipients refused"),
        "recipients": _("recipients"),
        "report": _("report"),
    }
)
tell_facts(
    {
        "report": lambda kind: REPORTS.get(kind, kind),
        "step": lambda step: STEPS.get(step, step),
    }
)


def settle(request: HttpRequest, obj: Message, reason: str) -> None:
    """Enter that a message in doubt did go out."""
    settle_doubt(message=obj, by=viewer_of(request), at=timezone.now())


def again(request: HttpRequest, obj: Message, reason: str) -> None:
    """Let the clock send a message again."""
    try_again(message=obj, by=viewer_of(request), at=timezone.now())


def cancel(request: HttpRequest, obj: Message, reason: str) -> None:
    """Let a message be sent no more."""
    cancel_message(message=obj, by=viewer_of(request), at=timezone.now())


def bounce(request: HttpRequest, obj: None, form: BounceForm) -> HttpResponse:
    """Enter an e-mail that came back, and show the message it is about."""
    by = viewer_of(request)
    raw, mine = form.cleaned_data["file"], messages_visible_to(by)
    message = take_bounce(raw=raw, messages=mine, by=by, at=timezone.now())
    return HttpResponseRedirect(reverse("admin:outbox_message_change", args=[message.pk]))


def is_in_doubt(message: Message) -> bool:
    """Whether only a person can say whether a message was sent."""
    return message.state == "in_doubt"


@admin.register(Message)
class MessageAdmin(GuardedAdmin[Message]):
    """The outbox."""

    visible_to = staticmethod(messages_visible_to)
    list_display = (
        "number",
        "about_what",
        "state_pill",
        "written_at",
        "attempts",
        "next_attempt",
        "sent_at",
    )
    list_display_links = ("number",)
    filter_form = MessageFilter
    sortable_by: ClassVar[Any] = ("written_at", "attempts", "sent_at")
    ordering = ("-written_at", "id")
    object_page = "admin/outbox/message.html"
    list_buttons = (
        FormButton(
            name="bounce",
            label=_("Enter an e-mail that came back"),
            says=_("The message is marked as returned. The file itself is not kept."),
            allowed=can_settle,
            asks=BounceForm,
            run=bounce,
        ),
    )
    buttons = (
        Button(
            name="deliver",
            label=_("Settle as sent"),
            says=_(
                "You say that the recipient has the message: ask them first. The mail server "
                "was given it, and its answer was lost."
            ),
            run=settle,
            allowed=can_settle,
            when=is_in_doubt,
        ),
        move_button(
            MESSAGE,
            "try_again",
            run=again,
            allowed=can_settle,
            says=_(
                "The same message goes out once more, to the same recipients. If it is in doubt, "
                "ask them first: they may have it already."
            ),
        ),
        move_button(
            MESSAGE,
            "cancel",
            run=cancel,
            allowed=can_settle,
            says=_("The message does not go out. A letter that it carries counts as come back."),
            look="danger",
        ),
    )

    def for_page(self, viewer: User, rows: list[Message]) -> None:
        """Fetch what the messages of a page are about; one query per kind."""
        names = {row.about for row in rows}
        told: dict[str, SafeString] = {}
        for label in {name.partition(":")[0] for name in names}:
            told |= named(label, [n for n in names if n.startswith(f"{label}:")], viewer)
        for row in rows:
            row.subject_link = told.get(row.about)  # type: ignore[attr-defined]

    @admin.display(description=_("message"))
    def number(self, row: Message) -> str:
        """The beginning of its Message-ID, enough to tell one from another."""
        return row.message_id[:8]

    @admin.display(description=_("about"))
    def about_what(self, row: Message) -> str:
        """What it belongs to, as a link."""
        return getattr(row, "subject_link", None) or "–"

    @admin.display(description=_("state"))
    def state_pill(self, row: Message) -> SafeString:
        """The state."""
        return state_pill(row)

    @admin.display(description=_("next attempt"))
    def next_attempt(self, row: Message) -> Any:
        """When it is tried next, while it waits."""
        return row.not_before if row.state == "written" else None

    def name_of(self, obj: Any) -> str:
        """Return how pages name a message."""
        return obj.message_id[:8] if obj is not None else ""

    def page_context(self, request: HttpRequest, obj: Message) -> dict[str, Any]:
        """Return what stands on a message's page."""
        viewer = viewer_of(request)
        self.for_page(viewer, [obj])
        return {
            "subject_link": self.about_what(obj),
            "state": state_pill(obj),
            "number": self.number(obj),
            "next_attempt": self.next_attempt(obj),
            "lines": timeline(obj, viewer, limit=30),
        }


def state_pill(message: Message) -> SafeString:
    """Return the state of a message as a pill."""
    return pill(LOOKS[message.state], MESSAGE.states[message.state].label)


def named(label: str, names: list[str], viewer: User) -> dict[str, SafeString]:
    """Return objects of one kind that the viewer may see, each by its name in the ledger, as links
    to their pages."""
    model = apps.get_model(label)
    pks = [name.partition(":")[2] for name in names]
    found = scope.visible(model, viewer).filter(pk__in=pks)
    return {f"{label}:{one.pk}": linked(one) for one in found}


def linked(obj: Any) -> SafeString:
    """Return an object's name as a link to its page, where it has one."""
    kind = f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change"
    try:
        return format_html('<a href="{}">{}</a>', reverse(kind, args=[obj.pk]), obj)
    except NoReverseMatch:
        return format_html("{}", obj)


@board.register
def letters_that_did_not_get_out(viewer: User) -> list[Tile]:
    """Messages that wait for somebody to see to them."""
    if not viewer.may_see_kind("outbox.message"):
        return []
    url = reverse("admin:outbox_message_changelist") + "?state=stuck"
    count = stuck_messages(viewer).count()
    return [Tile(_("Letters that did not get out"), count, url, look="is-blocked")]
