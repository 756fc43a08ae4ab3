"""One stream of a PDF: how far it unpacks, and the photographs in it without what they tell."""

import zlib
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Name

from deployments.materials.inspection.findings import MIB, MOST_PIXELS, Unfit

MOST_OF_ONE = 100 * MIB
MOST_OF_ALL = 320 * MIB
GROWTH = {"/LZWDecode": 1400, "/LZW": 1400, "/RunLengthDecode": 64, "/RL": 64}
"""How many times its length a stream of a kind may unpack to, at the most."""

FLATE = ("/FlateDecode", "/Fl")
PHOTOGRAPH = ("/DCTDecode", "/DCT")
KEPT_SEGMENTS = frozenset({0xE0, 0xEE})
"""JFIF and Adobe's colour transform; every other application segment and comment tells."""


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
    if sum(name in FLATE or name in GROWTH for name in filters) > 1 or len(filters) > 3:
        raise Unfit("grows")
    _check_pixels(stream)
    raw = stream.read_raw_bytes()
    unpacked.size += _size(raw, filters)
    if unpacked.size > MOST_OF_ALL:
        raise Unfit("grows")
    if filters and filters[-1] in PHOTOGRAPH:
        _write_photograph(stream, raw, filters)


def _write_photograph(stream: Any, raw: bytes, filters: list[str]) -> None:
    """Write a JPEG without what it tells; one that is deflated beside comes out of that first."""
    if len(filters) == 2 and filters[0] in FLATE:
        raw = zlib.decompressobj().decompress(raw, MOST_OF_ONE)
    elif len(filters) != 1:
        raise Unfit("broken")
    stream.write(_without_tales(raw), filter=Name.DCTDecode)


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


def _without_tales(photograph: bytes) -> bytes:
    """Return a JPEG without comments and application segments: places, cameras, small pictures.

    Up to the first scan a JPEG is a row of segments with a length each (ITU-T T.81, annex B).
    """
    kept, at = bytearray(photograph[:2]), 2
    while at + 4 <= len(photograph) and photograph[at] == 0xFF and photograph[at + 1] != 0xDA:
        kind, length = photograph[at + 1], int.from_bytes(photograph[at + 2 : at + 4], "big")
        told = (0xE0 <= kind <= 0xEF and kind not in KEPT_SEGMENTS) or kind == 0xFE
        if not told:
            kept += photograph[at : at + 2 + length]
        at += 2 + length
    return bytes(kept) + photograph[at:]
