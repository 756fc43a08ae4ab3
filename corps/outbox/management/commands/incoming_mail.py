"""What a mail server's pipe calls for each e-mail that comes in."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from corps.audit.actions import COMMAND
from corps.errors import Refusal
from corps.outbox.actions.receiving import take_in
from corps.outbox.incoming import LARGEST

KEEP_IT = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the e-mail and asks again, or somebody looks."""


class Command(BaseCommand):
    """Take in one e-mail from standard input."""

    help = (
        "Take in one e-mail from standard input: a message of ours that came back. Ends with 75 "
        "when it is anything else, so that the mail server keeps it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read it and hand it on."""
        raw = sys.stdin.buffer.read(LARGEST + 1)
        try:
            with translation.override("en"):
                take_in(raw=raw, by=COMMAND, at=timezone.now())
        except Refusal as refusal:
            self._keep(str(refusal))
        except (DatabaseError, OSError):
            self._keep("The database does not answer.")

    def _keep(self, why: str) -> None:
        self.stderr.write(why)
        sys.exit(KEEP_IT)
