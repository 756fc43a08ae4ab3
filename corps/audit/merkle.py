"""Merkle trees as in Certificate Transparency: roots and proofs (RFC 6962, section 2.1).

Pure functions over bytes; SHA-256 throughout. A tree of n leaves is built from the hashes of its
leaves, in order; positions begin with 0.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

HASH_BYTES = 32
"""How long a hash is."""

Range = Callable[[int, int], bytes]
"""`(start, end)`: the root over the leaves from `start` to `end`, the end excluded."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, kept as the roots of its perfect subtrees, the largest first.

    It takes constant work for each leaf, on average, and memory by the logarithm of their number.
    """

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        """Go on from a tree of `size` leaves whose frontier is `nodes`."""
        self.size = size
        self.nodes = list(nodes)
        if len(self.nodes) != size.bit_count():
            raise ValueError("a frontier has one node for each bit of its size")

    def extend(self, hashes: bytes) -> None:
        """Add more leaves, of which the hashes stand end to end: a perfect subtree at a time, the
        largest that fits at this place. Raises ValueError where the last hash is not whole."""
        if len(hashes) % HASH_BYTES:
            raise ValueError("a hash has 32 bytes")
        start = 0
        while left := (len(hashes) - start) // HASH_BYTES:
            count = 1 << (left.bit_length() - 1)
            if self.size:
                count = min(count, self.size & -self.size)
            end = start + count * HASH_BYTES
            self._add(_perfect(hashes[start:end]), count)
            start = end

    def _add(self, node: bytes, count: int) -> None:
        """Add the root of a perfect subtree of `count` leaves; the size is a multiple of it."""
        size, step = self.size, count
        while size & step:
            node = node_hash(self.nodes.pop(), node)
            step <<= 1
        self.nodes.append(node)
        self.size += count

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.nodes:
            return EMPTY
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def _perfect(hashes: bytes) -> bytes:
    """Return the root over the hashes of leaves, end to end, a power of two of them. Two hashes
    that stand side by side are what their node is made of: nothing is taken apart."""
    digest, pair = sha256, 2 * HASH_BYTES
    while len(hashes) > HASH_BYTES:
        starts = range(0, len(hashes), pair)
        hashes = b"".join([digest(b"\x01" + hashes[at : at + pair]).digest() for at in starts])
    return hashes


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the hashes of leaves, in order."""
    frontier = Frontier()
    frontier.extend(b"".join(leaves))
    return frontier.root()


def split(size: int) -> int:
    """Return the largest power of two that is smaller than `size`, which is two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(position: int, size: int, root: Range) -> list[bytes]:
    """Return the audit path of the leaf at `position` in a tree of `size` (section 2.1.1).

    Raises ValueError for a position outside the tree.
    """
    if not 0 <= position < size:
        raise ValueError("there is no such leaf in the tree")
    return _path(position, 0, size, root)


def _path(position: int, start: int, end: int, root: Range) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if position < middle:
        return [*_path(position, start, middle, root), root(middle, end)]
    return [*_path(position, middle, end, root), root(start, middle)]


def consistency_proof(old: int, new: int, root: Range) -> list[bytes]:
    """Return the proof that the tree of `old` leaves begins the one of `new` (section 2.1.2).

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError("the older tree is not the smaller one, or it is empty")
    return _subproof(old, 0, new, root, whole=True)


def _subproof(old: int, start: int, end: int, root: Range, *, whole: bool) -> list[bytes]:
    if old == end - start:
        return [] if whole else [root(start, end)]
    left = split(end - start)
    middle = start + left
    if old <= left:
        return [*_subproof(old, start, middle, root, whole=whole), root(middle, end)]
    return [*_subproof(old - left, middle, end, root, whole=False), root(start, middle)]
