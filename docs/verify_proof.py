"""Check a proof that Corps hands out of its ledger, with Python's standard library alone.

    python3 verify_proof.py FILE [--public-key BASE64]

The exit code is 0 if the proof holds, 1 if not. Without --public-key the key in FILE is believed:
compare it with the one that you were given. Trees are those of RFC 6962, signatures of RFC 8032.
"""

import argparse
import json
import sys
from base64 import b64decode
from hashlib import sha256, sha512
from pathlib import Path

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P  # Ed25519's curve: -x^2 + y^2 = 1 + D x^2 y^2, modulo P


class DoesNotHold(Exception):
    """Something in the file is not true; the text says what."""


def demand(holds: object, otherwise: str) -> None:
    if not holds:
        raise DoesNotHold(otherwise)


def point_of(given: bytes) -> tuple[int, int]:
    odd, y = divmod(int.from_bytes(given, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    demand(y < P and (x * x - square) % P == 0 and x >= odd, "these bytes are no point")
    return (x if x % 2 == odd else P - x), y


def add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (a, b), (c, d) = one, other
    k = D * a * b * c * d
    inverse = pow(1 - k * k, -1, P)
    return (a * d + b * c) * (1 - k) * inverse % P, (b * d + a * c) * (1 + k) * inverse % P


def times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    for bit in f"{factor:b}":
        twice = add(result, result)
        result = add(twice, point) if bit == "1" else twice
    return result


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    factor = int.from_bytes(signature[32:], "little")
    if (len(key), len(signature)) != (32, 64) or factor >= ORDER:
        return False
    base = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    given = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    try:
        return times(factor, base) == add(point_of(signature[:32]), times(given, point_of(key)))
    except DoesNotHold:
        return False


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def roots(old: int, new: int, path: list[bytes], known: bytes = b"", leaf: bytes = b"") -> tuple:
    """Return the roots over the first `old` and over all `new` entries, as a proof has them: of one
    entry, `leaf`, the last of the old ones; or between two heads, `known` the root of the older."""
    begun, done = leaf or known, new == 1 if leaf else old == new
    fits = len(path) == (not begun) if done else path
    demand(0 < old <= new and fits, "the path does not fit the numbers of entries")
    if done:
        return (begun or path[0],) * 2
    half, last = 1 << (new - 1).bit_length() - 1, path[-1]
    if old <= half:
        first, second = roots(old, half, path[:-1], known, leaf)
        return first, hashed(b"\x01", second, last)
    first, second = roots(old - half, new - half, path[:-1], leaf=leaf)
    return hashed(b"\x01", last, first), hashed(b"\x01", last, second)


def read_head(told: dict[str, str], key: bytes) -> tuple[int, bytes, dict[str, str]]:
    text, signature = told["head"], b64decode(told["signature"], validate=True)
    demand(signed(key, text.encode(), signature), "a head's signature does not fit")
    log, size, root, *rest = text.removesuffix("\n").split("\n")
    demand(log == "corps-ledger", "this is the head of another kind of log")
    return int(size), b64decode(root, validate=True), dict(line.split(" ", 1) for line in rest)


def check(text: str, given_key: bytes | None = None) -> str:
    """Return what is proved, in a sentence. Raises DoesNotHold."""
    try:
        proof = json.loads(text)
        key = given_key or b64decode(proof["public_key"], validate=True)
        path = [b64decode(node, validate=True) for node in proof["path"]]
        if proof["kind"] == "corps-ledger-consistency-1":
            old, before, was = read_head(proof["old"], key)
            new, after, now = read_head(proof["new"], key)
            grown = roots(old, new, path, known=before) == (before, after)
            demand(grown, "the newer ledger does not begin with what the older one held")
            return f"The {old} entries signed {was['at']} begin the {new} signed {now['at']}."
        demand(proof["kind"] == "corps-ledger-inclusion-1", "this is no proof that is known here")
        size, root, lines = read_head(proof, key)
        demand(proof["size"] == size, "the proof is for a tree of another size than the head's")
        demand(json.loads(proof["content"])[0] == proof["entry"], "this is another entry's content")
        leaf = hashed(b"\x00", proof["content"].encode())
        found = roots(proof["position"] + 1, size, path, leaf=leaf)[1]
        demand(found == root, "the path does not lead from the entry to the root")
        return f"Entry {proof['entry']} stands among the {size} entries signed {lines['at']}."
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise DoesNotHold(f"it does not read as it should ({type(error).__name__})") from None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check a proof of the ledger of Corps.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", type=b64decode)
    asked = parser.parse_args()
    try:
        sys.stdout.write(check(asked.file.read_text("utf-8"), asked.public_key) + "\n")
    except DoesNotHold as wrong:
        sys.exit(f"Does not hold: {wrong}.")
