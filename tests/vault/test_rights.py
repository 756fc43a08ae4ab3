"""What the application's role may not do to keys and large objects, asked of the database."""

import pytest
from django.db import ProgrammingError, connection

from corps.vault.actions import check_keys
from corps.vault.models import KeyCheck

STATEMENTS = [
    "UPDATE vault_keycheck SET sealed = sealed",
    "DELETE FROM vault_keycheck",
    "TRUNCATE vault_keycheck",
    "ALTER TABLE vault_keycheck DISABLE TRIGGER ALL",
    "DROP TABLE vault_keycheck",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_get(1)",
    "SELECT lo_open(1, 131072)",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_export(1, '/dev/null')",
    "SELECT lo_unlink(1)",
    "SELECT loread(0, 1)",
    "SELECT lowrite(0, 'x')",
    "SELECT lo_truncate(0, 0)",
    "COPY vault_datakey TO PROGRAM 'cat'",
    "SELECT pg_read_file('/etc/hostname')",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_application_may_not(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError) as refused:
        cursor.execute(statement)
    assert refused.value.__cause__ is not None
    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"


@pytest.mark.django_db
def test_the_application_reads_key_checks() -> None:
    assert KeyCheck.objects.count() == 3


def test_an_altered_key_check_stops_the_start(committed_db: str) -> None:
    check = KeyCheck.objects.using("owner").get(key_id="master-1")
    check.sealed = bytes(check.sealed)[:-1] + b"\x00"
    check.save(using="owner")
    with pytest.raises(SystemExit, match="not the one this database was sealed with"):
        check_keys()
