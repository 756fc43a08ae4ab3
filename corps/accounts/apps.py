"""Users, roles, desks and sign-in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, roles, desks and sign-in."""

    name = "corps.accounts"
    label = "accounts"
    verbose_name = _("Accounts and desks")

    def ready(self) -> None:
        """Listen to sign-ins, and say what a deployment lacks."""
        from corps.accounts import checks, signals  # noqa: F401  (both connect themselves)
