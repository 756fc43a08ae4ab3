"""A seeded organisation to look at."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from corps.accounts.queries.invitations import anybody_has_an_account
from deployments.demo.actions import Access, InUse, seed_demo


class Command(BaseCommand):
    """Seed the demo, or make a seeded one bigger."""

    help = "Seed the demo organisation, or add invented volunteers to it until there are N."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many volunteers, the seed, and whether this is a start of the installation."""
        parser.add_argument("--volunteers", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--first-start", action="store_true", help="do nothing where anybody has an account"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and write the ways in to demo-accounts.txt (mode 0600) under the state folder."""
        if options["first_start"] and anybody_has_an_account():
            return
        try:
            with transaction.atomic():
                access = seed_demo(
                    volunteers=options["volunteers"], seed=options["seed"], at=timezone.now()
                )
                told = _told(access)
        except InUse as error:
            raise CommandError(str(error)) from None
        self.stdout.write(told)


def _told(access: list[Access]) -> str:
    """Write the ways in before the demo is committed: no account without a known password."""
    if not access:
        return "The demo is there; it has the volunteers asked for, or more."
    return f"The demo is ready; who can sign in: {write_accounts(access)}"


def write_accounts(access: list[Access]) -> Path:
    """Write one line a way in, tab-separated: kind, name, password or secret, role or agency."""
    path = Path(settings.STATE) / "demo-accounts.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{a.kind}\t{a.name}\t{a.secret}\t{a.role}\n" for a in access)
    return path
