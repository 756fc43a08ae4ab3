"""Whom a letter of withdrawal asks back, on its page: read before it is approved."""

from typing import Any

from django.utils.translation import gettext as _

from corps.accounts.models import User
from corps.adminkit import guests
from deployments.liaison.letters.beginning import persons_named
from deployments.liaison.letters.beside import asked_back
from deployments.liaison.letters.text import open_text
from deployments.liaison.letters.words import WORDS
from deployments.liaison.models import Letter, LetterKind
from deployments.liaison.queries.letters import latest_version
from deployments.liaison.rules.letters import WRITABLE
from volunteers.queries.people import volunteers_visible_to


def asked_by_letter(viewer: User, obj: Letter) -> dict[str, Any]:
    """Return the panel: whom among those the viewer sees a letter asks back, or how it would."""
    version = latest_version(obj) if obj.kind == LetterKind.WITHDRAWAL else None
    if version is None:
        return {"sentence": ""}
    draft = obj.state in WRITABLE
    asked = persons_named(obj, open_text(version)) if draft else asked_back(version)
    if not asked:
        return {"sentence": _nobody(obj)}
    seen = volunteers_visible_to(viewer).filter(pk__in=asked).order_by("callsign")
    callsigns = ", ".join(seen.values_list("callsign", flat=True))
    told = _("Once sent, it counts as having asked the agency to destroy what it was told of: %s.")
    return {"sentence": told % callsigns if callsigns else ""}


def _nobody(letter: Letter) -> str:
    example = WORDS[letter.language].numbered.format(reference="2026-0001/1", numbers="2")
    told = _(
        "It names nobody of this desk by their number in an earlier letter, so nobody counts as "
        "asked back by it. It names them like this: %s"
    )
    return told % example


guests.add_panel(Letter, guests.Panel("admin/liaison/asked_by_letter.html", asked_by_letter))
