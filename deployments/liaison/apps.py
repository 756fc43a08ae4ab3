"""Cases with the outside: letters, referrals, replies, permits, disclosures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonConfig(AppConfig):
    """Cases with the outside."""

    name = "deployments.liaison"
    label = "liaison"
    verbose_name = _("Liaison")

    def ready(self) -> None:
        """Let letters follow the messages that carry them."""
        from corps.outbox.actions import on_outcome
        from deployments.liaison.actions.letters import follow_message

        on_outcome("liaison.letter", follow_message)
