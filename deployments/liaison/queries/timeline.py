"""One case as a whole: what happened in order, who held it when, what is missing, what is next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from corps.accounts.queries.sight import Viewer
from corps.workflow.tables import Text
from deployments.agencies.models import Agency
from deployments.liaison.models import Case, Reminder
from deployments.liaison.queries.cases import day_in_seoul
from deployments.liaison.queries.disclosures import planned_in, without_consent
from deployments.liaison.queries.permits import permits_visible_to
from deployments.materials.queries import deliveries_visible_to

NEXT: dict[str, Text] = {
    "open": _("Write a letter."),
    "drafting": _("Finish the letter and submit it for approval."),
    "in_review": _("An approver reads the letter; once it is approved, send it."),
    "sent": _("Wait for a receipt or an answer, and enter what comes."),
    "acknowledged": _("Wait for the answer, and enter it when it comes."),
    "referred": _("Another agency has it now: wait for its answer, and enter what comes."),
    "answered": _("Act on the answer: write again, or close the case."),
    "closed": _("Nothing: the case is closed."),
}
CHASE = _("The answer is overdue: write a reminder, or set a new due day.")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at an aware instant. `kind` says of what it tells: opened, letter,
    receipt, bounce, referral, reply, note, reminder; `obj` is what it is about; `look` a state
    class of parts.css; `detail` and `text` are for people."""

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


def events_of(case: Case) -> list[Event]:
    """Return what happened in a case, oldest first, in a fixed number of queries."""
    found = [
        Event(case.opened_at, "opened", _("Case opened"), str(case.opened_by)),
        *_letters(case),
        *_referrals(case),
        *_replies(case),
        *_notes(case),
        *_reminders(case),
    ]
    return sorted(found, key=lambda event: event.at)


def holders_in_order(case: Case) -> list[Held]:
    """Return the trail of holders: where the first letter went, then each referral."""
    sent = case.letters.filter(sent_at__isnull=False).select_related("agency")
    first = sent.order_by("sent_at").first()
    trail = [Held(first.agency, day_in_seoul(first.sent_at))] if first and first.sent_at else []
    referrals = case.referrals.select_related("to_agency")
    return trail + [Held(row.to_agency, row.on, row.due, row.remark) for row in referrals]


def reminders_open(case: Case) -> list[Reminder]:
    """Return the reminders of a case that are not done, the earliest first."""
    return list(case.reminders.filter(done_at=None).select_related("made_by"))


def missing_of(viewer: Viewer, case: Case, *, at: datetime) -> list[str]:
    """Return what is missing in a case, each as a sentence, as far as the viewer may see."""
    late = [gettext("The answer is overdue.")] if case.overdue_since else []
    return [
        *late,
        *_letters_lack(case),
        *_permits_lack(viewer, case),
        *_receipts_lack(viewer, case),
        *_to_look_at(case, at=at),
    ]


def next_step(case: Case) -> Text:
    """Return what comes next, in a sentence."""
    return CHASE if case.overdue_since else NEXT[case.state]


def _letters_lack(case: Case) -> Iterator[str]:
    for letter in case.letters.exclude(state__in=("acknowledged", "discarded")):
        letter.case, told = case, {"letter": f"{case.reference}/{letter.number}"}
        if letter.state == "bounced":
            yield gettext("Letter %(letter)s came back: send it another way.") % told
        elif letter.state == "sent":
            yield gettext("There is no receipt for letter %(letter)s.") % told
        elif letter.discloses:
            for one in without_consent(planned_in(letter)):
                named = {**told, "who": one.volunteer.callsign}
                yield gettext("%(who)s has not consented to what letter %(letter)s tells.") % named


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


def _letters(case: Case) -> Iterator[Event]:
    related = ("case", "agency", "author", "sent_by")
    for letter in case.letters.select_related(*related):
        letter.case = case
        detail = f"{letter} · {letter.get_kind_display()} → {letter.agency}"
        begun = _("Letter begun")
        yield Event(letter.written_at, "letter", begun, str(letter.author), letter, detail)
        if letter.sent_at:
            way = f"{detail} · {letter.get_sent_through_display()}"
            sent = _("Letter sent")
            yield Event(letter.sent_at, "letter", sent, str(letter.sent_by), letter, way)
        if letter.receipt_at:
            by, received = letter.receipt_by, _("Letter received")
            yield Event(letter.receipt_at, "receipt", received, by, letter, str(letter), "", OK)
        if letter.state in ("bounced", "discarded"):
            look = "is-blocked" if letter.state == "bounced" else "is-quiet"
            gone = _("Letter came back") if letter.state == "bounced" else _("Letter discarded")
            yield Event(letter.state_since, "bounce", gone, "", letter, str(letter), "", look)


OK = "is-ok"


def _referrals(case: Case) -> Iterator[Event]:
    for row in case.referrals.select_related("from_agency", "to_agency", "entered_by"):
        detail = f"{row.from_agency} → {row.to_agency}"
        who = str(row.entered_by)
        title = _("Referred to another agency")
        yield Event(row.entered_at, "referral", title, who, row, detail, row.remark, day=row.on)


def _replies(case: Case) -> Iterator[Event]:
    for row in case.replies.select_related("agency", "entered_by"):
        detail = f"{row.agency} · {row.get_outcome_display()}"
        look = {"granted": OK, "refused": "is-blocked"}.get(row.outcome, "is-attention")
        who, title = str(row.entered_by), _("Answer")
        yield Event(row.entered_at, "reply", title, who, row, detail, "", look, row.came_on)


def _notes(case: Case) -> Iterator[Event]:
    for row in case.notes.select_related("written_by"):
        who = str(row.written_by)
        yield Event(row.written_at, "note", _("Note"), who, row, "", row.text, "is-quiet")


def _reminders(case: Case) -> Iterator[Event]:
    for row in case.reminders.select_related("made_by", "done_by"):
        made = (row.made_at, "reminder", _("Reminder set"), str(row.made_by))
        yield Event(*made, row, row.says, "", "is-quiet", row.on)
        if row.done_at:
            done = (row.done_at, "reminder", _("Reminder done"), str(row.done_by))
            yield Event(*done, row, row.says, "", OK)
