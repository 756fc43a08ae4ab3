"""`migrate`, run by the role that owns the tables."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from corps.audit.watching import watch_tables


class Command(migrate.Command):
    """Migrate through the owner's connection: the application's role may not alter a table."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then let the ledger watch every table that is new. Raises CommandError when
        DATABASE_OWNER_URL is not set."""
        if "owner" not in connections:
            raise CommandError("Set DATABASE_OWNER_URL: migrations run as the owner of the tables.")
        options["database"] = "owner"
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            watch_tables(connections["owner"])
