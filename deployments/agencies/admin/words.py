"""What the ledger's verbs and facts about contacts are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.adminkit.words import name_facts, name_verbs, tell_facts
from deployments.agencies.contacts import PARTS

name_verbs(
    {
        "contact.added": _("Contact added"),
        "contact.changed": _("Contact changed"),
        "contact.ended": _("Contact ended"),
        "contact.merged": _("Contact merged with another record"),
        "contact.revealed": _("Details of a contact shown"),
        "contact.searched": _("Contact looked up"),
        "contact.erased": _("Contact erased"),
    }
)
name_facts({"parts": _("parts"), "letters": _("letters"), "deliveries": _("deliveries")})


def part(value: Any) -> Any:
    """Return the name of a part of a contact's details."""
    return PARTS.get(value, value)


tell_facts({"parts": part})
