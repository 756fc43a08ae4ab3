"""Erasing a contact, from the command line of somebody who holds the keyring."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from corps.audit.actions import COMMAND
from corps.errors import Refusal
from corps.vault.actions import check_keys
from deployments.agencies.actions.contact_details import erase_contact
from deployments.agencies.models import Contact


class Command(BaseCommand):
    """Destroy the data key of one contact who has ended."""

    help = "Destroy the data key of a contact: nobody can ever read the name and details again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the contact's id, as it stands in the address of its page, and the reason."""
        parser.add_argument("contact", type=UUID, help="the id in the address of the contact")
        parser.add_argument("--reason", required=True, help="why; it stands in the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase it. Raises CommandError with a sentence for what cannot be erased."""
        check_keys()
        contact = Contact.objects.filter(pk=options["contact"]).first()
        if contact is None:
            raise CommandError("There is no contact of this id.")
        with translation.override("en"):
            try:
                erase_contact(
                    contact=contact, reason=options["reason"], by=COMMAND, at=timezone.now()
                )
            except Refusal as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write("The contact is erased. Letters, deliveries and the ledger stand.")
        self.stdout.write("Backups from before hold the key still: run vault rotate after them.")
