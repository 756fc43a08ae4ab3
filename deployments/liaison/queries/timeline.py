"""One case as a whole: what happened in order, who held it when, what is missing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, zip_longest
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.queries.sight import Viewer
from corps.adminkit.words import who_in_words
from corps.audit.actions import reference
from corps.audit.models import Entry
from corps.workflow.tables import Text
from deployments.agencies.models import Agency, LettersBy
from deployments.liaison.models import Case, Disclosure, Letter, Reminder
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.disclosures import without_consent
from deployments.liaison.queries.inbox import ARRIVED, letters_back
from deployments.liaison.queries.permits import permits_visible_to
from deployments.materials.models import Delivery
from deployments.materials.queries import deliveries_visible_to
from volunteers.queries.people import volunteers_visible_to

OK, BLOCKED, QUIET = "is-ok", "is-blocked", "is-quiet"

TOLD: dict[str, tuple[str, Text, str]] = {
    "case.opened": ("case", _("Case opened"), "is-note"),
    "case.acknowledged": ("case", _("Receipt entered"), OK),
    "case.overdue": ("case", _("Case overdue"), BLOCKED),
    "case.closed": ("case", _("Case closed"), QUIET),
    "letter.begun": ("letter", _("Letter begun"), "is-note"),
    "letter.submitted": ("letter", _("Letter submitted for approval"), "is-note"),
    "letter.returned": ("letter", _("Letter returned to its author"), "is-attention"),
    "letter.approval_given": ("letter", _("Letter approved by one of two"), "is-note"),
    "letter.approved": ("letter", _("Letter approved"), "is-note"),
    "letter.sent": ("letter", _("Letter sent"), "is-note"),
    "letter.acknowledged": ("letter", _("Letter received"), OK),
    "letter.bounced": ("letter", _("Letter came back"), BLOCKED),
    "letter.discarded": ("letter", _("Letter discarded"), QUIET),
    "delivery.prepared": ("delivery", _("Delivery prepared"), "is-note"),
    "delivery.handed_over": ("delivery", _("Delivery handed over"), "is-note"),
    "delivery.acknowledged": ("delivery", _("Delivery received"), OK),
    "delivery.failed": ("delivery", _("Delivery given up"), BLOCKED),
}
"""The entries of the ledger that a case's page tells: the kind of the event, its title, its look.
Referrals, answers, notes and reminders are told by their own rows, which hold what they say."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at an aware instant. `kind` says of what it tells: case, letter,
    delivery, referral, reply, note, reminder; `obj` is what it is about; `look` a state class of
    parts.css; `detail` and `text` are for people; `day` the day in Seoul of which it speaks."""

    at: datetime
    kind: str
    title: Text
    who: str
    obj: Any = None
    detail: str = ""
    text: str = ""
    look: str = "is-note"
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An agency that held the case, from which day."""

    agency: Agency
    since: date
    due: date | None = None
    remark: str = ""


def events_of(viewer: Viewer, case: Case) -> list[Event]:
    """Return what happened in a case, its letters and those of its deliveries that the viewer may
    see, oldest first, in a fixed number of queries; the caller may see the case."""
    found = [
        *_entered(viewer, case),
        *_referrals(case),
        *_replies(case),
        *_notes(case),
        *_reminders(case),
    ]
    return sorted(found, key=lambda event: event.at)


