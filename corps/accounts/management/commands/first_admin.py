"""The first administrator of an empty installation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from corps.accounts.actions.invitations import invite_user
from corps.accounts.actions.staff import make_staff
from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND


class Command(BaseCommand):
    """Print a one-time link by which the first administrator sets a password."""

    help = "Make the first administrator and print their one-time link (72 hours)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sign-in name."""
        parser.add_argument("--username", default="admin")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account, or renew the link while nobody has used it."""
        now = timezone.now()
        admins = User.objects.filter(groups__name=Role.ADMINISTRATOR)
        user = admins.filter(username=options["username"]).first()
        if user is None:
            if admins.exists():
                raise CommandError("There is an administrator already; ask them for an invitation.")
            user = make_staff(
                username=options["username"], roles=[Role.ADMINISTRATOR], by=COMMAND, at=now
            )
        elif user.has_usable_password():
            raise CommandError("This administrator has a password already.")
        link = invite_user(user=user, by=COMMAND, at=now)
        self.stdout.write(f"{settings.CORPS_URL}{link.path}")
