"""Films in WebM: a tree of elements (RFC 8794, RFC 9559), with what tells made blank."""

import struct
from dataclasses import dataclass, field

from deployments.materials.inspection.findings import Found, Unfit

EBML, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
INFO, TRACKS, TRACK = 0x1549A966, 0x1654AE6B, 0xAE
DOC_TYPE, DURATION, SCALE, TIME = 0x4282, 0x4489, 0x2AD7B1, 0xE7
TRACK_TYPE, CODEC, ATTACHMENTS = 0x83, 0x86, 0x1941A469
ENCODINGS = 0x6D80
HOLDING = frozenset({EBML, SEGMENT, INFO, TRACKS, TRACK})
IN_SEGMENT = frozenset({INFO, TRACKS, CLUSTER, 0x114D9B74, 0x1C53BB6B, 0x1254C367, 0xEC, 0xBF})
IN_CLUSTER = frozenset({TIME, 0xA3, 0xA0, 0xA7, 0xAB, 0x5854, 0xEC, 0xBF})
BLANK_TEXTS = frozenset({0x7BA9, 0x4D80, 0x5741, 0x536E, 0x7384, 0x3E83AB, 0x3C83AB})
VOIDED = frozenset({0x1254C367, 0x4461, 0x73A4, 0xBF})
KNOWN = {
    DOC_TYPE: frozenset({b"webm"}),
    CODEC: frozenset({b"V_VP8", b"V_VP9", b"V_AV1", b"A_OPUS", b"A_VORBIS"}),
}
MOST_ELEMENTS = 400_000
UNKNOWN = -1


@dataclass(slots=True)
class Seen:
    """What was met on the way through the tree. `scale` is nanoseconds a tick."""

    kept: bytearray
    elements: int = 0
    names: set[int] = field(default_factory=set)
    types: set[int] = field(default_factory=set)
    scale: int = 1_000_000
    duration: float = 0
    last: int = 0


def inspect_webm(content: bytes) -> Found:
    """Return the film with its tags, dates and names blank. Raises Unfit."""
    seen = Seen(bytearray(content))
    _walk(seen, 0, len(content), 0)
    if not {EBML, SEGMENT, INFO, TRACKS, CLUSTER, DOC_TYPE} <= seen.names or 1 not in seen.types:
        raise Unfit("broken")
    ticks = seen.duration if seen.duration > 0 else seen.last
    seconds = ticks * seen.scale / 1_000_000_000
    if not 0 <= seconds < 10**6:
        raise Unfit("broken")
    return Found("video/webm", bytes(seen.kept), seconds=max(1, round(seconds)))


def _walk(seen: Seen, start: int, end: int, parent: int) -> None:
    at = start
    while at < end:
        name, body, size = _head(seen.kept, at, end)
        seen.elements += 1
        if seen.elements > MOST_ELEMENTS:
            raise Unfit("parts")
        _check_place(name, parent)
        stop = _end_of(seen, name, body, end) if size == UNKNOWN else body + size
        seen.names.add(name)
        _look(seen, name, at, body, stop)
        at = stop


def _check_place(name: int, parent: int) -> None:
    if name in (ATTACHMENTS, ENCODINGS):
        raise Unfit("embedded" if name == ATTACHMENTS else "encrypted")
    if parent == 0 and name not in (EBML, SEGMENT, 0xEC):
        raise Unfit("broken")
    if parent == SEGMENT and name not in IN_SEGMENT:
        raise Unfit("parts")


def _head(kept: bytearray, at: int, end: int) -> tuple[int, int, int]:
    """Return an element's name, where its body begins and how long that is (RFC 8794, 4 to 6)."""
    wide = _width(kept[at], 4)
    if at + wide >= end:
        raise Unfit("broken")
    name, at = int.from_bytes(kept[at : at + wide], "big"), at + wide
    wide = _width(kept[at], 8)
    size = int.from_bytes(kept[at : at + wide], "big") & (1 << 7 * wide) - 1
    if size == (1 << 7 * wide) - 1:
        return name, at + wide, UNKNOWN
    if at + wide + size > end:
        raise Unfit("broken")
    return name, at + wide, size


def _width(first: int, most: int) -> int:
    wide = 9 - first.bit_length()
    if wide > most:
        raise Unfit("broken")
    return wide


def _end_of(seen: Seen, name: int, body: int, end: int) -> int:
    """Return where an element of unknown length ends: a film recorded live has such clusters."""
    if name == SEGMENT:
        return end
    if name != CLUSTER:
        raise Unfit("broken")
    at = body
    while at < end:
        inner, start, size = _head(seen.kept, at, end)
        if inner not in IN_CLUSTER:
            return at
        if size == UNKNOWN:
            raise Unfit("broken")
        at = start + size
    return at


def _look(seen: Seen, name: int, at: int, body: int, end: int) -> None:
    kept = seen.kept
    if name in HOLDING:
        _walk(seen, body, end, name)
    elif name == CLUSTER:
        _look_at_time(seen, body, end)
    elif name in BLANK_TEXTS:
        kept[body:end] = b" " * (end - body)
    elif name in VOIDED:
        _void(kept, at, end)
    elif name in KNOWN and bytes(kept[body:end]).rstrip(b"\0") not in KNOWN[name]:
        raise Unfit("kind")
    elif name == TRACK_TYPE:
        _note_type(seen, int.from_bytes(kept[body:end], "big"))
    elif name == SCALE:
        seen.scale = int.from_bytes(kept[body:end], "big")
    elif name == DURATION and end - body in (4, 8):
        seen.duration = struct.unpack(">f" if end - body == 4 else ">d", kept[body:end])[0]


def _note_type(seen: Seen, kind: int) -> None:
    if kind not in (1, 2):
        raise Unfit("kind")
    seen.types.add(kind)


def _look_at_time(seen: Seen, body: int, end: int) -> None:
    at = body
    while at < end:
        name, start, size = _head(seen.kept, at, end)
        if name not in IN_CLUSTER or size == UNKNOWN:
            raise Unfit("broken")
        if name == TIME:
            seen.last = max(seen.last, int.from_bytes(seen.kept[start : start + size], "big"))
            return
        at = start + size


def _void(kept: bytearray, at: int, end: int) -> None:
    """Make an element a Void of the same length (RFC 8794, section 11.3.2)."""
    whole = end - at
    wide = 1 if whole < 120 else 8
    size = (1 << 7 * wide | whole - 1 - wide).to_bytes(wide, "big")
    kept[at:end] = b"\xec" + size + bytes(whole - 1 - wide)
