"""Who could fill a place, and why not."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RosterConfig(AppConfig):
    """Who could fill a place, and why not."""

    name = "deployments.roster"
    label = "roster"
    verbose_name = _("Roster")
