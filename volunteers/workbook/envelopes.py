"""What a file is, before anything in it is believed.

An .xlsx is a zip of XML made by somebody else: it is measured before it is opened, and refused when
it carries document types or entities, which no spreadsheet writes.
"""

import codecs
import re
import zipfile
from collections.abc import Callable
from typing import BinaryIO
from xml.parsers import expat

from volunteers.workbook.results import WorkbookError

MAX_UNPACKED = 600 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 5_000
_RATIO_MATTERS_FROM = 16 * 1024 * 1024
MAX_PROLOGUE = 8 * 1024 * 1024
_BLOCK = 64 * 1024
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

NOT_A_WORKBOOK = "This is not a workbook that can be read. Save it as .xlsx or .csv and try again."

UNSAFE = "The workbook contains declarations that no spreadsheet writes, and is not read."


def is_zip(source: BinaryIO) -> bool:
    """Return whether the file starts as a zip does."""
    source.seek(0)
    return source.read(4) == b"PK\x03\x04"


def may_begin_a_table(head: bytes) -> bool:
    """Return whether a file that starts with these bytes may be an .xlsx or a .csv."""
    if head.startswith((b"PK\x03\x04", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    zeros = sorted((head[::2].count(0), head[1::2].count(0)))
    wide = zeros[0] == 0 and zeros[1] > len(head) // 8  # text in UTF-16 without its mark
    return not head.startswith((_OLD, *_FOREIGN)) and (wide or not _BINARY.search(head))


def refuse_foreign(source: BinaryIO) -> None:
    """Raise WorkbookError for an old .xls, a file under a password, and what is no table at all."""
    source.seek(0)
    head = source.read(8)
    if head.startswith(_OLD):
        source.seek(0)
        start = source.read(4 * 1024 * 1024)
        if "EncryptedPackage".encode("utf-16-le") in start:
            raise WorkbookError(
                "encrypted", "The workbook is under a password. Save it without one and try again."
            )
        raise WorkbookError(
            "old format", "This is an old .xls workbook. Save it as .xlsx and try again."
        )
    if head.startswith(_FOREIGN):
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK)
    if not head:
        raise WorkbookError("empty", "The file is empty.")


PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def measure(archive: zipfile.ZipFile) -> None:
    """Raise WorkbookError for a zip that is no workbook, too large, under a password, or unsafe.

    The parts of a workbook are stored or deflated, no other way (ECMA-376, part 2, annex B).
    """
    parts = archive.infolist()
    if any(part.compress_type not in PACKED for part in parts):
        raise WorkbookError("not a workbook", NOT_A_WORKBOOK)
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


class _RootReached(Exception):
    """The element that every XML part begins with: before it alone may a document type stand."""


class _Declared(Exception):
    """A document type."""


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Raise WorkbookError for a part with a document type, which alone could declare entities.

    Read by the parser that will read the rest, up to the root element, however far that is: what is
    nothing but blanks or comments for longer than MAX_PROLOGUE is no workbook either.
    """
    if part.file_size and not _reaches_root(archive, part):
        raise WorkbookError("unsafe", UNSAFE)


def _reaches_root(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _raise(_Declared)
    parser.StartElementHandler = _raise(_RootReached)
    try:
        with archive.open(part) as stream:
            for _block in range(MAX_PROLOGUE // _BLOCK):
                block = stream.read(_BLOCK)
                parser.Parse(block, not block)
                if not block:
                    break
    except _RootReached:
        return True
    except (_Declared, expat.ExpatError, ValueError, LookupError):
        return False
    return False


def _raise(error: type[Exception]) -> Callable[..., None]:
    def handler(*told: object) -> None:
        raise error

    return handler
