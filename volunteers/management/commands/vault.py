"""The keys of the installation, from the command line of somebody who holds the keyring."""

from typing import Any
from unicodedata import normalize

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from corps.audit.actions import COMMAND
from corps.errors import Refusal
from corps.vault.actions import check_keys
from corps.vault.keys import KeyUnavailable
from volunteers.actions.erasure import erase_volunteer
from volunteers.actions.keys import REMAKERS, Rotation, rotate_keys
from volunteers.models import Volunteer
from volunteers.queries.keys import KeyUse, keys_in_use


class Command(BaseCommand):
    """Show which keys are in use, rotate a family of them, or erase one volunteer."""

    help = (
        "status: which keys are in use, by id. rotate: change the master key or the key of the "
        "blind indexes while everything goes on. erase: destroy a volunteer's data key."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of three words, and what belongs to it."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("status", help="key ids, what each has made, destroyed keys")
        rotate = words.add_parser("rotate", help="change the key of a family")
        rotate.add_argument("--family", choices=sorted(REMAKERS), default="master")
        rotate.add_argument(
            "--prepare", action="store_true", help="only add the new key, to copy the keyring first"
        )
        rotate.add_argument(
            "--leave-broken", action="store_true", help="let go of what cannot be opened, for good"
        )
        erase = words.add_parser("erase", help="destroy a volunteer's data key")
        erase.add_argument("callsign", help="the volunteer's callsign, in any case of letters")
        erase.add_argument("--reason", required=True, help="why; it stands in the ledger")
        erase.add_argument("--yes", action="store_true", help="do not ask for the callsign again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; every refusal is a sentence."""
        check_keys()
        with translation.override("en"):
            try:
                getattr(self, f"_{options['word']}")(options)
            except (Refusal, KeyUnavailable) as refusal:
                raise CommandError(str(refusal)) from None

    def _status(self, options: dict[str, Any]) -> None:
        found = keys_in_use()
        for key in found.keys:
            self.stdout.write(_line(key))
        self.stdout.write(f"Data keys of the installation: {', '.join(found.house) or 'none'}")
        self.stdout.write(f"Destroyed data keys: {found.destroyed}")

    def _rotate(self, options: dict[str, Any]) -> None:
        done = rotate_keys(
            family=options["family"],
            prepare=options["prepare"],
            leave_broken=options["leave_broken"],
        )
        for line in _told(done):
            self.stdout.write(line)

    def _erase(self, options: dict[str, Any]) -> None:
        callsign = normalize("NFC", options["callsign"])
        volunteer = Volunteer.objects.filter(callsign__iexact=callsign).first()
        if volunteer is None:
            raise CommandError("There is no volunteer of that callsign.")
        if not options["yes"]:
            self.stdout.write("Nobody can undo this. Type the callsign again:")
            if normalize("NFC", input().strip()) != volunteer.callsign:
                raise CommandError("That is another callsign: nothing is erased.")
        erase_volunteer(
            volunteer=volunteer, reason=options["reason"], by=COMMAND, at=timezone.now()
        )
        self.stdout.write(f"{volunteer.callsign} is erased. The ledger stands.")
        self.stdout.write(_BACKUPS)


def _line(key: KeyUse) -> str:
    """Return one key of the status: its id, what it has made, and what is odd about it."""
    made = {
        "master": f"wraps {key.data_keys} data keys",
        "index": f"made {key.marks} blind indexes and those of {key.rows} waiting rows",
        "pseudonym": "is never rotated: agencies would lose the names they know people by",
    }
    notes = [made[key.family], "current" if key.current else "", "" if key.held else _LOST]
    return f"{key.id or 'an unnamed key'}: " + "; ".join(filter(None, notes))


_BACKUPS = (
    "Backups from before hold the key still, wrapped by the master key: run vault rotate, and "
    "destroy the copies of the old keyring."
)
_LOST = "NOT IN THE KEYRING: what it made cannot be opened or found"


def _told(done: Rotation) -> list[str]:
    if not done.done:
        return [
            f"{done.new} is in the keyring, not yet in use. Copy the keyring to a safe place.",
            f"Then run: vault rotate --family {done.family}",
        ]
    lines = [f"{done.new} is the {done.family} key now; {done.remade} were made again with it."]
    if done.ours:
        lines.append("Copy the keyring to a safe place, and destroy the copies of the old one.")
    else:
        lines.append(f"Nothing needs {', '.join(done.old)} any more: take it out of the keyring.")
    return lines
