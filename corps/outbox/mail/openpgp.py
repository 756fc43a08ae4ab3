"""Encrypting to an OpenPGP key that somebody handed us.

The library encrypts to a key that has expired or was revoked without a word, so what may be
encrypted to is looked for here: the key itself must be good, and of its subkeys those that are not
are taken out first (RFC 9580, sections 5.2.3.13 and 10.1).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from pysequoia import Cert
from pysequoia import encrypt as encrypt_to
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from corps.errors import Refusal

FAILS = (RuntimeError, ValueError)
"""What the library raises: it has no class of its own, and its texts hold parts of the input."""

LONGEST_KEY = 256 * 1024
"""How many characters an armoured key may have."""


class KeyUnusable(Refusal):
    """No OpenPGP key, more than one, or one that is expired, revoked or cannot encrypt."""

    message = _(
        "The OpenPGP key cannot be used: it has expired, was revoked, or is none that can encrypt. "
        "Ask the contact for a new one."
    )


def read_key(armoured: str) -> Cert:
    """Return the one public key in the text, with its good subkeys alone. Raises KeyUnusable."""
    if len(armoured) > LONGEST_KEY:
        raise KeyUnusable
    try:
        [key] = Cert.split_bytes(armoured.encode())
        kept = [packet for group in _groups(key) if _is_good(group) for packet in group]
        good = Cert.from_packets(kept)
    except FAILS:
        raise KeyUnusable from None
    if key.is_revoked or (key.expiration and key.expiration <= datetime.now(UTC)):
        raise KeyUnusable
    return good


def encrypt(plain: bytes, armoured: str) -> str:
    """Return `plain` encrypted to an armoured public key, armoured. Raises KeyUnusable."""
    key = read_key(armoured)
    try:
        return encrypt_to(plain, recipients=[key]).decode("ascii")
    except FAILS:
        raise KeyUnusable from None


def _groups(key: Cert) -> Iterator[list[Packet]]:
    """Give the packets of a key: first the primary key with all that is said of it, then each
    subkey with what is said of that."""
    group: list[Packet] = []
    for packet in PacketPile.from_bytes(bytes(key)):
        if packet.tag == Tag.PublicSubkey:
            yield group
            group = []
        group.append(packet)
    yield group


def _is_good(group: list[Packet]) -> bool:
    """Return whether a group is that of the primary key, or of a subkey that holds today."""
    head, said = group[0], [packet for packet in group if packet.tag == Tag.Signature]
    if head.tag != Tag.PublicSubkey:
        return True
    if any(one.signature_type == SignatureType.SubkeyRevocation for one in said):
        return False
    bindings = [one for one in said if one.signature_type == SignatureType.SubkeyBinding]
    latest = max(bindings, key=_made, default=None)
    lasts = latest.key_validity_period if latest is not None else None
    made = head.key_created
    return latest is not None and not (lasts and made and made + lasts <= datetime.now(UTC))


def _made(signature: Packet) -> datetime:
    return signature.signature_created or datetime.min.replace(tzinfo=UTC)
