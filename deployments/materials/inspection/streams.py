"""One stream of a PDF: how far it unpacks, and the photographs in it without what they tell."""

import zlib
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Name

from deployments.materials.inspection.findings import MIB, MOST_PIXELS, Unfit
from deployments.materials.inspection.photographs import without_tales

MOST_OF_ONE = 100 * MIB
MOST_OF_ALL = 320 * MIB
GROWTH = {"/LZWDecode": 1400, "/LZW": 1400, "/RunLengthDecode": 64, "/RL": 64}
"""How many times its length a stream of a kind may unpack to, at the most."""

FLATE = ("/FlateDecode", "/Fl")
PHOTOGRAPH = ("/DCTDecode", "/DCT")
JPEG_2000 = "/JPXDecode"
"""Not taken: its boxes tell of cameras and places in more ways than are known here."""


@dataclass(slots=True)
class Unpacked:
    """How many bytes all streams so far unpack to."""

    size: int = 0


def check_stream(stream: Any, unpacked: Unpacked) -> None:
    """Refuse a stream that unpacks to too much or draws too many pixels. Raises Unfit."""
    filters = _filters(stream)
    if "/F" in stream.stream_dict:
        raise Unfit("embedded")
    if "/Crypt" in filters:
        raise Unfit("encrypted")
    if JPEG_2000 in filters:
        raise Unfit("jpeg_2000")
    if sum(name in FLATE or name in GROWTH for name in filters) > 1 or len(filters) > 3:
        raise Unfit("grows")
    _check_pixels(stream)
    raw = stream.read_raw_bytes()
    unpacked.size += _size(raw, filters)
    if unpacked.size > MOST_OF_ALL:
        raise Unfit("grows")
    if any(name in PHOTOGRAPH for name in filters):
        _write_photograph(stream, raw, filters)


def _write_photograph(stream: Any, raw: bytes, filters: list[str]) -> None:
    """Write a JPEG without what it tells; one that is deflated beside comes out of that first."""
    if len(filters) == 2 and filters[0] in FLATE:
        raw, filters = zlib.decompressobj().decompress(raw, MOST_OF_ONE), filters[1:]
    if len(filters) != 1:
        raise Unfit("broken")
    stream.write(without_tales(raw), filter=Name.DCTDecode)


def _filters(stream: Any) -> list[str]:
    named = stream.stream_dict.get("/Filter")
    if named is None:
        return []
    return [str(name) for name in named] if isinstance(named, Array) else [str(named)]


def _check_pixels(stream: Any) -> None:
    width, height = (stream.stream_dict.get(side) for side in ("/Width", "/Height"))
    if width is not None and height is not None and int(width) * int(height) > MOST_PIXELS:
        raise Unfit("pixels")


def _size(raw: bytes, filters: list[str]) -> int:
    """Return how much a stream unpacks to, at the most. Raises Unfit beyond MOST_OF_ONE."""
    size = len(raw) * max([1, *(GROWTH.get(name, 1) for name in filters)])
    if filters and filters[0] in FLATE:
        size = _inflated(raw)
    if size > MOST_OF_ONE:
        raise Unfit("grows")
    return size


def _inflated(raw: bytes) -> int:
    """Return the length of a deflated stream without keeping what it unpacks to."""
    unpacker, size, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not unpacker.eof and size <= MOST_OF_ONE:
            size += len(unpacker.decompress(rest, MIB))
            rest = unpacker.unconsumed_tail
    except zlib.error:
        raise Unfit("broken") from None
    return size
