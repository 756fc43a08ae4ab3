"""Scripts: plain text in UTF-8, without marks that show it otherwise than it is."""

import re
import unicodedata

from deployments.materials.inspection.findings import Found, Unfit

MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|!entity|mhtml)"
    rb"|^BEGIN:VCALENDAR|^MIME-Version:|javascript:|^#!",
    re.IGNORECASE | re.MULTILINE,
)
LINES_TO_A_PAGE = 60


def inspect_text(content: bytes) -> Found:
    """Return the text with plain line ends, and about how many pages it fills."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("not_text") from None
    if any(
        unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in set(text) - ALLOWED
    ):
        raise Unfit("not_text")
    if MARKUP.search(content):
        raise Unfit("markup")
    if not text.strip():
        raise Unfit("empty")
    plain = "\n".join(text.splitlines()) + "\n"
    return Found("text/plain", plain.encode(), pages=-(-plain.count("\n") // LINES_TO_A_PAGE))


ALLOWED = frozenset("\t\r\n\u200b\u200c\u200d\u00ad")
