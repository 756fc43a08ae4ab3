"""Of whom a text seems to tell, by the register's blind indexes alone."""

import re
from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from corps.vault.marks import EMAIL, NAME, PASSPORT, PHONE, marks_to_look_for
from corps.vault.mentions import AT_THE_END, mentions
from volunteers.models import IdentityMark, Volunteer


def mentioned_in(
    text: str, people: QuerySet[Volunteer], *, besides: str = ""
) -> dict[str, set[UUID]]:
    """Return by kind of blind index which of these people a text seems to tell of; what stands in
    `besides` as well is no mention. Who may learn it is the caller's rule."""
    carriers: dict[tuple[str, bytes], set[UUID]] = defaultdict(set)
    told = IdentityMark.objects.filter(
        volunteer__in=people, kind__in=(NAME, PHONE, EMAIL, PASSPORT)
    )
    for kind, mark, volunteer in told.values_list("kind", "mark", "volunteer_id"):
        carriers[kind, bytes(mark)].add(volunteer)
    found: dict[str, set[UUID]] = defaultdict(set)
    if carriers:
        for kind, mark in marks_to_look_for(mentions(text) - mentions(besides)):
            if (kind, mark) in carriers:
                found[kind] |= carriers[kind, mark]
    return dict(found)


def callsigns_in(text: str, people: QuerySet[Volunteer]) -> list[str]:
    """Return the callsigns of these people that stand in a text as words."""
    known = people.order_by("callsign").values_list("callsign", flat=True)
    return [
        callsign
        for callsign in known
        if re.search(rf"(?<!\w){re.escape(callsign)}{AT_THE_END}(?!\w)", text, re.IGNORECASE)
    ]
