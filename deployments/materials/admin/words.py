"""What the ledger's verbs and facts about materials and deliveries are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from corps.adminkit.words import name_facts, name_moves, name_verbs, tell_facts
from deployments.materials.models import Medium
from deployments.materials.states import DELIVERY, VERSION

name_moves(VERSION)
name_moves(DELIVERY)
name_verbs(
    {
        "material.made": _("Material made"),
        "material.renamed": _("Material renamed"),
        "material.shared": _("Material shared with an agency"),
        "material.share_ended": _("Sharing of a material ended"),
        "version.made": _("Version of a material added"),
        "version.fetched": _("File of a version saved"),
        "delivery.prepared": _("Delivery prepared"),
        "delivery.receipt_fetched": _("Receipt of a delivery saved"),
        "vault.strays_removed": _("Stored bytes without a row removed"),
    }
)
name_facts(
    {
        "title": _("title"),
        "version": _("version"),
        "language": _("language"),
        "media_type": _("media type"),
        "sha256": _("SHA-256"),
        "medium": _("medium"),
        "copies_made": _("made"),
        "copies_handed_over": _("handed over"),
        "handed_over_by": _("handed over by"),
        "on": _("on"),
        "copies_acknowledged": _("acknowledged"),
        "with_scan": _("with a scan"),
    }
)


def medium(value: Any) -> Any:
    """Return the name of a medium."""
    return dict(Medium.choices).get(value, value)


tell_facts({"medium": medium})