def holders_in_order(case: Case) -> list[Held]:
    """Return the trail of holders, in the ledger's order: where a letter took the case, and each
    referral. A letter that came back took it nowhere, unless another one reached the same agency
    before the case went to somebody else.
    """
    letters = {letter.number: letter for letter in case.letters.select_related("agency")}
    referrals = iter(case.referrals.select_related("to_agency"))
    moves = Entry.objects.filter(
        about__contains=[reference(case)], verb__in=("case.sent", "case.referred")
    )
    trail: dict[Any, Held] = {}
    entries = list(moves.order_by("number"))
    for entry, then in zip_longest(entries, entries[1:]):
        if entry.verb == "case.referred":
            for row in islice(referrals, 1):
                trail[row.pk] = Held(row.to_agency, row.on, row.due, row.remark)
        if entry.verb == "case.referred" or _goes_elsewhere(then):
            continue
        sent = letters[entry.facts["letter"]]
        reached = [one for one in letters.values() if _reached(one, sent.agency, entry.at)]
        if reached:
            first = min(reached, key=lambda one: (one != sent, one.sent_at or entry.at))
            trail[first.pk] = Held(sent.agency, day_in_seoul(first.sent_at or entry.at))
    return list(trail.values())


def _goes_elsewhere(then: Entry | None) -> bool:
    """Whether the next entry says that no letter had reached the agency: another got the case."""
    return then is not None and then.verb == "case.sent" and then.facts["from"] == "sent"


def _reached(letter: Letter, agency: Agency, since: datetime) -> bool:
    """Whether a letter reached an agency, sent at `since` or later."""
    arrived = letter.state in ARRIVED and letter.state_since >= since
    return arrived and letter.agency_id == agency.pk


def reminders_open(case: Case) -> list[Reminder]:
    """Return the reminders of a case that are not done, the earliest first."""
    return list(case.reminders.filter(done_at=None).select_related("made_by"))


def missing_of(viewer: Viewer, case: Case, *, at: datetime) -> list[str]:
    """Return what is missing in a case, each as a sentence, as far as the viewer may see; nothing
    is in one that is closed."""
    if case.state == "closed":
        return []
    late = [gettext("The answer is overdue.")] if case.overdue_since else []
    return [
        *late,
        *_letters_lack(viewer, case),
        *_permits_lack(viewer, case),
        *_receipts_lack(viewer, case),
        *_to_look_at(case, at=at),
    ]


def _letters_lack(viewer: Viewer, case: Case) -> Iterator[str]:
    lacking = _without_consent(viewer, case)
    back = set(letters_back().filter(case=case).values_list("pk", flat=True))
    for letter in case.letters.exclude(state__in=("acknowledged", "discarded")):
        letter.case, told = case, {"letter": f"{case.reference}/{letter.number}"}
        if letter.pk in back:
            yield gettext("Letter %(letter)s came back: send it another way.") % told
        elif letter.state == "sent":
            yield gettext("There is no receipt for letter %(letter)s.") % told
        for callsign in lacking[letter.pk]:
            named = {**told, "who": callsign}
            yield gettext("%(who)s has not consented to what letter %(letter)s tells.") % named


def _without_consent(viewer: Viewer, case: Case) -> dict[UUID, list[str]]:
    """Return by letter not sent yet the callsigns of those who do not consent to what it tells, as
    far as the viewer sees them."""
    gone = ("sent", "acknowledged", "bounced", "discarded")
    seen = volunteers_visible_to(viewer)
    planned = Disclosure.objects.filter(letter__case=case, volunteer__in=seen)
    planned = planned.exclude(letter__state__in=gone)
    found: dict[UUID, list[str]] = defaultdict(list)
    for one in without_consent(planned.select_related("volunteer").order_by("volunteer__callsign")):
        found[one.letter_id].append(one.volunteer.callsign)
    return found


def _permits_lack(viewer: Viewer, case: Case) -> Iterator[str]:
    count = permits_visible_to(viewer).filter(case=case, state="applied").count()
    if count:
        told = ngettext(
            "%(count)s permit has no answer.", "%(count)s permits have no answer.", count
        )
        yield told % {"count": count}


def _receipts_lack(viewer: Viewer, case: Case) -> Iterator[str]:
    handed = deliveries_visible_to(viewer).filter(cases=case, state="handed_over")
    for delivery in handed.select_related("version__material"):
        yield gettext("There is no receipt for the delivery of %s.") % delivery.version


