"""The register of volunteers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    """The register of volunteers."""

    name = "volunteers"
    label = "volunteers"
    verbose_name = _("Volunteers")
