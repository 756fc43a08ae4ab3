"""Files from outside: looked at by a process of their own, and taken only as it gives them back.

The file's parsers run in `deployments.materials.inspection`, started for one file, with little
memory, little time and nothing of ours in its surroundings: a crash there is a refusal here. What
comes back is not what was sent but what was made of it: pictures encoded anew, documents written
anew without what runs and without what they told about their makers.
"""

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corps.errors import Refusal
from deployments.materials.inspection.findings import LONGEST, NAMED, WALL_SECONDS, begins_like
from deployments.materials.models import MaterialKind

DOCUMENTS = frozenset({"application/pdf", "image/png", "image/jpeg", "text/plain"})
"""What goes with a letter, comes with a reply, or is the scan of a receipt."""

LEAFLETS = frozenset({"application/pdf", "image/png", "image/jpeg"})
SOUNDS = frozenset({"audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/flac"})
FILMS = frozenset({"video/mp4", "video/webm"})
SCRIPTS = frozenset({"text/plain", "application/pdf"})

TAKEN: dict[str, frozenset[str]] = {
    MaterialKind.LEAFLET: LEAFLETS,
    MaterialKind.AUDIO: SOUNDS,
    MaterialKind.VIDEO: FILMS,
    MaterialKind.SCRIPT: SCRIPTS,
}
"""Which media types a version of each kind of material may have."""

LONGEST_NAME = 120

COMMAND = [sys.executable, "-E", "-s", "-m", "deployments.materials.inspection"]
"""What looks at a file."""


class FileRefused(Refusal):
    """A file that is not taken; the message says why. `code` is the reason as one word."""

    code: str

    def __init__(self, code: str) -> None:
        super().__init__(REASONS.get(code, REASONS["broken"]))
        self.code = code if code in REASONS else "broken"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is kept of a file. `pages` of a document or picture, `seconds` of a sound or film;
    `previews` are pictures (PNG) of its first pages, where they were asked for."""

    media_type: str
    content: bytes
    pages: int | None
    seconds: int | None
    previews: tuple[bytes, ...]


REASONS: dict[str, str | Promise] = {
    "name": _(
        "The file's name has signs that a name may not have, or is too long. Give it a short name."
    ),
    "suffix": _("The file's name does not end as a file of its kind does (such as .pdf or .png)."),
    "empty": _("The file is empty."),
    "long": _("The file is larger than is taken here."),
    "kind": _("A file of this kind is not taken here."),
    "two_kinds": _("The file is of two kinds at once. Make it anew and upload that."),
    "broken": _("The file is damaged, or is not what its name says."),
    "encrypted": _("The document is locked with a password. Save it without one."),
    "runs": _(
        "The document holds something that runs, opens or plays by itself. "
        "Print it to a new PDF file and upload that."
    ),
    "embedded": _("There is another file inside the document. Upload each file by itself."),
    "pages": _("The document has more pages than are taken here."),
    "pixels": _("The picture is larger than is taken here: 25 million pixels at most."),
    "moving": _("The picture has more than one frame. Upload a still one."),
    "grows": _("The document unpacks to far more than its size. Print it to a new PDF file."),
    "parts": _("The file is built of more parts than are taken here."),
    "jpeg_2000": _(
        "A picture in the document is in JPEG 2000. Save it with pictures in JPEG or PNG."
    ),
    "seconds": _("The recording is longer than is taken here."),
    "tags": _("The recording carries a picture or a large tag. Save it without."),
    "not_text": _("The script is not plain text in UTF-8."),
    "markup": _("The script holds a web page or a drawing. Save it as plain text."),
    "resources": _("The file needs more memory or time to look at than is given. Make it simpler."),
}


def inspect_upload(
    content: bytes | Iterable[bytes],
    name: str,
    *,
    takes: frozenset[str] = DOCUMENTS,
    previews: bool = False,
) -> Inspected:
    """Look at a file from outside and return what is kept of it.

    `content` comes whole or in chunks and is read no further than the longest file of `takes`
    (media types); `name` is the one its sender gave it, of which nothing is kept. Starts one
    process and waits for it, WALL_SECONDS at most: call it before a transaction, not inside.
    Raises FileRefused.
    """
    suffix = _check_name(name)
    whole = _read_all(content, max(LONGEST[kind] for kind in takes))
    if not whole:
        raise FileRefused("empty")
    if suffix not in {known for kind in takes for known in NAMED[kind]}:
        raise FileRefused("suffix" if begins_like(whole) & takes else "kind")
    order = {"suffix": suffix, "takes": sorted(takes), "previews": previews}
    return _inspect_apart(order, whole)


def may_begin_a_file(first: bytes) -> bool:
    """Whether these first bytes may begin a file of any kind that is taken anywhere."""
    return bool(begins_like(first))


def may_begin_a_document(first: bytes) -> bool:
    """Whether these first bytes may begin a document, a picture or a text."""
    return bool(begins_like(first) & DOCUMENTS)


def _check_name(name: str) -> str:
    """Return the end of the name, in small letters, as in `.pdf`. Raises FileRefused."""
    odd = any(unicodedata.category(sign)[0] == "C" or sign in '/\\:*?"<>|' for sign in name)
    parts = name.split(".")
    bare = name != name.strip(". ") or ".." in name or len(parts) < 2
    if odd or bare or len(name) > LONGEST_NAME:
        raise FileRefused("name")
    return PurePath(name).suffix.lower()


def _read_all(content: bytes | Iterable[bytes], longest: int) -> bytes:
    whole = bytearray()
    for chunk in (content,) if isinstance(content, bytes) else content:
        whole += chunk
        if len(whole) > longest:
            raise FileRefused("long")
    return bytes(whole)


def _inspect_apart(order: dict[str, Any], content: bytes) -> Inspected:
    """Hand the file to a process of its own, and read its answer: a line of JSON, then bytes."""
    try:
        answer = subprocess.run(
            COMMAND,
            input=json.dumps(order).encode() + b"\n" + content,
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("resources") from None
    if answer.returncode:
        raise FileRefused("resources" if answer.returncode < 0 else "broken")
    return _read_answer(answer.stdout)


def _read_answer(answer: bytes) -> Inspected:
    head, _line, rest = answer.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise FileRefused(told["refused"])
    parts, start = [], 0
    for length in told["lengths"]:
        parts.append(rest[start : start + length])
        start += length
    content, *pictures = parts
    return Inspected(told["type"], content, told["pages"], told["seconds"], tuple(pictures))
