"""Files at rest: any part is read without the whole, and no piece is moved, altered or cut off."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from corps.vault.files import (
    PIECE,
    STORED,
    read_approved,
    read_file,
    read_whole,
    remove_file,
    seal_file,
    storage,
)
from corps.vault.models import DataKey, SealedFile
from corps.vault.sealing import SealBroken

pytestmark = pytest.mark.django_db

CONTENT = Random(4).randbytes(PIECE * 2 + 1000)
A_FEW_BYTES = 8
"""So few may stand in sealed bytes by chance."""


def stored(row: SealedFile) -> Path:
    """Where a file's bytes lie."""
    return Path(storage().path(str(row.pk)))


def parts(row: SealedFile, start: int, end: int | None = None) -> bytes:
    """A part of a file."""
    return b"".join(read_file(row, start=start, end=end))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, PIECE * 2, len(CONTENT)])
def test_what_was_sealed_is_read_again(size: int) -> None:
    """In chunks of any size, of any length."""
    content = CONTENT[:size]
    chunks = [content[at : at + 70_001] for at in range(0, size, 70_001)]
    row = seal_file(chunks, media_type="text/plain")
    assert (row.size, read_whole(row)) == (size, content)
    assert size < A_FEW_BYTES or content[:64] not in stored(row).read_bytes()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 1),
        (PIECE - 1, PIECE + 1),
        (PIECE, PIECE * 2),
        (5, None),
        (PIECE * 2 + 999, None),
        (PIECE * 2, 10**9),
        (7, 7),
        (10**9, None),
    ],
)
def test_any_part_is_read(start: int, end: int | None) -> None:
    """As the whole would give it."""
    row = seal_file([CONTENT], media_type="audio/wav")
    assert parts(row, start, end) == CONTENT[start:end]


def test_a_part_is_read_without_the_whole() -> None:
    """Where another piece is broken, this one still opens, and that one does not."""
    row = seal_file([CONTENT], media_type="audio/wav")
    kept = bytearray(stored(row).read_bytes())
    kept[STORED + 9] ^= 1
    stored(row).write_bytes(kept)
    assert parts(row, 0, PIECE) == CONTENT[:PIECE]
    with pytest.raises(SealBroken):
        parts(row, PIECE, PIECE + 1)
    with pytest.raises(SealBroken):
        read_whole(row)


def swapped(content: bytes) -> bytes:
    """The first two pieces in the other order."""
    return content[STORED : STORED * 2] + content[:STORED] + content[STORED * 2 :]


@pytest.mark.parametrize(
    "harm",
    [
        swapped,
        lambda content: content[: STORED * 2],
        lambda content: content[:-1],
        lambda content: content[:STORED] * 2 + content[STORED * 2 :],
        lambda content: b"",
    ],
    ids=["swapped", "cut at a piece", "cut by a byte", "doubled", "emptied"],
)
def test_pieces_are_bound_to_their_place_and_their_end(
    harm: Callable[[bytes], bytes],
) -> None:
    """Whatever is done to their order, the file does not open."""
    row = seal_file([CONTENT], media_type="audio/wav")
    stored(row).write_bytes(harm(stored(row).read_bytes()))
    with pytest.raises(SealBroken):
        read_whole(row)


def test_pieces_are_bound_to_their_file() -> None:
    """Another file's bytes do not open under this one's name."""
    row, other = (seal_file([CONTENT], media_type="audio/wav") for _ in range(2))
    stored(row).write_bytes(stored(other).read_bytes())
    with pytest.raises(SealBroken):
        read_whole(row)


def test_nobody_else_may_read_the_stored_bytes() -> None:
    """They belong to the account that runs the installation, and to nobody else."""
    row = seal_file([b"x"], media_type="text/plain")
    assert stored(row).stat().st_mode & 0o777 == 0o600


def test_a_removed_file_leaves_nothing(
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Neither row, nor key, nor, once that is committed, bytes."""
    row = seal_file([b"x"], media_type="text/plain")
    key, place = row.data_key_id, stored(row)
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(row)
        assert place.exists()
    assert (DataKey.objects.filter(pk=key).exists(), place.exists()) == (False, False)


def test_a_file_is_read_by_the_hash_that_was_approved() -> None:
    """Another hash, or none, opens nothing."""
    row = seal_file([b"a"], media_type="text/plain")
    assert read_approved(row, row.sha256) == b"a"
    for hashed in (bytes(32), None):
        with pytest.raises(SealBroken):
            read_approved(row, hashed)
