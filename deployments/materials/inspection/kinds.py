"""Which kind a file is, by its content; then the look that its kind needs."""

from io import BytesIO

import puremagic
from tinytag import TinyTag
from tinytag.tinytag import TinyTagException

from deployments.materials.inspection.findings import (
    LONGEST,
    MOST_SECONDS,
    NAMED,
    Found,
    Unfit,
    begins_like,
)

ALSO_NAMED: dict[str, frozenset[str]] = {
    "image/jpeg": frozenset({".jfif", ".jpe"}),
    "audio/mp4": frozenset({".mp4", ".m4b", ".m4v", ".mov"}),
    "video/mp4": frozenset({".m4a", ".m4v", ".mov"}),
    "video/webm": frozenset({".mkv", ".mka"}),
    "audio/wav": frozenset({".riff"}),
    "audio/ogg": frozenset({".ogv", ".spx", ".ogx"}),
}
"""What puremagic also calls a kind."""

NOT_ASKED = frozenset({"audio/mpeg"})
"""A kind that puremagic knows by its tags alone; our walk over the frames is stricter."""

ARCHIVE_ENDS = 65_557
"""Behind this many bytes from its end no archive (ZIP) begins its directory's last record."""


def inspect_content(content: bytes, *, takes: frozenset[str], suffix: str, previews: bool) -> Found:
    """Return what a file is and what is kept of it. Raises Unfit."""
    kinds = begins_like(content) & takes
    if not kinds:
        raise Unfit("kind")
    named = {kind for kind in kinds if suffix in NAMED[kind]}
    if not named:
        raise Unfit("suffix")
    kind = named.pop()
    if len(content) > LONGEST[kind]:
        raise Unfit("long")
    if kind != "text/plain":
        _check_opinion(content, kind)
    found = _look(kind, content, previews)
    if found.seconds is not None:
        _check_length(found)
    return found


def _check_opinion(content: bytes, kind: str) -> None:
    """Ask another library what the file is, and whether it ends as an archive."""
    if b"PK\x05\x06" in content[-ARCHIVE_ENDS:]:
        raise Unfit("two_kinds")
    if kind in NOT_ASKED:
        return
    try:
        told = {match.extension for match in puremagic.magic_string(content[: 64 * 1024])}
    except puremagic.PureError:
        told = set()
    if not told & {*NAMED[kind], *ALSO_NAMED.get(kind, ())}:
        raise Unfit("broken")


def _look(kind: str, content: bytes, previews: bool) -> Found:
    """Look with the parser of the kind; each is loaded only for a file of its kind."""
    match kind:
        case "text/plain":
            from deployments.materials.inspection.texts import inspect_text

            return inspect_text(content)
        case "image/png" | "image/jpeg":
            from deployments.materials.inspection.pictures import inspect_picture

            return inspect_picture(content, kind, previews=previews)
        case "application/pdf":
            from deployments.materials.inspection.pdfs import inspect_pdf

            return inspect_pdf(content, previews=previews)
        case _:
            return _listen(kind, content)


def _listen(kind: str, content: bytes) -> Found:
    from deployments.materials.inspection import boxes, oggs, sounds, webms

    match kind:
        case "audio/wav":
            return sounds.inspect_wav(content)
        case "audio/mpeg":
            return sounds.inspect_mp3(content)
        case "audio/flac":
            return sounds.inspect_flac(content)
        case "audio/ogg":
            return oggs.inspect_ogg(content)
        case "video/webm":
            return webms.inspect_webm(content)
        case _:
            return boxes.inspect_mp4(content, kind)


def _check_length(found: Found) -> None:
    """Refuse a recording that is too long, and one of which another library tells otherwise."""
    if (found.seconds or 0) > MOST_SECONDS:
        raise Unfit("seconds")
    if found.media_type in ("audio/wav", "audio/mpeg", "audio/flac", "audio/ogg"):
        try:
            told = TinyTag.get(file_obj=BytesIO(found.content), tags=False).duration
        except TinyTagException:
            raise Unfit("broken") from None
        if told is None or abs(told - (found.seconds or 0)) > 2 + 0.1 * told:
            raise Unfit("broken")