def _to_look_at(case: Case, *, at: datetime) -> Iterator[str]:
    for reminder in case.reminders.filter(done_at=None, on__lte=day_in_seoul(at)):
        told = {"day": date_format(reminder.on, "DATE_FORMAT"), "says": reminder.says}
        yield gettext("To be looked at since %(day)s: %(says)s") % told


def _entered(viewer: Viewer, case: Case) -> Iterator[Event]:
    """Tell the entries about the case, its letters and deliveries, in the ledger's order."""
    things: dict[str, Any] = {reference(case): case}
    for letter in case.letters.select_related("agency"):
        letter.case = case
        things[reference(letter)] = letter
    for delivery in deliveries_visible_to(viewer).filter(cases=case):
        things[reference(delivery)] = delivery
    entries = Entry.objects.filter(about__overlap=list(things), verb__in=TOLD).order_by("number")
    for entry in entries:
        obj = things.get(entry.about[0])
        of_letter = entry.verb == "case.acknowledged" and "letter" in entry.facts
        if obj is None or of_letter:
            continue
        kind, title, look = TOLD[entry.verb]
        detail = DETAILS[kind](obj, entry)
        day = date.fromisoformat(entry.facts["on"]) if "on" in entry.facts else None
        yield Event(
            entry.at, kind, title, who_in_words(entry), obj, detail, entry.reason, look, day
        )


def _of_case(case: Case, entry: Entry) -> str:
    return ""


def _of_letter(letter: Letter, entry: Entry) -> str:
    ways = dict(LettersBy.choices)
    told = {
        "letter.begun": f"{letter.get_kind_display()} → {letter.agency}",
        "letter.sent": f"{letter.agency} · {ways.get(entry.facts.get('through', ''), '')}",
        "letter.acknowledged": letter.receipt_by,
    }
    return " · ".join(part for part in (str(letter), told.get(entry.verb, "").strip(" ·")) if part)


def _of_delivery(delivery: Delivery, entry: Entry) -> str:
    copies = next((entry.facts[name] for name in COPIES if name in entry.facts), "")
    receipt = delivery.receipt_by if entry.verb == "delivery.acknowledged" else ""
    return " · ".join(str(part) for part in (delivery, copies, receipt) if part != "")


COPIES = ("copies_acknowledged", "copies_handed_over", "copies_made")
"""The facts in which an entry about a delivery counts, the one of its own step first."""

DETAILS: Mapping[str, Any] = {"case": _of_case, "letter": _of_letter, "delivery": _of_delivery}


def _referrals(case: Case) -> Iterator[Event]:
    for row in case.referrals.select_related("from_agency", "to_agency", "entered_by"):
        detail = f"{row.from_agency} → {row.to_agency}"
        who = str(row.entered_by)
        title = _("Referred to another agency")
        yield Event(row.entered_at, "referral", title, who, row, detail, row.remark, day=row.on)


def _replies(case: Case) -> Iterator[Event]:
    for row in case.replies.select_related("agency", "entered_by"):
        detail = f"{row.agency} · {row.get_outcome_display()}"
        look = {"granted": OK, "refused": BLOCKED}.get(row.outcome, "is-attention")
        who, title = str(row.entered_by), _("Answer")
        yield Event(row.entered_at, "reply", title, who, row, detail, "", look, row.came_on)


def _notes(case: Case) -> Iterator[Event]:
    for row in case.notes.select_related("written_by"):
        who = str(row.written_by)
        yield Event(row.written_at, "note", _("Note"), who, row, "", row.text, QUIET)


def _reminders(case: Case) -> Iterator[Event]:
    for row in case.reminders.select_related("made_by", "done_by"):
        made = (row.made_at, "reminder", _("Reminder set"), str(row.made_by))
        yield Event(*made, row, row.says, "", QUIET, row.on)
        if row.done_at:
            done = (row.done_at, "reminder", _("Reminder done"), str(row.done_by))
            yield Event(*done, row, row.says, "", OK)
