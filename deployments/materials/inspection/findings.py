"""What is taken and how much of it, what is found in a file, and why one is refused."""

from dataclasses import dataclass

MIB = 1024 * 1024

NAMED: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
    "audio/wav": (".wav",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/flac": (".flac",),
    "video/mp4": (".mp4",),
    "video/webm": (".webm",),
}
"""The media types that are taken, and how the names of such files end."""


def ending_of(media_type: str) -> str:
    """Return how the name of such a file ends when we hand it out, with its point."""
    return NAMED.get(media_type, (".bin",))[0]


LONGEST: dict[str, int] = {
    **dict.fromkeys(NAMED, 25 * MIB),
    "image/png": 20 * MIB,
    "image/jpeg": 20 * MIB,
    "text/plain": MIB,
}
"""How many bytes a file of each kind may have."""

MEMORY = 288 * MIB
"""How much memory the process may map; what needs more is refused."""

CPU_SECONDS = 20
WALL_SECONDS = 30

MOST_PIXELS = 25_000_000
MOST_PAGES = 200
MOST_PREVIEWS = 8
MOST_SECONDS = 4 * 60 * 60


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, and what is kept of it."""

    media_type: str
    content: bytes
    pages: int | None = None
    seconds: int | None = None
    previews: tuple[bytes, ...] = ()


class Unfit(Exception):
    """A file that is not taken; `code` says why, in one word of `files.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def begins_like(content: bytes) -> frozenset[str]:
    """Return the media types that a file with this beginning may have; none for a foreign one."""
    start = content[:16]
    for sign, kinds in _BEGINNINGS:
        if start.startswith(sign):
            return kinds
    if start[:4] == b"RIFF" and start[8:12] == b"WAVE":
        return frozenset({"audio/wav"})
    if start[4:8] == b"ftyp":
        return frozenset({"audio/mp4", "video/mp4"})
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xE6 == 0xE2:
        return frozenset({"audio/mpeg"})
    return frozenset() if b"\0" in content[:4096] else frozenset({"text/plain"})


_BEGINNINGS: tuple[tuple[bytes, frozenset[str]], ...] = (
    (b"%PDF-", frozenset({"application/pdf"})),
    (b"\x89PNG\r\n\x1a\n", frozenset({"image/png"})),
    (b"\xff\xd8\xff", frozenset({"image/jpeg"})),
    (b"ID3", frozenset({"audio/mpeg"})),
    (b"OggS", frozenset({"audio/ogg"})),
    (b"fLaC", frozenset({"audio/flac"})),
    (b"\x1a\x45\xdf\xa3", frozenset({"video/webm"})),
)
