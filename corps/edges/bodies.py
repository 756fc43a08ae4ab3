"""What is sent to us: refused by its length, and a file by its first bytes, before it is read.

Files are taken at the doors of UPLOAD_DOORS alone, from staff. Everywhere else a body is as small
as a form is, and the first file in it ends the reading.
"""

import re
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

TOLD_BY_THE_FORM = 256 * 1024
"""Bodies up to this many bytes are read to the end, so that the form itself says what is wrong."""

AROUND_A_FILE = 64 * 1024
"""How many bytes the other fields of a form with a file may take."""

Begins = Callable[[bytes], bool]

OF_AN_OBJECT = re.compile(r"(?<=/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/)")
"""The part of an address that names one object; `*` stands for it in UPLOAD_DOORS."""


class BodyRefused(MultiPartParserError):
    """A body that is not read to its end; `status` and `why` are told."""

    status = 400
    why: str | Promise = ""


class FileNotTaken(BodyRefused):
    """A file at a door that takes none."""


class KindNotTaken(BodyRefused):
    """A file of a kind that the door does not take."""

    status = 415
    why = _("This kind of file is not taken here. Go back and choose another.")


def door_of(request: HttpRequest) -> Begins | None:
    """Return what tells by a file's first bytes whether it is taken here; None: no file is."""
    named = settings.UPLOAD_DOORS.get(OF_AN_OBJECT.sub("*", request.path_info))
    if named is None or not getattr(request.user, "is_staff", False):
        return None
    begins: Begins = import_string(named)
    return begins


def longest_body(request: HttpRequest) -> int:
    """Return how many bytes a body may have here."""
    if door_of(request) is not None:
        return int(settings.UPLOAD_LIMIT) + AROUND_A_FILE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def refuses(request: HttpRequest) -> int | None:
    """Return the status with which a body is refused by what its head says, None if it is not.

    A body must say its length: one in chunks of unknown number is not begun (411).
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return 411
    if not (length.isascii() and length.isdigit()):
        return 400
    return 413 if int(length) > longest_body(request) else None


class GuardedUpload(MemoryFileUploadHandler):
    """Keeps a file in memory, if it comes to a door that takes files of its kind."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  (the library's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Look which door it is, and how much is coming."""
        self.begins = door_of(self.request) if self.request else None
        self.coming = content_length
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file. Raises FileNotTaken where none is taken."""
        if self.begins is None:
            raise FileNotTaken
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep the next bytes. Raises KindNotTaken for a large file with a foreign beginning."""
        large = self.coming > TOLD_BY_THE_FORM
        if start == 0 and large and self.begins is not None and not self.begins(raw_data):
            raise KindNotTaken
        return super().receive_data_chunk(raw_data, start)
