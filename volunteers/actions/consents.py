"""Consent: texts published, consent given, consent withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from corps.audit.actions import By, draft, record, record_many
from corps.errors import Refusal
from volunteers.models import Consent, ConsentTerm, Purpose, Volunteer
from volunteers.queries.consents import consent_in_force, consents_open, term_in_force
from volunteers.rules import check_can_change_catalogue, check_can_speak_for

LANGUAGES = ("ko", "en", "uk")
"""The languages in which a text is published, always all of them at once."""


class TextMissing(Refusal):
    """A text is published in every language, so that nobody consents to what they cannot read."""

    message = _("The text is needed in Korean, English and Ukrainian.")


class TermReplaced(Refusal):
    """Consent is to the text that holds now."""

    message = _("This text was replaced by a newer one meanwhile: please read that one.")


class FreshConsentNeeded(Refusal):
    """Somebody who withdrew comes back by their own word alone."""

    message = _(
        "This volunteer has withdrawn: first they consent anew to being kept in the register, "
        "in the portal or on paper."
    )


@transaction.atomic
def publish_term(
    *, purpose: str, role: str = "", texts: Mapping[str, str], by: By, at: datetime
) -> ConsentTerm:
    """Publish the next version of the text for a purpose, and a role where one is named.

    `texts` holds the text by language (LANGUAGES). Effects: the new version holds at once and asks
    everybody again, the old ones stay as they were; one ledger entry. Raises NotPermitted,
    TextMissing, and TermReplaced where somebody else published one at the same moment.
    """
    check_can_change_catalogue(by, ConsentTerm)
    written = {f"text_{code}": texts.get(code, "").strip() for code in LANGUAGES}
    if not all(written.values()):
        raise TextMissing
    last = ConsentTerm.objects.filter(purpose=purpose, role=role).order_by("-version").first()
    version = last.version + 1 if last else 1
    try:
        with transaction.atomic():
            term = ConsentTerm.objects.create(
                purpose=Purpose(purpose).value,
                role=role,
                version=version,
                published_at=at,
                **written,
            )
    except IntegrityError:
        raise TermReplaced from None
    record("consent.term_published", term, by=by, at=at, facts=_facts(term))
    return term


@transaction.atomic
def give_consent(*, volunteer: Volunteer, term: ConsentTerm, by: By, at: datetime) -> Consent:
    """Enter a volunteer's consent to a text: by the volunteer, or by a coordinator of the desk who
    holds the signed paper.

    Effects: one row and one ledger entry; nothing where that consent is in force already. Raises
    NotFound or NotPermitted, TermReplaced.
    """
    check_can_speak_for(by, volunteer)
    newest = ConsentTerm.objects.filter(purpose=term.purpose, role=term.role)
    if newest.filter(version__gt=term.version).exists():
        raise TermReplaced
    consent, made = Consent.objects.get_or_create(
        volunteer=volunteer,
        term=term,
        withdrawn_at=None,
        defaults={"given_at": at, "given_by_id": getattr(by, "pk", None)},
    )
    if made:
        record("consent.given", volunteer, term, by=by, at=at, facts=_facts(term))
    return consent


@transaction.atomic
def withdraw_consent(
    *, volunteer: Volunteer, purpose: str, role: str = "", by: By, at: datetime
) -> int:
    """Withdraw what a volunteer consented to for a purpose, in every version; no reason is asked.

    Effects: from this instant nothing more is done by it; one ledger entry. Where a letter that
    rests on it is being sent, this waits until that is done. Returns how many consents were
    withdrawn; none is no error. Raises NotFound or NotPermitted.
    """
    check_can_speak_for(by, volunteer)
    ended = _end(consents_open(volunteer, purpose, role), at=at)
    if ended:
        facts = {"purpose": purpose, **({"role": role} if role else {})}
        record("consent.withdrawn", volunteer, by=by, at=at, facts=facts)
    return ended


@transaction.atomic
def enter_consents(
    *, volunteers: Sequence[Volunteer], terms: Sequence[ConsentTerm], by: By, at: datetime
) -> None:
    """Enter that each of many volunteers consents to each of the texts, in a fixed number of
    statements: for papers signed before the register was kept here. Nobody among them has done so
    already. Effects: a row and a ledger entry each. Raises NotFound or NotPermitted.
    """
    for volunteer in volunteers:
        check_can_speak_for(by, volunteer)
    pairs = [(one, term) for one in volunteers for term in terms]
    by_id = getattr(by, "pk", None)
    Consent.objects.bulk_create(
        Consent(volunteer=one, term=term, given_at=at, given_by_id=by_id) for one, term in pairs
    )
    record_many(
        draft("consent.given", one, term, by=by, at=at, facts=_facts(term)) for one, term in pairs
    )


def end_all_consents(volunteer: Volunteer, *, at: datetime) -> list[str]:
    """Withdraw every consent of a volunteer who leaves; return the purposes that had one.

    The entry of leaving names them: it is one act. The caller holds the transaction.
    """
    held = consents_open(volunteer)
    purposes = sorted(set(held.values_list("term__purpose", flat=True)))
    _end(held, at=at)
    return purposes


def _end(held: QuerySet[Consent], *, at: datetime) -> int:
    """Withdraw consents at the instant `at`; one that was given later than that, as it was given:
    clocks of two machines differ."""
    return held.update(withdrawn_at=Greatest("given_at", Value(at)))


def check_fresh_consent(volunteer: Volunteer) -> None:
    """Raise FreshConsentNeeded unless somebody who withdrew has consented anew to being kept in the
    register. All consents end when somebody withdraws, so one that is in force was given since."""
    if term_in_force(Purpose.REGISTER) is None:
        return
    if consent_in_force(volunteer, Purpose.REGISTER) is None:
        raise FreshConsentNeeded


def _facts(term: ConsentTerm) -> dict[str, str | int]:
    facts: dict[str, str | int] = {"purpose": term.purpose, "version": term.version}
    return {**facts, "role": term.role} if term.role else facts
