"""How states of versions and deliveries are shown, and lengths."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from corps.adminkit.looks import pill
from deployments.materials.models import Delivery, MaterialVersion

VERSION_LOOKS = {
    "in_review": "is-attention",
    "approved": "is-ok",
    "rejected": "is-blocked",
}
DELIVERY_LOOKS = {
    "prepared": "is-note",
    "handed_over": "is-attention",
    "acknowledged": "is-ok",
    "failed": "is-blocked",
}


def version_pill(version: MaterialVersion) -> SafeString:
    """Return a version's state as a pill."""
    return pill(VERSION_LOOKS.get(version.state, "is-quiet"), version.get_state_display())


def delivery_pill(delivery: Delivery) -> SafeString:
    """Return a delivery's state as a pill."""
    return pill(DELIVERY_LOOKS[delivery.state], delivery.get_state_display())


def extent(version: MaterialVersion) -> str:
    """Return how many pages a version has, or how long it plays (minutes and seconds)."""
    if version.length is not None:
        return f"{version.length // 60}:{version.length % 60:02}"
    pages = version.pages or 0
    return ngettext("%(count)s page", "%(count)s pages", pages) % {"count": pages}


def tongue(version: MaterialVersion) -> str:
    """Return a version's language with its regional variety."""
    return f"{version.language} ({version.variety})" if version.variety else str(version.language)


NUMBERED = _("Version %(number)s")


def numbered(version: MaterialVersion) -> str:
    """Return what a version is called on the pages of its material."""
    return str(NUMBERED) % {"number": version.number}
