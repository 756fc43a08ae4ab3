"""Recordings and films in MP4: a tree of boxes (ISO 14496-12), with what tells made blank."""

from dataclasses import dataclass, field

from deployments.materials.inspection.findings import Found, Unfit

DEEPEST = 10
MOST_BOXES = 20_000
HOLDING = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"mvex"})
TOP = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"meta", b"udta",
                 b"pdin", b"sidx"})  # fmt: skip
BLANKED = frozenset({b"udta", b"meta", b"uuid", b"free", b"skip", b"iods", b"tref"})
DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
TRACKS = {"audio/mp4": frozenset({b"soun"}), "video/mp4": frozenset({b"soun", b"vide"})}
CODECS = frozenset({b"mp4a", b"alac", b"fLaC", b"Opus", b".mp3", b"avc1", b"avc3", b"hvc1",
                    b"hev1", b"av01", b"vp08", b"vp09", b"mp4v"})  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What was met on the way through the tree."""

    kept: bytearray
    boxes: int = 0
    names: set[bytes] = field(default_factory=set)
    tracks: set[bytes] = field(default_factory=set)
    seconds: float = 0


def inspect_mp4(content: bytes, kind: str) -> Found:
    """Return the file with its tags, dates and free space blank. Raises Unfit."""
    seen = Seen(bytearray(content))
    _walk(seen, 0, len(content), 0)
    if not {b"ftyp", b"moov", b"mdat"} <= seen.names or not seen.tracks or seen.seconds <= 0:
        raise Unfit("broken")
    if not seen.tracks <= TRACKS[kind] or (kind == "video/mp4" and b"vide" not in seen.tracks):
        raise Unfit("kind")
    return Found(kind, bytes(seen.kept), seconds=max(1, round(seen.seconds)))


def _walk(seen: Seen, start: int, end: int, depth: int) -> None:
    if depth > DEEPEST:
        raise Unfit("parts")
    at = start
    while at < end:
        head, size = _head(seen, at, end)
        name = bytes(seen.kept[at + 4 : at + 8])
        seen.boxes += 1
        if seen.boxes > MOST_BOXES:
            raise Unfit("parts")
        if depth == 0 and name not in TOP:
            raise Unfit("broken")
        _look(seen, name, at, at + head, at + size, depth)
        at += size


def _head(seen: Seen, at: int, end: int) -> tuple[int, int]:
    """Return how long a box's head and the whole box are. Raises Unfit where it does not fit."""
    size, head = int.from_bytes(seen.kept[at : at + 4], "big"), 8
    if size == 1:
        size, head = int.from_bytes(seen.kept[at + 8 : at + 16], "big"), 16
    if size < head or at + size > end:
        raise Unfit("broken")
    return head, size


def _look(seen: Seen, name: bytes, at: int, body: int, end: int, depth: int) -> None:
    seen.names.add(name)
    if name in BLANKED:
        seen.kept[at + 4 : at + 8] = b"free"
        seen.kept[body:end] = bytes(end - body)
    elif name in HOLDING:
        _walk(seen, body, end, depth + 1)
    elif name in DATED:
        _undate(seen, name, body, end)
    elif name == b"hdlr":
        seen.tracks.add(bytes(seen.kept[body + 8 : body + 12]))
        seen.kept[body + 24 : end] = bytes(max(0, end - body - 24))
    elif name == b"stsd":
        _check_entries(seen, body, end, CODECS)
    elif name == b"dref":
        _check_entries(seen, body, end, frozenset({b"url "}), inside=True)


def _undate(seen: Seen, name: bytes, body: int, end: int) -> None:
    wide = 8 if seen.kept[body] == 1 else 4
    if end - body < 4 + wide * 2 + 8:
        raise Unfit("broken")
    seen.kept[body + 4 : body + 4 + wide * 2] = bytes(wide * 2)
    if name == b"mvhd":
        at = body + 4 + wide * 2
        scale = int.from_bytes(seen.kept[at : at + 4], "big")
        length = int.from_bytes(seen.kept[at + 4 : at + 4 + wide], "big")
        seen.seconds = length / scale if scale else 0


def _check_entries(
    seen: Seen, body: int, end: int, known: frozenset[bytes], *, inside: bool = False
) -> None:
    """Refuse entries of foreign codecs, or (`inside`) sound and pictures that lie elsewhere."""
    at, told = body + 8, int.from_bytes(seen.kept[body + 4 : body + 8], "big")
    met = 0
    while at < end:
        _length, size = _head(seen, at, end)
        if bytes(seen.kept[at + 4 : at + 8]) not in known:
            raise Unfit("embedded" if inside else "kind")
        if inside and not seen.kept[at + 11] & 1:
            raise Unfit("embedded")
        at, met = at + size, met + 1
    if met != told or not 1 <= met <= 16:
        raise Unfit("broken")
