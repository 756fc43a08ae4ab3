"""What may follow what: a message on its way."""

from django.utils.translation import gettext_lazy as _

from corps.workflow.tables import Move, State, StateTable

MESSAGE = StateTable(
    name="message",
    label=_("Message"),
    initial="written",
    states={
        "written": State(_("Written"), owner="clock"),
        "sending": State(_("On its way"), owner="clock"),
        "in_doubt": State(_("Perhaps sent"), owner="liaison officer"),
        "sent": State(_("Sent"), owner="receiver"),
        "failed": State(_("Could not be sent"), owner="liaison officer"),
        "bounced": State(_("Came back"), owner="liaison officer"),
        "void": State(_("Void")),
    },
    moves={
        "claim": Move(("written",), "sending", "message.claimed", _("Take up")),
        "deliver": Move(("sending", "in_doubt"), "sent", "message.sent", _("Send")),
        "put_back": Move(("sending",), "written", "message.put_back", _("Try later")),
        "doubt": Move(("sending",), "in_doubt", "message.in_doubt", _("Lose track")),
        "fail": Move(("sending",), "failed", "message.failed", _("Give up")),
        "bounce": Move(("sent", "in_doubt"), "bounced", "message.bounced", _("Come back")),
        "try_again": Move(
            ("failed", "in_doubt", "bounced"), "written", "message.tried_again", _("Send again")
        ),
        "cancel": Move(
            ("written", "failed", "in_doubt", "bounced"), "void", "message.cancelled", _("Cancel")
        ),
    },
)
