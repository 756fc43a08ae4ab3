"""What stands above the columns of every list is told in the reader's language."""

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.utils import translation


@pytest.mark.parametrize("language", ["ko", "uk"])
def test_every_column_has_a_name_in_the_readers_language(language: str) -> None:
    untold, told = [], 0
    for model, door in admin.site._registry.items():
        for name in door.list_display:
            with translation.override("en"):
                plain = str(label_for_field(name, model, door))
            with translation.override(language):
                own = str(label_for_field(name, model, door))
            told += own != plain
            if own == plain:
                untold.append((model._meta.label, name, plain))
    assert (untold, told > 50) == ([], True)
