"""Cases with the outside: letters, referrals, replies, permits, disclosures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiaisonConfig(AppConfig):
    """Cases with the outside."""

    name = "deployments.liaison"
    label = "liaison"
    verbose_name = _("Liaison")
