"""Agencies and their API clients."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    """Agencies and their API clients."""

    name = "deployments.agencies"
    label = "agencies"
    verbose_name = _("Agencies")
