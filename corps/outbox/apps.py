"""Messages to people outside the system, written with the change that caused them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The outbox."""

    name = "corps.outbox"
    label = "outbox"
    verbose_name = _("Outbox")
