"""Check what Corps hands out of its ledger, with nothing but Python's standard library.

    python3 verify_proof.py FILE [--public-key BASE64]

FILE is a proof of one entry, a proof between two heads, the whole ledger as exported, or a file of
heads. The exit code is 0 if everything in it holds, 1 if not. Without --public-key the key that
stands in the file is believed: compare it with the one that you were given by another way.

The trees and their proofs are those of RFC 6962 (Certificate Transparency), checked as RFC 9162
says in sections 2.1.3.2 and 2.1.4.2; the signatures are Ed25519 as in RFC 8032, section 5.1.7.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Point = tuple[int, int, int, int]

# -- Ed25519 (RFC 8032): points in extended coordinates on -x^2 + y^2 = 1 + d x^2 y^2

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(factor: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


def point_of(given: bytes) -> Point | None:
    """Return the point that 32 bytes stand for, None for none."""
    y = int.from_bytes(given, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the key over the message."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = point_of(public_key), point_of(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or factor >= ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public_key + message).digest()
    times = int.from_bytes(challenge, "little") % ORDER
    return equal(multiply(factor, BASE), add(commitment, multiply(times, key)))


# -- Merkle trees (RFC 6962)


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf: bytes, position: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `position` to the root of a tree of `size` leaves."""
    if not 0 <= position < size:
        return False
    node, index, last = leaf, position, size - 1
    for sibling in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = node_hash(sibling, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether `path` shows that the tree of `old` leaves begins the one of `new` leaves."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, node)
        index, last = index >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Tree:
    """A tree that only grows, kept as the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(self.nodes.pop(), node)
            size >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return hashlib.sha256(b"").digest()
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


# -- heads, and what is proved under them


class DoesNotHold(Exception):
    """Something in the file is not true; the text says what."""


def demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise DoesNotHold(otherwise)


def read_head(told: dict[str, Any], public_key: bytes) -> tuple[int, bytes, dict[str, str]]:
    """Return the size, the root and the other lines of a head whose signature holds."""
    text = told["head"]
    signature = base64.b64decode(told["signature"], validate=True)
    demand(signed(public_key, text.encode(), signature), "a head's signature does not fit")
    log, size, root, *rest = text.removesuffix("\n").split("\n")
    demand(log == "corps-ledger", "this is the head of another kind of log")
    lines = dict(line.split(" ", 1) for line in rest)
    return int(size), base64.b64decode(root, validate=True), lines


def check_inclusion(proof: dict[str, Any], public_key: bytes) -> str:
    size, root, lines = read_head(proof, public_key)
    content = proof["content"].encode()
    demand(proof["size"] == size, "the proof is for a tree of another size than the head's")
    demand(json.loads(content)[0] == proof["entry"], "the content is that of another entry")
    path = [base64.b64decode(node, validate=True) for node in proof["path"]]
    demand(
        included(leaf_hash(content), proof["position"], size, path, root),
        "the path does not lead from the entry to the root",
    )
    return f"Entry {proof['entry']} stands in the ledger of {size} entries signed {lines['at']}."


def check_consistency(proof: dict[str, Any], public_key: bytes) -> str:
    (old, old_root, before), (new, new_root, after) = (
        read_head(proof[which], public_key) for which in ("old", "new")
    )
    path = [base64.b64decode(node, validate=True) for node in proof["path"]]
    demand(
        consistent(old, old_root, new, new_root, path),
        "the newer ledger does not begin with what the older one held",
    )
    return (
        f"The {old} entries signed {before['at']} begin, unchanged, the {new} signed {after['at']}."
    )


def check_lines(lines: Iterable[dict[str, Any]], public_key: bytes) -> str:
    """Check an export (entries, and heads among them) or a file of heads alone."""
    tree, previous, heads, number, size = Tree(), b"", 0, None, 0
    for line in lines:
        if "entry" in line:
            tree.append(leaf_hash(line["entry"].encode()))
            continue
        size, root, own = read_head(line, public_key)
        if tree.size:
            demand(size == tree.size, f"head {own['number']} stands behind another entry than its")
            demand(root == tree.root(), f"head {own['number']} does not fit the entries before it")
        if number is not None and int(own["number"]) == number + 1:
            demand(
                base64.b64decode(own["previous"]) == previous,
                f"head {own['number']} does not follow the one before it",
            )
        previous = hashlib.sha256(line["head"].encode()).digest()
        number, heads = int(own["number"]), heads + 1
    demand(heads, "there is no head in this file")
    demand(size == tree.size or not tree.size, "no head covers the last entries")
    return f"{tree.size} entries and {heads} heads are in order."


def check(text: str, given_key: bytes | None = None) -> str:
    """Return what holds, in a sentence. Raises DoesNotHold."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = None
    try:
        if isinstance(whole, dict) and "kind" in whole:
            public_key = given_key or base64.b64decode(whole["public_key"], validate=True)
            kinds = {
                "corps-ledger-inclusion-1": check_inclusion,
                "corps-ledger-consistency-1": check_consistency,
            }
            demand(whole["kind"] in kinds, "this is no proof that is known here")
            return kinds[whole["kind"]](whole, public_key)
        demand(given_key, "heads and exports need --public-key")
        lines = (json.loads(line) for line in text.split("\n") if line.strip())
        return check_lines(lines, given_key)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise DoesNotHold(f"the file does not read as it should: {type(error).__name__}") from None


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a proof of the ledger of Corps.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", type=base64.b64decode)
    asked = parser.parse_args()
    text = asked.file.read_bytes().decode()
    try:
        sys.stdout.write(check(text, asked.public_key) + "\n")
    except DoesNotHold as wrong:
        sys.stdout.write(f"Does not hold: {wrong}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
