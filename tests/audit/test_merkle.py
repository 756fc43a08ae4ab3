"""The tree against an independent implementation (pymerkle), and against its own definition."""

from hashlib import sha256
from random import Random

import pytest
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion

from corps.audit.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root_of,
)
from tests.audit.rfc9162 import consistent, included, leaf_hash

CONTENTS = [f"content {n}".encode() for n in range(70)]
LEAVES = [leaf_hash(content) for content in CONTENTS]
OTHER = InmemoryTree(algorithm="sha256")
for _content in CONTENTS:
    OTHER.append_entry(_content)


def over(start: int, end: int) -> bytes:
    """The root over some of the leaves, by the definition of RFC 6962."""
    if end - start == 1:
        return LEAVES[start]
    middle = start + (1 << ((end - start - 1).bit_length() - 1))
    return node_hash(over(start, middle), over(middle, end))


def test_the_roots_are_those_of_the_definition_and_of_pymerkle() -> None:
    assert root_of([]) == EMPTY == sha256(b"").digest()
    sizes = range(1, len(LEAVES) + 1)
    ours = [root_of(LEAVES[:size]) for size in sizes]
    assert ours == [over(0, size) for size in sizes]
    assert ours == [OTHER.get_root(size) for size in sizes]


def test_a_frontier_goes_on_where_it_was_left() -> None:
    chance = Random(1)
    for _ in range(50):
        cut = chance.randrange(len(LEAVES))
        first = Frontier()
        first.extend(b"".join(LEAVES[:cut]))
        again = Frontier(first.size, first.nodes)
        again.extend(b"".join(LEAVES[cut:]))
        assert again.root() == root_of(LEAVES)
    with pytest.raises(ValueError, match="one node for each bit"):
        Frontier(3, [bytes(32)])
    with pytest.raises(ValueError, match="a hash has 32 bytes"):
        Frontier().extend(bytes(33))


def test_our_proofs_of_inclusion_are_those_of_pymerkle() -> None:
    for size in (1, 2, 3, 7, 8, 33, 70):
        root = root_of(LEAVES[:size])
        for position in range(size):
            path = inclusion_proof(position, size, over)
            assert included(LEAVES[position], position, size, path, root)
            theirs = OTHER.prove_inclusion(position + 1, size)
            verify_inclusion(LEAVES[position], root, theirs)
            assert sorted(theirs.path) == sorted([LEAVES[position], *path])


def test_trees_that_we_find_consistent_pymerkle_finds_so_too() -> None:
    """Its proofs are written otherwise than the RFC's, so each is checked by its own side."""
    for new in (1, 2, 5, 8, 33, 70):
        for old in range(1, new + 1):
            roots = root_of(LEAVES[:old]), root_of(LEAVES[:new])
            path = consistency_proof(old, new, over)
            assert consistent(old, roots[0], new, roots[1], path)
            verify_consistency(*roots, OTHER.prove_consistency(old, new))
            if old < new:
                assert not consistent(old, roots[1], new, roots[1], path)
                with pytest.raises(InvalidProof):
                    verify_consistency(roots[1], roots[1], OTHER.prove_consistency(old, new))


def test_a_proof_of_something_else_does_not_hold() -> None:
    root, path = root_of(LEAVES), inclusion_proof(5, 70, over)
    assert not included(LEAVES[6], 5, 70, path, root)
    assert not included(LEAVES[5], 6, 70, path, root)
    assert not included(LEAVES[5], 5, 69, path[:-1], root)
    assert not included(LEAVES[5], 70, 70, path, root)
    assert not included(LEAVES[5], 5, 70, [*path, root], root)
    between, old = consistency_proof(33, 70, over), root_of(LEAVES[:33])
    assert not consistent(32, old, 70, root, between)
    assert not consistent(33, root, 70, root, between)
    assert not consistent(33, old, 70, old, between)
    assert not consistent(33, old, 70, root, between[:-1])
    assert not consistent(0, EMPTY, 70, root, [])
    assert not consistent(70, root, 70, root, [root])


@pytest.mark.parametrize(("position", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(position: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_proof(position, size, over)
