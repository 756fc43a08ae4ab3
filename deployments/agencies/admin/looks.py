"""How contacts look in tables."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.adminkit.looks import pill
from deployments.agencies.models import LETTER_LANGUAGES, Contact


def contact_pill(contact: Contact) -> SafeString:
    """Return whether somebody is a contact today, as a pill."""
    today = timezone.localdate()
    if contact.until and contact.until < today:
        return pill("is-quiet", _("Ended"))
    if contact.since and contact.since > today:
        return pill("is-attention", _("Not yet"))
    return pill("is-ok", _("In office"))


def contact_rows(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Return contacts as rows of a table."""
    return [{"contact": contact, "pill": contact_pill(contact)} for contact in contacts]


def languages_in_words(codes: Iterable[str]) -> str:
    """Return languages of letters by name, in the order in which they were chosen."""
    names = dict(LETTER_LANGUAGES)
    return ", ".join(names.get(code, code) for code in codes) or "–"
