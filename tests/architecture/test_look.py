"""The look holds its promises: contrast in both modes, nothing inline, no unknown icon."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "corps" / "static" / "corps"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\b(?:src=|type=\"application/json\"))",
    re.IGNORECASE,
)

GROUNDS = ["sunken", "paper", "surface", "raised", "hover", "selected"]
STATES = ["ok", "attention", "blocked", "neutral", "note"]
TEXT = ["ink", "ink-soft", "ink-quiet", "link", "brand", "accent", "danger"]
PAIRS = [
    *[(text, ground, 4.5) for text in TEXT for ground in GROUNDS],
    *[
        (state, ground, 4.5)
        for state in STATES
        for ground in (f"{state}-ground", "surface", "paper")
    ],
    *[(text, f"{state}-ground", 4.5) for state in STATES for text in ("ink", "ink-soft", "link")],
    *[("on-brand", ground, 4.5) for ground in ("brand", "brand-strong")],
    *[("on-danger", ground, 4.5) for ground in ("danger", "danger-strong")],
    *[
        (text, ground, 4.5)
        for text in ("on-bar", "on-bar-quiet")
        for ground in ("bar", "bar-hover")
    ],
    *[(edge, ground, 3.0) for edge in ("line-strong", "focus") for ground in GROUNDS],
]


def modes() -> dict[str, dict[str, str]]:
    """Return the colours of each mode by name: light, dark by the system, dark by choice."""
    light, by_system, by_choice = (STATIC / "tokens.css").read_text().split("@media screen")
    return {
        "light": dict(COLOUR.findall(light)),
        "dark by the system": dict(COLOUR.findall(by_system)),
        "dark by choice": dict(COLOUR.findall(by_choice)),
    }


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", modes())
def test_every_pair_keeps_wcag_aa(mode: str) -> None:
    colours = modes()[mode]
    poor = [pair for pair in PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < pair[2]]
    assert poor == []


def test_contrast_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_dark_is_the_same_by_system_and_by_choice() -> None:
    assert modes()["dark by the system"] == modes()["dark by choice"]


def test_no_template_has_inline_script_or_style() -> None:
    assert [str(page) for page in TEMPLATES if INLINE.search(page.read_text())] == []


@pytest.mark.parametrize(
    "planted", ["<style>p {}</style>", '<p style="x">', "<a onclick='x'>", "<script>x</script>"]
)
def test_inline_script_and_style_are_found_when_planted(planted: str) -> None:
    assert INLINE.search(planted)


def test_every_icon_that_is_named_exists() -> None:
    there = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = re.compile(r'icon\.html" with name="([\w-]+)"|icons\.svg\' %}#([\w-]+)')
    used = {a or b for page in TEMPLATES for a, b in named.findall(page.read_text())}
    assert used - there == set()
