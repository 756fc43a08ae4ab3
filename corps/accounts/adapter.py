"""allauth's decisions, as Corps takes them: nobody signs up, names are the sign-in names."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from corps.accounts.actions.sign_in import change_password
from corps.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed registration; each audience lands at its own door after signing in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation only."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the door of the person who just signed in."""
        return reverse("home")

    def set_password(self, user: User, password: str) -> None:
        """Set a person's own new password; an entry of the ledger with it."""
        change_password(user=user, password=password, at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Accounts hold no address: there is nobody to write to."""
