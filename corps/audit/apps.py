"""The ledger of every act."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The ledger of every act."""

    name = "corps.audit"
    label = "audit"
    verbose_name = _("Ledger")
