"""Cases with the outside: letters, referrals, replies, permits, disclosures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonConfig(AppConfig):
    """Cases with the outside."""

    name = "deployments.liaison"
    label = "liaison"
    verbose_name = _("Liaison")

    def ready(self) -> None:
        """Let letters follow the messages that carry them, say what may go out and who sees it,
        and let an erasure reach them."""
        from corps.outbox.actions import before_sending, on_outcome
        from corps.outbox.queries import show_messages_about
        from corps.outbox.rules import settled_by
        from deployments.liaison.actions.erasure import erase_told
        from deployments.liaison.actions.letters import check_message, follow_message
        from deployments.liaison.rules.cases import can_settle_message
        from volunteers.actions.erasure import also_erase

        on_outcome("liaison.letter", follow_message)
        before_sending("liaison.letter", check_message)
        settled_by("liaison.letter", can_settle_message)
        show_messages_about("liaison.letter")
        also_erase(erase_told)
