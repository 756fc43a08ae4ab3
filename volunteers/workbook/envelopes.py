"""What a file is, before anything in it is believed.

An .xlsx is a zip of XML made by somebody else: it is measured before it is opened, and refused when
it carries document types or entities, which no spreadsheet writes.
"""

import re
import zipfile
from typing import BinaryIO

from volunteers.workbook.results import WorkbookError

MAX_UNPACKED = 600 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 5_000
_RATIO_MATTERS_FROM = 16 * 1024 * 1024
_PROLOGUE = 64 * 1024
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

NOT_A_WORKBOOK = "This is not a workbook that can be read. Save it as .xlsx or .csv and try again."

UNSAFE = "The workbook contains declarations that no spreadsheet writes, and is not read."


def is_zip(source: BinaryIO) -> bool:
    """Return whether the file starts as a zip does."""
    source.seek(0)
    return source.read(4) == b"PK\x03\x04"


def refuse_foreign(source: BinaryIO) -> None:
    """Raise WorkbookError for an old .xls, a file under a password, and what is no table at all."""
    source.seek(0)
    head = source.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        source.seek(0)
        start = source.read(4 * 1024 * 1024)
        if "EncryptedPackage".encode("utf-16-le") in start:
            raise WorkbookError(
                "encrypted", "The workbook is under a password. Save it without one and try again."
            )
        raise WorkbookError(
            "old format", "This is an old .xls workbook. Save it as .xlsx and try again."
        )
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
    ):
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK)
    if not head:
        raise WorkbookError("empty", "The file is empty.")


def measure(archive: zipfile.ZipFile) -> None:
    """Raise WorkbookError for a zip that is no workbook, too large, under a password, or unsafe."""
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookError(
            "encrypted", "The workbook is under a password. Save it without one and try again."
        )
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    inflated = unpacked > _RATIO_MATTERS_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or inflated:
        raise WorkbookError(
            "too large", "The workbook unpacks to more than can be read. Split it and try again."
        )
    if (
        "xl/workbook.xml" not in archive.namelist()
        and "[Content_Types].xml" not in archive.namelist()
    ):
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            _refuse_declarations(archive, part)


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type stands before the root element; none belongs in a workbook."""
    with archive.open(part) as stream:
        start = stream.read(_PROLOGUE).replace(b"\x00", b"")
    if _DECLARATION.search(start) or (start.strip() and not re.search(rb"<[A-Za-z_]", start)):
        raise WorkbookError("unsafe", UNSAFE)
