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
    return format_html_join(
        " ", '<span class="level">{} <b>{}</b></span>', ((name, level) for name, level in held)
    )


def bars(held: Iterable[tuple[Text, int]]) -> SafeString:
    """Return names with a level from 1 to 4 each, drawn as bars."""
    return format_html_join(
        " ",
        '<span class="level" data-level="{}">{} <b>{}</b></span>',
        ((level, name, level) for name, level in held),
    )


def chips(names: Iterable[Text]) -> SafeString:
    """Return names as chips."""
    return format_html_join(" ", '<span class="chip">{}</span>', ((name,) for name in names))
