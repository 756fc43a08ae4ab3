"""What was told of whom to which agency, and what is still to be asked back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer, own_desks
from corps.audit.actions import By, reference
from corps.outbox.models import Message
from corps.vault.models import DataKey, SealedFile
from corps.workflow.tables import Text
from deployments.agencies.models import Agency
from deployments.liaison.models import (
    Case,
    CaseKind,
    CaseVolunteer,
    Disclosure,
    Letter,
    LetterAttachment,
    LetterKind,
    Referral,
    Reply,
)
from deployments.liaison.queries.cases import SEOUL, cases_visible_to
from volunteers.identity import PARTS
from volunteers.models import Consent, ConsentTerm, Purpose, Volunteer
from volunteers.queries.consents import consents_to, term_in_force
from volunteers.queries.people import volunteers_on_own_desks, volunteers_visible_to
from volunteers.rules import GONE


def disclosures_visible_to(viewer: Viewer) -> QuerySet[Disclosure]:
    """Return the register: what was told of volunteers whom the viewer sees, by letters of cases
    that the viewer sees; and all that was told of the volunteers of the viewer's own desks."""
    told = Disclosure.objects.filter(disclosed_at__isnull=False)
    if not isinstance(viewer, User) or not viewer.may_see_kind("liaison.disclosure"):
        return told.none()
    people = volunteers_visible_to(viewer).filter(pk=OuterRef("volunteer"))
    own = volunteers_on_own_desks(viewer).filter(pk=OuterRef("volunteer"))
    cases = cases_visible_to(viewer).filter(pk=OuterRef("letter__case"))
    return told.filter(Exists(people), Exists(own) | Exists(cases))


def planned_in(letter: Letter) -> QuerySet[Disclosure]:
    """Return what a letter tells, planned or done; the caller may see the letter."""
    planned = letter.disclosures.filter(referral=None).select_related("volunteer", "consent")
    return planned.order_by("volunteer__callsign")


def tellable_by(viewer: Viewer, letter: Letter) -> QuerySet[Volunteer]:
    """Return of whom a letter may tell, as far as the viewer sees them: those whom its case
    concerns and who stand on the case's desk, which is one of the viewer's; by callsign."""
    own = volunteers_on_own_desks(viewer).filter(desk=letter.case.desk_id)
    return own.filter(cases__case=letter.case_id).order_by("callsign")


def tells_of_another_desk(viewer: Viewer, told: QuerySet[Disclosure]) -> bool:
    """Whether anybody of whom was told stands on none of the viewer's desks."""
    return told.exclude(volunteer__desk__in=own_desks(viewer)).exists()


def nameable_in(reply: Reply) -> QuerySet[Disclosure]:
    """Return what was told of those whom an answer may name: by letters of its case, what they
    asked back, and what the agency that answered was ever told of those whom the case concerns."""
    case = reply.case_id
    concerned = CaseVolunteer.objects.filter(case=case).values("volunteer")
    of_case = Q(letter__case=case) | Q(recalled_by__case=case)
    known = Q(volunteer__in=concerned, agency=reply.agency_id)
    return Disclosure.objects.filter(of_case | known, disclosed_at__isnull=False)


def planned_visible_to(viewer: Viewer, letter: Letter) -> QuerySet[Disclosure]:
    """Return what a letter tells of those whom the viewer sees; the viewer may see the letter."""
    return planned_in(letter).filter(volunteer__in=volunteers_visible_to(viewer))


def callsigns_seen(by: By, people: Iterable[Volunteer]) -> list[str]:
    """Return the callsigns of those people whom `by` sees, in their order; a clock sees nobody."""
    if not isinstance(by, User):
        return []
    seen = volunteers_visible_to(by).filter(pk__in=[one.pk for one in people])
    return list(seen.order_by("callsign").values_list("callsign", flat=True))


def told_before(referral: Referral) -> QuerySet[Disclosure]:
    """Return what letters of a referral's case told before it, and the agency to which it was
    referred does not hold yet; the caller may see the case."""
    held = Disclosure.objects.filter(
        letter=OuterRef("letter"),
        volunteer=OuterRef("volunteer"),
        agency=referral.to_agency,
        disclosed_at__isnull=False,
        recalled_at=None,
    )
    told = Disclosure.objects.filter(
        ~Exists(held), letter__case=referral.case, referral=None, disclosed_at__isnull=False
    )
    related = ("letter__case", "volunteer", "consent")
    return told.select_related(*related).order_by("volunteer__callsign", "letter__number")


