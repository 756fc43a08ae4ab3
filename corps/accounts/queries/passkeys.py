"""Passkeys, found in the same time whether there is one or not."""

import json
import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import Min
from django.db.models.fields.json import KeyTextTransform
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

TICK = 0.01
"""Seconds of which a search takes a whole number: the database needs some 50 microseconds more for
what it finds, and a thousand attempts would tell."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey to compare a proof with; `pk` is None for one that nobody has."""

    pk: int | None
    key: AttestedCredentialData


def passkey_of(user_id: UUID, credential_id: bytes) -> Passkey:
    """Return the passkey of that id of an open account; where there is none, one made up, whose key
    is in nobody's hands, so that a proof is compared in any case."""
    begun = time.monotonic()
    pk, stored = _stored(user_id, websafe_encode(credential_id))
    time.sleep(-(time.monotonic() - begun) % TICK)
    public_key = _key_in(json.loads(stored)).public_key
    return Passkey(pk, AttestedCredentialData.create(b"\0" * 16, credential_id, public_key))


def _stored(user_id: UUID, name: str) -> tuple[int | None, str]:
    """Return a passkey's number and registration: one row to fetch and read, found or not."""
    found = Authenticator.objects.filter(
        user_id=user_id,
        user__is_active=True,
        type=Authenticator.Type.WEBAUTHN,
        data__credential__id=name,
    ).aggregate(
        pk=Min("pk"),
        stored=Min(KeyTextTransform("credential", "data"), default=_made_up()),
    )
    return found["pk"], found["stored"]


def passkey_by_pk(pk: int) -> Authenticator:
    """Return a passkey with its person."""
    found: Authenticator = Authenticator.objects.select_related("user").get(pk=pk)
    return found


def _key_in(stored: dict[str, Any]) -> AttestedCredentialData:
    response = RegistrationResponse.from_dict(stored).response
    key = response.attestation_object.auth_data.credential_data
    if key is None:
        raise ValueError
    return key


@cache
def _made_up() -> str:
    """Return a registration as it is kept, of a key that was thrown away."""
    thrown_away = ec.generate_private_key(ec.SECP256R1())
    public = ES256.from_cryptography_key(thrown_away.public_key())  # type: ignore[no-untyped-call]
    key = AttestedCredentialData.create(b"\0" * 16, secrets.token_bytes(16), public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    proof = AuthenticatorData.create(secrets.token_bytes(32), flags, 0, key)
    told = CollectedClientData.create("webauthn.create", b"\0" * 32, "https://corps.example.org")
    name = websafe_encode(key.credential_id)
    return json.dumps(
        {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(told),
                "attestationObject": websafe_encode(AttestationObject.create("none", proof, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
    )
