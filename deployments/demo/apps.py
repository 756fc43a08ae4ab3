"""A seeded organisation to look at."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """A seeded organisation to look at."""

    name = "deployments.demo"
    label = "demo"
    verbose_name = _("Demo")
