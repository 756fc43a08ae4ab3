"""How sealed files are sent: previews and recordings to be looked at, everything else to be saved.

A recording is sent in parts (RFC 9110, section 14), so that a player seeks: each answer holds one
range, at most LONGEST_PART of it. Nothing but our own pictures and recordings is ever shown in the
browser; the policy of each answer lets nothing in it run.
"""

from django.http import HttpRequest, HttpResponse

from corps.vault.files import read_file, read_whole
from corps.vault.models import SealedFile
from deployments.materials.ranges import Unsatisfiable, part_asked

LONGEST_PART = 2 * 1024 * 1024
POLICY = {"default-src": ["'none'"], "sandbox": [""], "frame-ancestors": ["'none'"]}


def shown(row: SealedFile) -> HttpResponse:
    """Return a picture of ours to be looked at."""
    return _sent(read_whole(row), row.media_type, "inline")


def saved(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return a file to be saved under a name of ours (plain ASCII)."""
    return _sent(content, media_type, f'attachment; filename="{name}"')


def played(request: HttpRequest, row: SealedFile) -> HttpResponse:
    """Return a recording, or the part of it that the player asks for (206; 416 for none)."""
    asked = "" if "If-Range" in request.headers else request.headers.get("Range", "")
    try:
        part = part_asked(asked, row.size)
    except Unsatisfiable:
        answer = _sent(b"", row.media_type, "inline")
        answer.status_code, answer["Content-Range"] = 416, f"bytes */{row.size}"
    else:
        answer = _part(row, *part) if part else _sent(read_whole(row), row.media_type, "inline")
    answer["Accept-Ranges"] = "bytes"
    return answer


def _part(row: SealedFile, start: int, end: int) -> HttpResponse:
    end = min(end, start + LONGEST_PART)
    content = b"".join(read_file(row, start=start, end=end))
    answer = _sent(content, row.media_type, "inline")
    answer.status_code = 206
    answer["Content-Range"] = f"bytes {start}-{end - 1}/{row.size}"
    return answer


def _sent(content: bytes, media_type: str, disposition: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = disposition
    answer["Content-Length"] = str(len(content))
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer._csp_replace = POLICY  # type: ignore[attr-defined]
    return answer
