"""allauth's decisions, as Corps takes them: nobody signs up, names are the sign-in names, and
second factors are sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.own_factors import open_secret, seal_secret
from corps.accounts.actions.sign_in import change_password
from corps.accounts.models import User
from corps.accounts.pending import begin_sign_in
from corps.accounts.rules.factors import APP, CODES, PASSKEY, can_remove_factor, kinds_to_prove_by
from corps.accounts.second_factor import proved_recently
from corps.errors import NotPermitted

NOT_RECOGNISED = _("This passkey was not recognised.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed registration; each audience lands at its own door after signing in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation only."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the door of the person who just signed in."""
        return reverse("home")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whom name and password open; a closed account answers as a wrong password."""
        self.pre_authenticate(request, **credentials)
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(user, User):
            self.authentication_failed(request, **credentials)
            return None
        self._rollback_login_failed_rl_usage()
        return user

    def pre_login(self, request: HttpRequest, user: User, **given: Any) -> HttpResponse | None:
        """Remember of which password the sign-in began, for the second factor that follows."""
        begin_sign_in(request, user)
        answer: HttpResponse | None = super().pre_login(request, user, **given)
        return answer

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Answer for a closed account as for a passkey that nobody knows."""
        messages.error(request, str(NOT_RECOGNISED))
        return redirect("account_login")

    def set_password(self, user: User, password: str) -> None:
        """Set a person's own new password; an entry of the ledger with it."""
        change_password(user=user, password=password, at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Accounts hold no address: there is nobody to write to."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Accounts hold no address: there is nobody to write to."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether somebody must prove once more who they are: by the strongest they have."""
        return not proved_recently(context.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        """Return how somebody proves it, first the default: by password only without a factor."""
        if not isinstance(user, User):
            return []
        kinds = kinds_to_prove_by(user)
        methods = []
        if PASSKEY in kinds:
            methods.append(("mfa_reauthenticate_webauthn", gettext("Use a passkey")))
        if kinds & {APP, CODES}:
            methods.append(("mfa_reauthenticate", gettext("Use a code")))
        if not methods and user.has_usable_password():
            methods.append(("account_reauthenticate", gettext("Use your password")))
        return [{"id": name, "description": said, "url": reverse(name)} for name, said in methods]


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets sealed for their owner, keys without names, staff keep one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or was used before."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret sealed for the person who adds the factor."""
        return seal_secret(_person(), text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret of the person who signs in. Raises SealBroken for anybody else's."""
        return open_secret(_person(), encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the owner may remove it: staff keep one that counts."""
        return can_remove_factor(authenticator.user, authenticator.pk)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return by what name browsers keep our passkeys: the host, and no person's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Corps"}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002
        """Return no name: people tell their passkeys apart by number and day."""
        return ""


def _person() -> User:
    """Return who is signed in, or who is about to be. Raises NotPermitted for nobody."""
    request = context.request
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return user
    stage = get_pending_stage(request) if request is not None else None
    if stage is None or not isinstance(stage.login.user, User):
        raise NotPermitted
    return stage.login.user
