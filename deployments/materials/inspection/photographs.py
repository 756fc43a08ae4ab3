"""A JPEG without what it tells: places, cameras, small pictures of itself, another behind its end.

A JPEG is a row of segments with a length each; behind the head of a scan stand its data, up to the
next marker. Fill bytes (0xFF) may stand before any marker (ITU-T T.81, B.1.1.2 and annex B).
"""

from deployments.materials.inspection.findings import Unfit

BEGIN, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
RESTARTS = frozenset(range(0xD0, 0xD8))
ALONE = RESTARTS | {0x01}
"""Markers that have no length; within a scan's data."""

KEPT = {0xE0: (b"JFIF\0", 14), 0xEE: (b"Adobe", 12)}
"""Of the application segments: JFIF without its small picture, and Adobe's transform of colours."""


def without_tales(photograph: bytes) -> bytes:
    """Return a JPEG with what it needs to be drawn, up to its end. Raises Unfit."""
    if photograph[:2] != bytes((0xFF, BEGIN)):
        raise Unfit("broken")
    kept, at = bytearray(photograph[:2]), 2
    while at < len(photograph):
        kind, at = _marker(photograph, at)
        if kind == END:
            break
        end = at + int.from_bytes(photograph[at : at + 2], "big")
        if kind in ALONE or not at + 2 <= end <= len(photograph):
            raise Unfit("broken")
        segment = photograph[at + 2 : end]
        at = _end_of_data(photograph, end) if kind == SCAN else end
        if not _tells(kind, segment):
            kept += bytes((0xFF, kind)) + photograph[end - len(segment) - 2 : at]
    return bytes(kept) + bytes((0xFF, END))


def _marker(photograph: bytes, at: int) -> tuple[int, int]:
    """Return the marker that stands at a place, and the place behind it."""
    start = at
    while photograph[at : at + 1] == b"\xff":
        at += 1
    if at == start or at >= len(photograph) or photograph[at] == 0:
        raise Unfit("broken")
    return photograph[at], at + 1


def _end_of_data(photograph: bytes, at: int) -> int:
    """Return where the data of a scan end: at the next marker but a restart, or cut off."""
    while (at := photograph.find(b"\xff", at)) >= 0:
        behind = photograph[at + 1 : at + 2]
        if behind and behind != b"\0" and behind != b"\xff" and behind[0] not in RESTARTS:
            return at
        at += 1 if behind == b"\xff" else 2
    return len(photograph)


def _tells(kind: int, segment: bytes) -> bool:
    if kind in KEPT:
        sign, length = KEPT[kind]
        return not segment.startswith(sign) or len(segment) != length
    return 0xE0 <= kind <= 0xEF or kind == COMMENT or 0xF0 <= kind <= 0xFD
