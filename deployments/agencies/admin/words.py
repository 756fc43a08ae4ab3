"""What the ledger's verbs and facts about contacts are called."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from corps.adminkit.words import name_facts, name_verbs, tell_facts
from corps.audit.context import door
from deployments.agencies.contacts import PARTS
from deployments.agencies.queries import names_of_agencies

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


def agency(slug: str) -> str:
    """Return what the agency of a short name is called, the short name where there is none."""
    request = door().request_id
    names = _names_for(request, get_language()) if request else names_of_agencies()
    return names.get(slug, slug)


@lru_cache(maxsize=16)
def _names_for(request: str, language: str | None) -> dict[str, str]:
    """Return the names of all agencies, read once for each request."""
    return names_of_agencies()


tell_facts({"parts": part, "agency": agency, "host_agency": agency})
