"""How small things look in lists and on pages (the classes are parts.css's)."""

import base64
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from corps.accounts.actions.invitations import Link
from corps.workflow.tables import Text


def pill(look: str, text: Text) -> SafeString:
    """Return a state: `look` is one of is-ok, is-attention, is-blocked, is-quiet, is-note."""
    return format_html('<span class="pill {}">{}</span>', look, text)


def levels(held: Iterable[tuple[Text, Text]]) -> SafeString:
    """Return names with a level each, as chips."""
    each = format_html_join("", '<li class="level">{} <b>{}</b></li>', held)
    return format_html('<ul class="chips">{}</ul>', each) if each else SafeString("–")


def bars(held: Iterable[tuple[Text, int]]) -> SafeString:
    """Return names with a level from 1 to 4 each, drawn as bars."""
    each = format_html_join(
        "",
        '<li class="level" data-level="{}">{} <b>{}</b></li>',
        ((level, name, level) for name, level in held),
    )
    return format_html('<ul class="chips">{}</ul>', each) if each else SafeString("–")


def chips(names: Iterable[Text]) -> SafeString:
    """Return names as chips."""
    each = format_html_join("", '<li class="chip">{}</li>', ((name,) for name in names))
    return format_html('<ul class="chips">{}</ul>', each) if each else SafeString("–")


def one_time_link(link: Link) -> dict[str, Any]:
    """Return what `admin/corps/one_time_link.html` shows: the address, its QR code, its end."""
    url = f"{settings.CORPS_URL}{link.path}"
    return {"link": url, "qr": qr_svg(url), "expires_at": link.expires_at}


def qr_svg(url: str) -> str:
    """Return a QR code of `url` as the `src` of an image: SVG in base64, on white in any theme."""
    picture = BytesIO()
    segno.make(url).save(picture, kind="svg", scale=6, light="white", xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()
