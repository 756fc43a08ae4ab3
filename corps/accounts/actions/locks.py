"""Whose turn it is with accounts: one at a time, until the transaction ends."""

from hashlib import sha256

from django.db import connection

KEY = int.from_bytes(sha256(b"corps.accounts").digest()[:8], "big", signed=True)


def hold_accounts() -> None:
    """Wait until nobody else changes who may sign in as what.

    What is counted afterwards (the administrators who are left, the second one who is there) holds
    until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEY])
