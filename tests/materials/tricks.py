"""What hostile files are made of."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from tests.materials.honest import (
    a_wav,
    box,
)

MIB = 1024 * 1024


def a_zip(name: str = "a.txt", body: bytes = b"x") -> bytes:
    """An archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return kept.getvalue()


def changed(change: Callable[[Pdf], Any], **saving: Any) -> Callable[[], bytes]:
    """A document with one thing changed in it."""

    def made() -> bytes:
        pdf, kept = pikepdf.new(), io.BytesIO()
        pdf.add_blank_page(page_size=(200, 200))
        change(pdf)
        pdf.save(kept, **saving)
        return kept.getvalue()

    return made


def script(code: str = "app.alert(1)") -> Dictionary:
    """An action that runs."""
    return Dictionary(S=Name.JavaScript, JS=String(code))


def note(pdf: Pdf, **entries: Any) -> None:
    """Put an annotation on the page."""
    entries = {"Type": Name.Annot, "Rect": Array([0, 0, 9, 9]), **entries}
    pdf.pages[0].Annots = Array([pdf.make_indirect(Dictionary(**entries))])


def root(**entries: Any) -> Callable[[Pdf], None]:
    """Put entries into the catalogue."""

    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.Root["/" + key] = value

    return change


def linked(**action: Any) -> Callable[[Pdf], None]:
    """Put a link with an action on the page."""
    return lambda pdf: note(pdf, Subtype=Name.Link, A=Dictionary(**action))


def stream(body: bytes, filters: Any, **entries: Any) -> Callable[[Pdf], None]:
    """Put a stream with raw content onto the page."""

    def change(pdf: Pdf) -> None:
        made = Stream(pdf, b"")
        made.write(body, filter=filters)
        for key, value in entries.items():
            made[Name("/" + key)] = value
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Im=pdf.make_indirect(made)))

    return change


def attach(pdf: Pdf) -> None:
    """Embed a file."""
    pdf.attachments["a.exe"] = b"MZ"


def deep(pdf: Pdf) -> None:
    """Nest arrays."""
    inner = Array([])
    for _level in range(60):
        inner = Array([inner])
    pdf.Root["/Deep"] = inner


def many_pages(pdf: Pdf) -> None:
    """More pages than are taken."""
    for _number in range(230):
        pdf.add_blank_page(page_size=(50, 50))


def many_objects(pdf: Pdf) -> None:
    """More objects than are taken."""
    pdf.Root["/Many"] = Array([pdf.make_indirect(Array([number])) for number in range(61_000)])


def locked(**permissions: Any) -> pikepdf.Encryption:
    """A password."""
    return pikepdf.Encryption(**{"owner": "o", "user": "u", **permissions})


AS_IT_IS: dict[str, Any] = {
    "compress_streams": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
}
"""How a document is saved with its streams untouched."""


def bomb(size: int, level: int = 9) -> bytes:
    """Zeros, deflated."""
    packer = zlib.compressobj(level)
    kept = b"".join(packer.compress(bytes(MIB)) for _part in range(size // MIB))
    return kept + packer.flush()


def a_png(width: int, height: int, body: bytes = b"", extra: bytes = b"") -> bytes:
    """A PNG that says it is so large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + extra
        + chunk(b"IDAT", body or zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def moving() -> bytes:
    """A PNG of two frames."""
    kept = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(kept, "PNG", save_all=True, append_images=frames[1:])
    return kept.getvalue()


def gif() -> bytes:
    """A picture of a kind that is not taken."""
    kept = io.BytesIO()
    Image.new("P", (8, 8)).save(kept, "GIF")
    return kept.getvalue()


def a_wav_that_lies(at: int, value: int) -> bytes:
    """A WAV with a wrong number in its head."""
    sound = bytearray(a_wav(0.5))
    sound[at : at + 4] = value.to_bytes(4, "little")
    return bytes(sound)


def nested_boxes(depth: int) -> bytes:
    """Boxes within boxes."""
    inner = box(b"trak")
    for _level in range(depth):
        inner = box(b"trak", inner)
    return inner
