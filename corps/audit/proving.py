"""Proofs that stand alone: docs/verify_proof.py checks them without this program or its database.

A proof is a JSON object; bytes in it are written in base64.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from corps.audit.canonical import CANONICAL
from corps.audit.heads import HeadWrong, SignedHead, head_of, public_key
from corps.audit.merkle import consistency_proof, inclusion_proof, root_of
from corps.audit.models import Seal

Proof = dict[str, Any]
INCLUSION, CONSISTENCY = "corps-ledger-inclusion-1", "corps-ledger-consistency-1"


class NotProvable(ValueError):
    """There is nothing to prove yet, or never; the text says why."""


def signed_head(seal: int | None = None) -> SignedHead | None:
    """Return the head of a seal, by default of the last; None where there is none."""
    found = Seal.objects.order_by("-number")
    row = (found if seal is None else found.filter(number=seal)).first()
    return None if row is None else SignedHead(row.head, bytes(row.signature))


def prove_entry(number: int) -> Proof:
    """Return the proof that the entry stands in the tree of the last head.

    Raises NotProvable where there is no such entry, or where it is not sealed yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.position, {CANONICAL} FROM ledger.ledger_entry AS e"  # noqa: S608
            " LEFT JOIN ledger.ledger_leaf AS l ON l.entry = e.number WHERE e.number = %s",
            [number],
        )
        row = cursor.fetchone()
    last = signed_head()
    if row is None:
        raise NotProvable(f"There is no entry {number}.")
    if row[0] is None or last is None:
        raise NotProvable(f"Entry {number} is not sealed yet: run manage.py ledger seal.")
    size = head_of(last.text).size
    return {
        "kind": INCLUSION,
        "entry": number,
        "content": bytes(row[1]).decode(),
        "position": row[0],
        "size": size,
        "path": _written(inclusion_proof(row[0], size, _root)),
        **told(last),
        "public_key": public_key_text(),
    }


def prove_between(first: SignedHead, second: SignedHead) -> Proof:
    """Return the proof that the tree of one head begins the tree of the other, in either order.

    Raises NotProvable where the ledger holds less than the heads say.
    """
    try:
        old, new = sorted((first, second), key=lambda one: head_of(one.text).size)
        sizes = _size(old), _size(new)
    except HeadWrong:
        raise NotProvable("This is not a head of the ledger.") from None
    if sizes[1] > _leaves():
        raise NotProvable("The ledger holds less than the newer head says.")
    return {
        "kind": CONSISTENCY,
        "old": told(old),
        "new": told(new),
        "path": _written(consistency_proof(*sizes, _root)),
        "public_key": public_key_text(),
    }


def public_key_text() -> str:
    """Return the public key as it stands in proofs. Raises KeyMissing."""
    return _text(public_key())


def told(head: SignedHead) -> dict[str, str]:
    """Return a head as it is handed outside."""
    return {"head": head.text, "signature": _text(head.signature)}


def whole_ledger() -> Iterator[Proof]:
    """Give the whole sealed ledger, in the tree's order: each entry's content, and each head behind
    the last entry that it covers. Call it in one snapshot."""
    heads = iter(Seal.objects.order_by("number").iterator(chunk_size=1000))
    due, position = next(heads, None), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(_WHOLE)
        for (content,) in cursor:
            yield {"entry": bytes(content).decode()}
            position += 1
            while due is not None and due.size <= position:
                yield told(SignedHead(due.head, bytes(due.signature)))
                due = next(heads, None)


_WHOLE = f"""
    SELECT {CANONICAL} FROM ledger.ledger_leaf AS l
    JOIN ledger.ledger_entry AS e ON e.number = l.entry ORDER BY l.position
"""  # noqa: S608  (nothing of it comes from outside)


def _size(head: SignedHead) -> int:
    return head_of(head.text).size


def _leaves() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger.ledger_leaf")
        return int(cursor.fetchone()[0])


def _root(start: int, end: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash FROM ledger.ledger_leaf WHERE position >= %s AND position < %s"
            " ORDER BY position",
            [start, end],
        )
        return root_of(bytes(hash_) for (hash_,) in cursor)


def _written(path: Iterable[bytes]) -> list[str]:
    return [_text(node) for node in path]


def _text(given: bytes) -> str:
    return b64encode(given).decode()
