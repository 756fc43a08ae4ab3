"""Everything an installation needs before its first page, in order; safe to run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from corps.audit.heads import make_key_file
from corps.vault.actions import check_keys, register_keys
from corps.vault.keys import make_keyring_file


class Command(BaseCommand):
    """Migrate, make the keys on the first start, check them, and seed the demo if asked to."""

    help = "Prepare the database and the keys; on a first start with CORPS_DEMO=1 seed the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each step; a wrong master key ends it with a sentence."""
        executor = MigrationExecutor(connections["owner"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        first = make_keyring_file()
        if first:
            self.stdout.write(f"Made the master key: {settings.MASTER_KEY_FILE}")
        if make_key_file():
            self.stdout.write(f"Made the ledger's key: {settings.LEDGER_KEY_FILE}")
        register_keys()
        check_keys()
        if settings.DEMO:
            call_command("demo", first_start=True)
