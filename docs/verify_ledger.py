"""Check the whole ledger as `ledger export` writes it, or a file of heads, without Corps.

    python3 verify_ledger.py FILE --public-key BASE64

It needs verify_proof.py beside it, and nothing else. The exit code is 0 if every head is signed,
follows the one numbered before it if that stands there too, and fits all entries before it, and the
last entry is covered; 1 if not.
"""

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Iterable
from functools import reduce
from pathlib import Path
from typing import Any

from verify_proof import DoesNotHold, demand, hashed, read_head


class Tree:
    """A tree that only grows, kept as the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.nodes: list[bytes] = []

    def append(self, content: str) -> None:
        node, size = hashed(b"\x00", content.encode()), self.size
        while size % 2:
            node, size = hashed(b"\x01", self.nodes.pop(), node), size // 2
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        return reduce(lambda right, left: hashed(b"\x01", left, right), reversed(self.nodes))


def check_lines(lines: Iterable[dict[str, Any]], key: bytes) -> str:
    """Return what holds, in a sentence, of entries and heads among them, or of heads alone."""
    tree, previous, heads, number, size = Tree(), b"", 0, None, 0
    for line in lines:
        if "entry" in line:
            tree.append(line["entry"])
            continue
        size, root, own = read_head(line, key)
        if tree.size:
            demand(size == tree.size, f"head {own['number']} stands behind another entry than its")
            demand(root == tree.root(), f"head {own['number']} does not fit the entries before it")
        if number is not None and int(own["number"]) == number + 1:
            follows = b64decode(own["previous"]) == previous
            demand(follows, f"head {own['number']} does not follow the one before it")
        previous, heads = hashed(line["head"].encode()), heads + 1
        number = int(own["number"])
    demand(heads, "there is no head in this file")
    demand(size == tree.size or not tree.size, "no head covers the last entries")
    return f"{tree.size} entries and {heads} heads are in order."


def check(text: str, key: bytes) -> str:
    """Return what holds, in a sentence. Raises DoesNotHold."""
    try:
        return check_lines((json.loads(line) for line in text.split("\n") if line.strip()), key)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise DoesNotHold(f"it does not read as it should ({type(error).__name__})") from None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Check the exported ledger of Corps.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", type=b64decode, required=True)
    asked = parser.parse_args()
    try:
        sys.stdout.write(check(asked.file.read_bytes().decode(), asked.public_key) + "\n")
    except DoesNotHold as wrong:
        sys.exit(f"Does not hold: {wrong}.")