def without_consent(planned: Iterable[Disclosure]) -> list[Disclosure]:
    """Return those of whom nothing may be told now: who left, or whose consent is not in force."""
    planned = list(planned)
    held = held_consents(planned)
    return [one for one in planned if one.volunteer.standing in GONE or one.pk not in held]


def held_consents(planned: Iterable[Disclosure], *, lock: bool = False) -> dict[Any, Consent]:
    """Return the consent in force for each disclosure's purpose, by the disclosure's key.

    With `lock` they stay in force until the transaction ends: who withdraws one meanwhile waits.
    """
    planned = list(planned)
    found: dict[Any, Consent] = {}
    for purpose in sorted({one.purpose for one in planned}):
        term = term_in_force(purpose)
        if term is None:
            continue
        alike = [one for one in planned if one.purpose == purpose]
        rows = consents_to(term, [one.volunteer_id for one in alike]).order_by("pk")
        consents = rows.select_for_update(of=("self",), no_key=True) if lock else rows
        of_whom = {consent.volunteer_id: consent for consent in consents}
        found |= {o.pk: of_whom[o.volunteer_id] for o in alike if o.volunteer_id in of_whom}
    return found


def consents_of_day(planned: Iterable[Disclosure], day: date) -> dict[Any, Consent]:
    """Return the consent for each disclosure's purpose that was in force on a day of Seoul's
    calendar, if only for a part of it, by the disclosure's key: to the text that held then."""
    begins = datetime.combine(day, time(), SEOUL)
    ends = begins + timedelta(days=1)
    planned = list(planned)
    found: dict[Any, Consent] = {}
    for purpose in sorted({one.purpose for one in planned}):
        alike = [one for one in planned if one.purpose == purpose]
        consents = Consent.objects.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=begins),
            term=_term_then(purpose, ends),
            volunteer__in=[one.volunteer_id for one in alike],
            given_at__lt=ends,
        )
        rows = consents.order_by(F("withdrawn_at").asc(nulls_last=True))
        of_whom = {consent.volunteer_id: consent for consent in rows}
        found |= {o.pk: of_whom[o.volunteer_id] for o in alike if o.volunteer_id in of_whom}
    return found


def _term_then(purpose: str, ends: datetime) -> ConsentTerm | None:
    terms = ConsentTerm.objects.filter(purpose=purpose, role="", published_at__lt=ends)
    return terms.order_by("version").last()


def told_of(volunteer: Volunteer) -> QuerySet[Disclosure]:
    """Return what was told of one volunteer, newest first; the caller may see that."""
    told = Disclosure.objects.filter(volunteer=volunteer, disclosed_at__isnull=False)
    related = ("agency", "letter__case", "volunteer", "referral__from_agency")
    return told.select_related(*related).order_by("-disclosed_at", "pk")


def letters_telling_of(volunteer: Volunteer) -> QuerySet[Letter]:
    """Return the letters that tell of a volunteer, and those never submitted of a case about them
    to which somebody's identity is attached; in a steady order."""
    told = Disclosure.objects.filter(letter=OuterRef("pk"), volunteer=volunteer)
    attached = LetterAttachment.objects.filter(letter=OuterRef("pk"), discloses=True)
    concerned = CaseVolunteer.objects.filter(case=OuterRef("case"), volunteer=volunteer)
    unnamed = Q(Exists(attached), Exists(concerned), state__in=("draft", "returned", "discarded"))
    letters = Letter.objects.filter(Exists(told) | unnamed)
    return letters.select_related("case").order_by("pk")


def keys_telling(letter: Letter) -> QuerySet[DataKey]:
    """Return the keys that are left of what a letter told: those of its file, of what is attached
    and shows somebody, of its e-mails, and of the scan of its receipt, often a stamped copy."""
    attached = letter.attachments.filter(discloses=True).values("file")
    own = [pk for pk in (letter.pdf_id, letter.receipt_scan_id) if pk is not None]
    files = SealedFile.objects.filter(Q(pk__in=attached) | Q(pk__in=own))
    messages = Message.objects.filter(about=reference(letter))
    keys = DataKey.objects.filter(destroyed_at=None).order_by("pk")
    return keys.filter(Q(pk__in=files.values("data_key")) | Q(pk__in=messages.values("data_key")))


