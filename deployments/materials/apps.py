"""Leaflets and audio: versions, review, deliveries."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MaterialsConfig(AppConfig):
    """Leaflets and audio."""

    name = "deployments.materials"
    label = "materials"
    verbose_name = _("Materials")
