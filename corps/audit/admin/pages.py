"""What stands behind the ledger's buttons, and beside its entries."""

import json
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit.buttons import viewer_of
from corps.adminkit.words import facts_in_words, in_words, verb_in_words, who_in_words
from corps.audit.actions import record
from corps.audit.admin.filters import ExportForm
from corps.audit.exporting import export_entries
from corps.audit.models import Entry
from corps.audit.proving import prove_entry
from corps.audit.queries import SealOfEntry, entries_by, entries_visible_to, seal_over

SHOWN = 20
"""How many of a person's acts stand on the page of their account."""


def may_read(user: User, entry: Any) -> bool:
    """Whether somebody reads the ledger at all; which entries is `entries_visible_to`'s answer."""
    return user.may_see_kind("audit.entry")


def may_prove(user: User, entry: Any) -> bool:
    """Whether somebody may fetch proofs: whoever reads the whole ledger. A proof holds the ids of
    all that its entry is about, also of those whom another reader does not see."""
    return user.has_role(Role.AUDITOR)


def seal_of(entry: Entry) -> SealOfEntry | None:
    """Return under which seal an entry stands, None before it is sealed."""
    return seal_over(entry)


def export(request: HttpRequest, obj: None, form: ExportForm) -> HttpResponse:
    """Send the entries that fit as a table."""
    viewer = viewer_of(request)
    entries = form.narrow(entries_visible_to(viewer), form.cleaned_data)
    pieces = export_entries(
        entries,
        heading=_heading(),
        tell=_cells,
        filters=_asked(form, fits=entries.exists()),
        by=viewer,
        at=timezone.now(),
    )
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    response["Cache-Control"] = "no-store"
    return cast("HttpResponse", response)


def _asked(form: ExportForm, *, fits: bool) -> dict[str, str]:
    """Return the filters for the ledger. What was typed is told only where it fits an entry: else
    it may be anything, a name too."""
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    if not fits:
        asked = {name: "–" if name in ("person", "thing") else asked[name] for name in asked}
    return asked


def _heading() -> list[str]:
    return [
        gettext("number"),
        gettext("time"),
        gettext("who"),
        gettext("what"),
        gettext("object"),
        gettext("facts"),
        gettext("reason"),
        gettext("desk"),
        gettext("door"),
        gettext("verb"),
    ]


def _cells(entry: Entry) -> list[str]:
    return [
        str(entry.number),
        timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds"),
        who_in_words(entry),
        verb_in_words(entry.verb),
        entry.object,
        facts_in_words(entry),
        entry.reason,
        entry.desk,
        str(entry.get_door_display()),
        entry.verb,
    ]


def download_proof(request: HttpRequest, entry: Entry, reason: str) -> HttpResponse:
    """Send the proof that an entry is sealed; that it was fetched is entered."""
    with transaction.atomic():
        record("ledger.proved", by=viewer_of(request), facts={"row": entry.number})
    proof = json.dumps(prove_entry(entry.number), ensure_ascii=False, indent=1)
    response = HttpResponse(proof, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="entry-{entry.number}.json"'
    response["Cache-Control"] = "no-store"
    return response


def acts_of(viewer: User, account: User) -> dict[str, Any]:
    """Return what an account did, as far as its reader may read of it, for the account's page."""
    found = entries_by(account, viewer)[:SHOWN] if may_read(viewer, None) else []
    query = urlencode({"person": str(account)})
    return {
        "reads": may_read(viewer, None),
        "lines": [in_words(entry) for entry in found],
        "all_url": f"{reverse('admin:audit_entry_changelist')}?{query}",
    }
