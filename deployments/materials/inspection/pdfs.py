"""Documents: opened strictly, walked object by object, and written anew.

Nothing that runs, opens or plays by itself is taken, nor another file inside (PDF 2.0, ISO 32000-2,
sections 7.11, 12.6 and 13). What a document tells about its makers is left out of the new one.
"""

from io import BytesIO

import pikepdf
import pypdfium2

from deployments.materials.inspection.findings import MOST_PAGES, MOST_PREVIEWS, Found, Unfit
from deployments.materials.inspection.parts import check_object
from deployments.materials.inspection.pictures import preview_of
from deployments.materials.inspection.streams import Unpacked

MOST_OBJECTS = 60_000
LONGEST_SIDE = 14_400
"""In points: the largest page that PDF's own limits name (ISO 32000-1, annex C)."""

HEAD = 2048
TRAILING_SPACE = b" \t\r\n\0"


def inspect_pdf(content: bytes, *, previews: bool) -> Found:
    """Return the document written anew, with its number of pages. Raises Unfit."""
    _check_ends(content)
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            kept = _written_anew(pdf)
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        raise Unfit("encrypted") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError):
        raise Unfit("broken") from None
    return Found("application/pdf", kept, pages=pages, previews=_drawn(kept, pages, previews))


def _check_ends(content: bytes) -> None:
    """Refuse what is something else too: a page at its head, bytes behind its end."""
    head = content[:HEAD].lower()
    if any(sign in head for sign in (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php")):
        raise Unfit("two_kinds")
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unfit("broken")
    if content[end + 5 :].strip(TRAILING_SPACE):
        raise Unfit("two_kinds")


def _written_anew(pdf: pikepdf.Pdf) -> bytes:
    if pdf.is_encrypted:
        raise Unfit("encrypted")
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unfit("parts")
    if not 1 <= len(pdf.pages) <= MOST_PAGES:
        raise Unfit("pages" if len(pdf.pages) else "broken")
    unpacked = Unpacked()
    check_object(pdf.trailer, unpacked)
    for part in pdf.objects:
        check_object(part, unpacked)
    for page in pdf.pages:
        if max(abs(float(side)) for side in page.mediabox.as_list()) > LONGEST_SIDE:
            raise Unfit("pixels")
    for name in ("/Info", "/ID"):
        if name in pdf.trailer:
            del pdf.trailer[name]
    kept = BytesIO()
    modes = pikepdf.ObjectStreamMode
    pdf.save(kept, deterministic_id=True, object_stream_mode=modes.generate)
    return kept.getvalue()


def _drawn(kept: bytes, pages: int, previews: bool) -> tuple[bytes, ...]:
    """Open the new document with another library; draw its first pages, or try the first."""
    try:
        document = pypdfium2.PdfDocument(kept)
        if len(document) != pages:
            raise Unfit("broken")
        wanted = range(min(pages, MOST_PREVIEWS) if previews else 1)
        drawn = tuple(_draw(document, number, previews) for number in wanted)
    except pypdfium2.PdfiumError:
        raise Unfit("broken") from None
    return drawn if previews else ()


def _draw(document: pypdfium2.PdfDocument, number: int, previews: bool) -> bytes:
    page = document[number]
    scale = min((1000 if previews else 100) / max(page.get_size()), 3.0)
    picture = page.render(scale=scale, may_draw_forms=False).to_pil()
    page.close()
    return preview_of(picture)