@dataclass(frozen=True, slots=True)
class Told:
    """What a volunteer reads of one disclosure: to whom, when, what for, and whether it was asked
    back. `parts` are the names of the parts, never a value; the instants are aware. `passed_on_by`
    is the agency that was written to, where another got it from that."""

    agency: Agency
    at: datetime
    purpose: Text
    parts: list[Text]
    reference: str
    recalled_at: datetime | None
    passed_on_by: Agency | None


def own_disclosures(volunteer: Volunteer) -> list[Told]:
    """Return what was told of a volunteer, newest first, for their own page."""
    return [
        Told(
            agency=one.agency,
            at=one.disclosed_at,
            purpose=purpose_in_words(one.purpose),
            parts=parts_in_words(one.fields),
            reference=one.letter.case.reference,
            recalled_at=one.recalled_at,
            passed_on_by=one.referral.from_agency if one.referral else None,
        )
        for one in told_of(volunteer)
        if one.disclosed_at is not None
    ]


def parts_in_words(fields: Iterable[str]) -> list[Text]:
    """Return what the parts of an identity are called, in the order of PARTS."""
    named = set(fields)
    return [label for part, label in PARTS.items() if part in named]


def purpose_in_words(purpose: str) -> Text:
    """Return what a purpose is called."""
    return dict(Purpose.choices).get(purpose, purpose)


def to_recall(told: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
    """Return those of `told` that are to be asked back, and nobody does yet: the volunteer has left
    or has withdrawn the consent, and their desk writes no letter about it to that agency."""
    asking = _asking().filter(
        agency=OuterRef("agency"),
        case__desk=OuterRef("volunteer__desk"),
        case__concerned__volunteer=OuterRef("volunteer"),
    )
    return _over(told).filter(~Exists(asking))


def _asking() -> QuerySet[Letter]:
    """Return the letters under way that ask back: of open cases about that, not sent yet. Of one
    that was sent the register says whom it asked back; a case without one asks for nothing yet."""
    under_way = ("draft", "submitted", "returned", "approved")
    letters = Letter.objects.filter(kind=LetterKind.WITHDRAWAL, state__in=under_way)
    return letters.filter(case__kind=CaseKind.WITHDRAWAL).exclude(case__state="closed")


def find_empty_recall(volunteer: Volunteer, agency: Agency) -> Case | None:
    """Return the oldest open case of withdrawal about one volunteer alone with an agency in which
    nothing was written yet, None where there is none; the caller may recall."""
    cases = Case.objects.filter(
        ~Exists(Letter.objects.filter(case=OuterRef("pk"))),
        kind=CaseKind.WITHDRAWAL,
        agency=agency,
        desk=volunteer.desk,
        concerned__volunteer=volunteer,
    )
    others = CaseVolunteer.objects.filter(case=OuterRef("pk")).exclude(volunteer=volunteer)
    return cases.exclude(state="closed").filter(~Exists(others)).order_by("opened_at").first()


def _over(told: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
    """Return those whose volunteer has left or has withdrawn the consent, not asked back yet."""
    over = Q(volunteer__standing__in=GONE) | Q(consent__withdrawn_at__isnull=False)
    return told.filter(over, disclosed_at__isnull=False, recalled_at=None)


def recalls_visible_to(viewer: Viewer) -> QuerySet[Disclosure]:
    """Return what is to be asked back of the volunteers of the viewer's own desks."""
    own = volunteers_on_own_desks(viewer).filter(pk=OuterRef("volunteer"))
    return to_recall(disclosures_visible_to(viewer).filter(Exists(own)))


def agencies_to_ask(volunteer: Volunteer) -> QuerySet[Agency]:
    """Return the agencies that hold something told of a volunteer and are to be asked back: those
    that were written to, and those to which one of them referred the case afterwards."""
    due = _over(Disclosure.objects.filter(volunteer=volunteer, agency=OuterRef("pk")))
    asking = _asking().filter(
        agency=OuterRef("pk"), case__desk=volunteer.desk_id, case__concerned__volunteer=volunteer
    )
    return Agency.objects.filter(Exists(due), ~Exists(asking)).order_by("slug")
