"""Messages to people outside the system, written with the change that caused them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The outbox."""

    name = "corps.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        """Refuse to start with a mail server or a sender that is none, in a sentence; send the
        ledger's heads to the auditor, beside the file, and show those messages."""
        from corps.audit.handing import hand_also_to
        from corps.outbox.actions.heads import mail_head
        from corps.outbox.mail.composing import check_sender
        from corps.outbox.mail.server import configured_server
        from corps.outbox.queries import show_messages_about

        configured_server()
        check_sender()
        hand_also_to(mail_head)
        show_messages_about("audit.seal")
