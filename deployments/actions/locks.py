"""Whose turn it is: advisory locks that last until the transaction ends.

Staffing (proposing, offering) shares the deployment and has the place and the volunteer for
itself; changing a deployment or its places has the deployment for itself. Each action takes all
its locks at once, before it touches a row, in one order over all of them, so none can wait in a
circle.
"""

from hashlib import sha256

from django.db import connection, models

from corps.audit.actions import reference


def wait_for_turn(*alone: models.Model, shared: tuple[models.Model, ...] = ()) -> None:
    """Wait until the objects `alone` are locked by nobody else, and `shared` by nobody alone."""
    wanted = {_key(obj): "pg_advisory_xact_lock_shared" for obj in shared}
    wanted |= {_key(obj): "pg_advisory_xact_lock" for obj in alone}
    with connection.cursor() as cursor:
        for key, function in sorted(wanted.items()):
            cursor.execute(f"SELECT {function}(%s)", [key])


def _key(obj: models.Model) -> int:
    digest = sha256(reference(obj).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
