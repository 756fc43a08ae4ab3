"""Deployments, places and assignments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeploymentsConfig(AppConfig):
    """Deployments, places and assignments."""

    name = "deployments"
    label = "deployments"
    verbose_name = _("Deployments")
