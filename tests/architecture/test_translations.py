"""Everything people read exists in Korean, English and Ukrainian."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from corps.accounts.management.commands.messages import missing, po_file

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_lacks_a_translation(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    with po_file(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    wrong = []
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {found.group(0) for found in PLACEHOLDER.finditer(str(ids[-1]))}
        for string in strings:
            has = {found.group(0) for found in PLACEHOLDER.finditer(str(string))}
            if message.id and string and has != wanted:
                wrong.append(str(ids[0]))
    assert wrong == []
