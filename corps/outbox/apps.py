"""Messages to people outside the system, written with the change that caused them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The outbox."""

    name = "corps.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        """Send the ledger's heads to the auditor, beside the file."""
        from corps.audit.handing import hand_also_to
        from corps.outbox.actions.heads import mail_head

        hand_also_to(mail_head)
