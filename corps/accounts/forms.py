"""Forms at the way in."""

import struct
from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode

from corps.accounts.queries.passkeys import passkey_by_pk, passkey_of

NO_PASSKEY = _("This passkey was not recognised.")
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)
"""What reading a credential fails with that no browser sends."""


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words that only you put together are good."),
    )
    again = forms.CharField(
        label=_("The same again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class AddPasskeyForm(passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey: no name is asked for, and of what the browser sends only the key is kept."""

    name = None
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Keep the credential's own parts; whatever is wrong with it is told in one sentence."""
        try:
            cleaned: dict[str, Any] = super().clean()
            if "credential" in cleaned:
                cleaned["credential"] = _only_the_key(cleaned["credential"])
        except (ValidationError, InvalidSignature, *ODD):
            raise ValidationError(NO_PASSKEY, code="passkey") from None
        return {**cleaned, "name": get_adapter().generate_authenticator_name(self.user, "webauthn")}


def _only_the_key(credential: dict[str, Any]) -> dict[str, Any]:
    answer = credential["response"]
    kept = credential.get("clientExtensionResults", {}).get("credProps", {}).get("rk")
    return {
        "id": credential["id"],
        "rawId": credential["rawId"],
        "type": "public-key",
        "response": {
            "clientDataJSON": answer["clientDataJSON"],
            "attestationObject": answer["attestationObject"],
        },
        "clientExtensionResults": {"credProps": {"rk": kept is True}},
    }


class _PasskeyProof(passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A proof by passkey: an unknown key, a wrong one and a closed account answer alike."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that was used."""
        try:
            found = super().clean_credential()
        except (ValidationError, InvalidSignature, *ODD):
            raise ValidationError(NO_PASSKEY, code="passkey") from None
        if not found.user.is_active:
            raise ValidationError(NO_PASSKEY, code="passkey")
        return found


class PasskeyForm(_PasskeyProof):
    """A passkey after the password."""


class PasskeyAgainForm(_PasskeyProof):
    """A passkey before something sensitive."""

    reauthenticated = True


class PasskeySignInForm(_PasskeyProof):
    """A passkey in place of name and password."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)

    def clean_credential(self) -> Authenticator:
        """Return the passkey that was used; one that nobody has is compared like any other."""
        try:
            pk = _proved(self.cleaned_data["credential"])
        except (ValidationError, InvalidSignature, *ODD):
            pk = None
        if pk is None:
            raise ValidationError(NO_PASSKEY, code="passkey")
        webauthn.clear_state()
        return passkey_by_pk(pk)


def _proved(credential: dict[str, Any]) -> int | None:
    """Return which passkey a proof is by, None for one that nobody has. Raises as fido2 does."""
    proof = webauthn.parse_authentication_response(credential)
    handle = websafe_decode(credential["response"]["userHandle"]).decode()
    passkey, state = passkey_of(UUID(handle), proof.raw_id), webauthn.get_state()
    if not state:
        raise ValidationError(NO_PASSKEY, code="passkey")
    webauthn.get_server().authenticate_complete(state, [passkey.key], credential)
    return passkey.pk
