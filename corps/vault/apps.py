"""Sealing and opening, keys, blind indexes, pseudonyms."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    """Sealing and opening, keys, blind indexes, pseudonyms."""

    name = "corps.vault"
    label = "vault"
    verbose_name = _("Vault")
