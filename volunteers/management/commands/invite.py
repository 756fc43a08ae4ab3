"""A volunteer's way into the portal, from the command line."""

from io import StringIO
from typing import Any
from unicodedata import normalize

import segno
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from corps.audit.actions import COMMAND
from corps.errors import Refusal
from volunteers.actions.invitations import invite_volunteer
from volunteers.models import Volunteer


class Command(BaseCommand):
    """Print the one-time link into a volunteer's portal account, and its QR code."""

    help = "Invite a volunteer: prints a one-time link with its QR code, good for 72 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the callsign."""
        parser.add_argument("callsign", help="the volunteer's callsign, in any case of letters")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the link and print it first; then the code, the sign-in name, and when it ends."""
        volunteer = Volunteer.objects.filter(
            callsign__iexact=normalize("NFC", options["callsign"])
        ).first()
        if volunteer is None:
            raise CommandError("There is no volunteer of that callsign.")
        try:
            link = invite_volunteer(volunteer=volunteer, by=COMMAND, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        address = f"{settings.CORPS_URL}{link.path}"
        ends = timezone.localtime(link.expires_at, volunteer.time_zone)
        self.stdout.write(address)
        picture = StringIO()
        segno.make(address).terminal(out=picture, compact=True)
        self.stdout.write(picture.getvalue())
        self.stdout.write(f"Good once, until {ends:%Y-%m-%d %H:%M} ({volunteer.time_zone}).")
