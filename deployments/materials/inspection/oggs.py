"""Recordings in Ogg (RFC 3533): Opus and Vorbis, one stream, with its comments made blank."""

from dataclasses import dataclass

from deployments.materials.inspection.findings import Found, Unfit

LARGEST_COMMENT = 60 * 1024
COMMENTS = {b"OpusTags": 0, b"\x03vorbis": 1}
"""How the packet of comments begins, and how many bytes stand behind its last comment."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins, where its packets' parts begin, and how long each part is."""

    at: int
    body: int
    parts: tuple[int, ...]
    end: int
    granule: int


def inspect_ogg(content: bytes) -> Found:
    """Return the recording with blank comments. Raises Unfit."""
    pages = _pages(content)
    head = content[pages[0].body : pages[0].end]
    if head[:8] == b"OpusHead" and len(head) >= 19:
        rate, skipped = 48_000, int.from_bytes(head[10:12], "little")
    elif head[:7] == b"\x01vorbis" and len(head) >= 30:
        rate, skipped = int.from_bytes(head[12:16], "little"), 0
    else:
        raise Unfit("kind")
    last = max((page.granule for page in pages if page.granule < 1 << 63), default=0)
    if last <= skipped or not 6_000 <= rate <= 400_000:
        raise Unfit("broken")
    kept = _with_blank_comments(content, pages)
    return Found("audio/ogg", kept, seconds=round((last - skipped) / rate))


def _pages(content: bytes) -> list[Page]:
    pages, at, serial = [], 0, content[14:18]
    while at < len(content):
        parts = content[at + 27 : at + 27 + content[at + 26]] if at + 27 < len(content) else b""
        body = at + 27 + len(parts)
        end = body + sum(parts)
        if content[at : at + 5] != b"OggS\0" or content[at + 14 : at + 18] != serial:
            raise Unfit("broken")
        if not parts or end > len(content):
            raise Unfit("broken")
        granule = int.from_bytes(content[at + 6 : at + 14], "little")
        pages.append(Page(at, body, tuple(parts), end, granule))
        at = end
    if len(pages) < 3:
        raise Unfit("broken")
    return pages


def _with_blank_comments(content: bytes, pages: list[Page]) -> bytes:
    """Make the comments one blank name of an encoder, as long as they all were together."""
    places = _places_of_comments(pages)
    packet = b"".join(content[start:end] for start, end in places)
    sign = next((sign for sign in COMMENTS if packet.startswith(sign)), None)
    if sign is None:
        raise Unfit("broken")
    if len(packet) > LARGEST_COMMENT:
        raise Unfit("tags")
    behind = COMMENTS[sign]
    blank = len(packet) - len(sign) - 8 - behind
    if blank < 0:
        raise Unfit("broken")
    fresh = sign + blank.to_bytes(4, "little") + b" " * blank + bytes(4) + b"\x01" * behind
    return _put(content, pages, places, fresh)


def _places_of_comments(pages: list[Page]) -> list[tuple[int, int]]:
    """Return where the second packet lies: it begins the second page and ends at the first part
    that is shorter than 255 bytes."""
    places = []
    for page in pages[1:]:
        at = page.body
        for part in page.parts:
            places.append((at, at + part))
            at += part
            if part < 255:
                return places
    raise Unfit("broken")


def _put(content: bytes, pages: list[Page], places: list[tuple[int, int]], fresh: bytes) -> bytes:
    kept, taken = bytearray(content), 0
    for start, end in places:
        kept[start:end] = fresh[taken : taken + end - start]
        taken += end - start
    for page in pages:
        if page.at < places[-1][1] and page.end > places[0][0]:
            kept[page.at + 22 : page.at + 26] = bytes(4)
            check = _checksum(kept[page.at : page.end])
            kept[page.at + 22 : page.at + 26] = check.to_bytes(4, "little")
    return bytes(kept)


def _checksum(page: bytes | bytearray) -> int:
    """Return the page's CRC (polynomial 04c11db7, nothing reflected: RFC 3533, section 6)."""
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _TABLE[value >> 24 ^ byte]
    return value


def _row(byte: int) -> int:
    value = byte << 24
    for _bit in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 1 << 31 else 0)) & 0xFFFFFFFF
    return value


_TABLE = [_row(byte) for byte in range(256)]
