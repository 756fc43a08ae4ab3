"""Files at rest: sealed in pieces, so that any part can be read without the whole.

A piece is 256 KiB of the content, sealed by AES-256-GCM under the file's own data key and bound to
the file's id, the number of the piece, and whether it is the last: pieces cannot be swapped, taken
from another file, or cut off at the end. With at most 2**20 pieces of random nonces under one key
the bound of NIST SP 800-38D section 8.3 is far away. Names of stored files are random.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction

from corps.vault.actions import draft_data_key, open_data_key
from corps.vault.models import SealedFile
from corps.vault.sealing import OVERHEAD, Place, SealBroken, seal, unseal

PIECE = 256 * 1024
STORED = PIECE + OVERHEAD


def storage() -> Storage:
    """Return where sealed files lie (the storage `sealed` of the settings)."""
    return storages["sealed"]


def seal_file(content: Iterable[bytes], *, media_type: str) -> SealedFile:
    """Seal a file and store it; return its row, saved. The caller holds the transaction.

    `content` comes in chunks of any size and is never held whole. Where the transaction is undone,
    the stored bytes are left without a row, unreadable; the clock removes them.
    """
    key, plain_key = draft_data_key()
    row = SealedFile(data_key=key, media_type=media_type)
    digest, size = sha256(), 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        number, last = 0, b""
        for piece in _cut(content):
            if number:
                yield seal(plain_key, _place(row, number - 1, last=False), last)
            digest.update(piece)
            size += len(piece)
            last, number = piece, number + 1
        yield seal(plain_key, _place(row, max(number - 1, 0), last=True), last)

    storage().save(str(row.pk), _Stream(pieces()))
    row.size, row.sha256 = size, digest.digest()
    key.save(force_insert=True)
    row.save(force_insert=True)
    return row


def read_file(row: SealedFile, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Give the content from byte `start` to `end` (half-open; the end of the file for None).

    Raises SealBroken where the stored bytes are not those that were sealed, Erased where the key is
    gone.
    """
    end = row.size if end is None else min(end, row.size)
    if start >= end:
        return
    key, last = open_data_key(row.data_key), _last_number(row.size)
    with storage().open(str(row.pk), "rb") as stored:
        stored.seek(start // PIECE * STORED)
        for number in range(start // PIECE, (end - 1) // PIECE + 1):
            sealed = stored.read(STORED)
            piece = unseal(key, _place(row, number, last=number == last), sealed)
            yield piece[max(start - number * PIECE, 0) : end - number * PIECE]


def read_whole(row: SealedFile) -> bytes:
    """Return the whole content. Raises SealBroken also where its hash is not the row's."""
    content = b"".join(read_file(row))
    if sha256(content).digest() != bytes(row.sha256):
        raise SealBroken
    return content


def read_approved(row: SealedFile, sha256: bytes | memoryview | None) -> bytes:
    """Return the whole content of a file that people approved by this hash.

    Raises SealBroken where the file is another one by now, or where no hash was written down.
    """
    if sha256 is None or bytes(row.sha256) != bytes(sha256):
        raise SealBroken
    return read_whole(row)


def remove_file(row: SealedFile) -> None:
    """Remove a file's row and its key and, once that is committed, its stored bytes."""
    key, name = row.data_key, str(row.pk)
    row.delete()
    key.delete()
    transaction.on_commit(lambda: storage().delete(name), robust=True)


def _last_number(size: int) -> int:
    return max(size - 1, 0) // PIECE


def _place(row: SealedFile, number: int, *, last: bool) -> Place:
    return Place("vault_sealedfile", "last" if last else "piece", f"{row.pk}/{number}")


def _cut(content: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in content:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)


class _Stream(File):  # type: ignore[type-arg]
    """What a storage saves: pieces, one after another."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(None)
        self._pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Give the pieces."""
        return self._pieces
