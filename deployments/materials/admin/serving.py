"""How sealed files are sent: previews and recordings to be looked at, everything else to be saved.

A recording is sent in parts (RFC 9110, section 14), so that a player seeks: each answer holds one
range, at most LONGEST_PART of it. Nothing but our own pictures and recordings is ever shown in the
browser; the policy of each answer lets nothing in it run.
"""

import re

from django.http import HttpRequest, HttpResponse

from corps.vault.files import read_file, read_whole
from corps.vault.models import SealedFile

LONGEST_PART = 2 * 1024 * 1024
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
POLICY = {"default-src": ["'none'"], "sandbox": [""], "frame-ancestors": ["'none'"]}


def shown(row: SealedFile) -> HttpResponse:
    """Return a picture of ours to be looked at."""
    return _sent(read_whole(row), row.media_type, "inline")


def saved(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return a file to be saved under a name of ours (plain ASCII)."""
    return _sent(content, media_type, f'attachment; filename="{name}"')


def played(request: HttpRequest, row: SealedFile) -> HttpResponse:
    """Return a recording, or the part of it that the player asks for (206; 416 for none)."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or "If-Range" in request.headers or asked.groups() == ("", ""):
        answer = _sent(read_whole(row), row.media_type, "inline")
    else:
        answer = _part(row, *asked.groups())
    answer["Accept-Ranges"] = "bytes"
    return answer


def _part(row: SealedFile, first: str, last: str) -> HttpResponse:
    start = int(first) if first else max(row.size - int(last), 0)
    end = min(int(last) + 1 if first and last else row.size, row.size, start + LONGEST_PART)
    if start >= end:
        answer = _sent(b"", row.media_type, "inline")
        answer.status_code, answer["Content-Range"] = 416, f"bytes */{row.size}"
        return answer
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
