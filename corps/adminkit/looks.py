"""How small things look in lists and on pages (the classes are parts.css's)."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from corps.workflow.tables import Text


def pill(look: str, text: Text) -> SafeString:
    """Return a state: `look` is one of is-ok, is-attention, is-blocked, is-quiet, is-note."""
    return format_html('<span class="pill {}">{}</span>', look, text)


def levels(held: Iterable[tuple[Text, Text]]) -> SafeString:
    """Return names with a level each, as chips."""
    each = format_html_join("", '<li class="level">{} <b>{}</b></li>', held)
    return format_html('<ul class="chips">{}</ul>', each) if each else format_html("–")


def bars(held: Iterable[tuple[Text, int]]) -> SafeString:
    """Return names with a level from 1 to 4 each, drawn as bars."""
    each = format_html_join(
        "",
        '<li class="level" data-level="{}">{} <b>{}</b></li>',
        ((level, name, level) for name, level in held),
    )
    return format_html('<ul class="chips">{}</ul>', each) if each else format_html("–")


def chips(names: Iterable[Text]) -> SafeString:
    """Return names as chips."""
    each = format_html_join("", '<li class="chip">{}</li>', ((name,) for name in names))
    return format_html('<ul class="chips">{}</ul>', each) if each else format_html("–")
