"""Credentials for an agency, from the command line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from corps.audit.actions import COMMAND
from corps.errors import NotFound, Refusal
from deployments.agencies.actions import issue_client
from deployments.agencies.queries import find_agency
from deployments.agencies.rules import SCOPES


class Command(BaseCommand):
    """Issue a partner client and print its id and its secret, once."""

    help = "Issue credentials by which an agency reads the API; the secret is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the agency, what it may read, for how long and from where."""
        parser.add_argument("agency", help="the agency's short name")
        parser.add_argument("--scopes", nargs="+", required=True, help=f"of: {', '.join(SCOPES)}")
        parser.add_argument("--days", type=int, default=365, help="until it expires (365)")
        parser.add_argument(
            "--network",
            action="append",
            default=[],
            dest="networks",
            help="a network it may be used from, such as 203.0.113.0/24; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the client. Raises CommandError with a sentence for what cannot be issued."""
        try:
            agency = find_agency(options["agency"])
        except NotFound:
            raise CommandError("There is no agency of this short name.") from None
        try:
            issued = issue_client(
                agency=agency,
                scopes=options["scopes"],
                days=options["days"],
                networks=options["networks"],
                by=COMMAND,
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"client id: {issued.client_id}\nsecret: {issued.secret}")
