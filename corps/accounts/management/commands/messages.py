"""Collects every text people read, so that the catalogues can be kept complete."""

import tokenize
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
FOLDERS = ["corps", "volunteers", "deployments", "templates"]


def texts() -> Catalog:
    """Return every text of the code and the templates, with the files it stands in."""
    found = Catalog(project="Corps", charset="utf-8")
    for path in _sources():
        name = str(path.relative_to(settings.BASE_DIR))
        for line, function, message, _comments in _extract(path):
            context, wanted = _shape(function, message)
            if wanted:
                found.add(wanted, locations=[(name, line)], context=context)
    return found


def updated(language: str) -> Catalog:
    """Return a language's catalogue brought up to date with the texts: new ones are empty."""
    with po_file(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    catalog.update(texts(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def missing(language: str) -> list[str]:
    """Return the texts that a language's catalogue lacks or leaves empty."""
    return [
        str(message.id)
        for message in updated(language)
        if message.id and (not _filled(message.string) or message.fuzzy)
    ]


def po_file(language: str) -> Path:
    """Return where a language's catalogue lies."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _filled(string: Any) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _sources() -> Iterator[Path]:
    for folder in FOLDERS:
        root = Path(settings.BASE_DIR) / folder
        yield from sorted(
            path for path in root.rglob("*") if path.suffix in {".py", ".html", ".txt"}
        )


def _extract(path: Path) -> Iterator[Any]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        lines = templatize(text, origin=str(path)).splitlines()
        text = "\n".join(line.strip() for line in lines)
    try:
        yield from extract_python(BytesIO(text.encode()), KEYWORDS, [], {})
    except tokenize.TokenError as error:
        raise CommandError(f"{path}: texts cannot be collected ({error.args[0]})") from None


def _shape(function: str, message: Any) -> tuple[str | None, Any]:
    """Return the context and the message, or pair of singular and plural, of one call."""
    parts = [message] if isinstance(message, str) else list(message or [])
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    if not parts or not parts[0]:
        return None, None
    plural = "ngettext" in function or "npgettext" in function
    return context, (parts[0], parts[1]) if plural else parts[0]


class Command(BaseCommand):
    """Bring the catalogues up to date, or with --check say what is missing."""

    help = "Collect translatable texts into corps/locale/*/LC_MESSAGES/django.po."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the catalogues; raise CommandError when --check finds one incomplete."""
        languages = [code for code, _ in settings.LANGUAGES if code != "en"]
        for language in languages:
            lacking = missing(language)
            if options["check"] and lacking:
                raise CommandError(f"{language}: {len(lacking)} texts lack a translation.")
            if not options["check"]:
                with po_file(language).open("rb+") as file:
                    catalog = updated(language)
                    file.seek(0)
                    file.truncate()
                    write_po(file, catalog, width=100, no_location=True, sort_output=True)
            self.stdout.write(f"{language}: {len(lacking)} texts lack a translation")
