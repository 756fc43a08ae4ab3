"""A passkey in software, and the pages of the second factor as a browser walks them."""

import json
import re
import secrets
import time
from hashlib import sha256
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.cast import PASSWORD

HOST, ORIGIN = "testserver", "http://testserver"
PRESENT = AuthenticatorData.FLAG.UP
VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftKey:
    """One passkey on one device; `verifies`: whether it asks for a finger, face or PIN."""

    def __init__(self, *, verifies: bool = True) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.flags = VERIFIED if verifies else PRESENT
        self.handle = ""

    def create(self, options: dict[str, Any]) -> str:
        """Return what a browser sends for the options of a new passkey."""
        asked = options["creation_options"]["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.private.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        flags = self.flags | AuthenticatorData.FLAG.AT
        proof = AuthenticatorData.create(_host_hash(), flags, 1, made)
        answer = {
            "clientDataJSON": websafe_encode(_told("webauthn.create", asked)),
            "attestationObject": websafe_encode(AttestationObject.create("none", proof, {})),
        }
        return self._credential(answer)

    def get(self, options: dict[str, Any]) -> str:
        """Return what a browser sends for the options of a proof."""
        told = _told("webauthn.get", options["request_options"]["publicKey"])
        proof = AuthenticatorData.create(_host_hash(), self.flags, 2)
        signature = self.private.sign(proof + sha256(told).digest(), ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(told),
            "authenticatorData": websafe_encode(proof),
            "signature": websafe_encode(signature),
            "userHandle": self.handle,
        }
        return self._credential(answer)

    def _credential(self, answer: dict[str, Any]) -> str:
        name = websafe_encode(self.id)
        parts = {"id": name, "rawId": name, "type": "public-key", "response": answer}
        return json.dumps({**parts, "clientExtensionResults": {}})


def _told(kind: str, asked: dict[str, Any]) -> bytes:
    return CollectedClientData.create(kind, websafe_decode(asked["challenge"]), ORIGIN)


def _host_hash() -> bytes:
    return sha256(HOST.encode()).digest()


def options_on(response: Any) -> dict[str, Any]:
    """The options that stand in a page."""
    found = re.search(
        r'<script id="passkey-options"[^>]*>(.*?)</script>', response.content.decode()
    )
    assert found is not None
    return dict(json.loads(found[1]))


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Send name and password."""
    return client.post(reverse("account_login"), {"login": name, "password": password, **more})


def add_passkey(client: Client, key: SoftKey | None = None) -> SoftKey:
    """Add a passkey on its page."""
    key, page = key or SoftKey(), reverse("mfa_add_webauthn")
    answer = client.post(page, {"credential": key.create(options_on(client.get(page)))})
    assert answer.status_code == 302
    return key


def prove(client: Client, key: SoftKey, page: str = "mfa_authenticate", **more: str) -> Any:
    """Use a passkey after the password, or before something sensitive."""
    path = reverse(page)
    return client.post(path, {"credential": key.get(options_on(client.get(path))), **more})


def sign_in_by_passkey(client: Client, key: SoftKey, **more: str) -> Any:
    """Use a passkey in place of name and password."""
    path = reverse("mfa_login_webauthn")
    options = client.get(path, headers={"Accept": "application/json"}).json()
    return client.post(path, {"credential": key.get(options), **more})


def code_of(secret: str) -> str:
    """The code an app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def add_app(client: Client) -> str:
    """Add an authenticator app on its page; return its secret."""
    page = reverse("mfa_activate_totp")
    found = re.search(r'id="authenticator_secret"[^>]*>(\w+)<', client.get(page).content.decode())
    assert found is not None
    answer = client.post(page, {"code": code_of(found[1])})
    assert answer.status_code == 302
    return found[1]
