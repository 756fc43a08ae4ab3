"""The row of a sealed file is not altered, whoever speaks to the database."""

import pytest
from django.db import DatabaseError, connections, transaction

from corps.vault.files import seal_file


@pytest.mark.parametrize(
    "change", ["sha256 = '\\x00'", "size = size + 1", "media_type = 'x/y'", "made_at = now()"]
)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_what_a_file_is_stays(committed_db: str, change: str, alias: str) -> None:
    """For the application, and for the owner of the table."""
    with transaction.atomic():
        row = seal_file([b"a"], media_type="text/plain")
    with connections[alias].cursor() as cursor, pytest.raises(DatabaseError, match="stays"):
        cursor.execute(f"UPDATE vault_sealedfile SET {change} WHERE id = %s", [row.pk])
