"""The first administrator of an empty installation, and the way back in for whoever has the
machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from corps.accounts.actions.invitations import Link, invite_user
from corps.accounts.actions.recovery import recover_on_the_machine
from corps.accounts.actions.staff import allow_app, close_account, make_staff
from corps.accounts.models import User
from corps.accounts.queries.staff import every_administrator, was_entered
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND
from corps.errors import Refusal


class Command(BaseCommand):
    """Print a one-time link by which an administrator sets a password."""

    help = (
        "Make the first administrator and print their one-time link (72 hours); or, where the "
        "administrators are locked out, recover or close the account of one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sign-in name, and what is to be done."""
        parser.add_argument("--username", default="admin")
        parser.add_argument(
            "--totp", action="store_true", help="let an authenticator app count for the account"
        )
        other = parser.add_mutually_exclusive_group()
        other.add_argument("--recover", metavar="USERNAME", help="a link into this account")
        other.add_argument("--close", metavar="USERNAME", help="let this account sign in no more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; a rule that says no ends it with its sentence."""
        try:
            with translation.override("en"):
                self._do(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def _do(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        if options["close"]:
            close_account(user=_administrator(options["close"]), by=COMMAND, at=now)
            self.stdout.write("Closed.")
            return
        if options["recover"]:
            user = _administrator(options["recover"])
            link = recover_on_the_machine(user=user, at=now)
        else:
            user = _first(options["username"])
            link = invite_user(user=user, by=COMMAND, at=now)
        if options["totp"] and not user.totp_allowed:
            allow_app(user=user, allowed=True, by=COMMAND, at=now)
        self._print(link)

    def _print(self, link: Link) -> None:
        self.stdout.write(f"{settings.CORPS_URL}{link.path}")


def _administrator(username: str) -> User:
    """Return the administrator of that name. Raises CommandError."""
    user = every_administrator().filter(username=username).first()
    if user is None:
        raise CommandError("There is no administrator of this name.")
    return user


def _first(username: str) -> User:
    """Return the first administrator's account, made now unless it waits for its first use."""
    user = every_administrator().filter(username=username).first()
    if user is None:
        if every_administrator().exists():
            raise CommandError("There is an administrator already; ask them for an invitation.")
        return make_staff(
            username=username, roles=[Role.ADMINISTRATOR], by=COMMAND, at=timezone.now()
        )
    if was_entered(user):
        raise CommandError("This administrator has come in already; see --recover.")
    return user
