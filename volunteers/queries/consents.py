"""What is asked about consents: which text holds, and who has consented to it.

A text is for one purpose, and may be for one assignment role. The newest version holds; consent to
an earlier one says nothing about it. Where a role has a text of its own, that one is asked for;
else the purpose's general one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from corps.accounts.models import User
from corps.workflow.tables import Text
from volunteers.models import Consent, ConsentTerm, Purpose, Volunteer
from volunteers.models.people import Wish


def terms_published(viewer: User) -> QuerySet[ConsentTerm]:
    """Return every version of every text, newest first of each: they are for all who work here."""
    return ConsentTerm.objects.order_by("purpose", "role", "-version")


def terms_in_force() -> QuerySet[ConsentTerm]:
    """Return the newest version for each purpose and role."""
    newest = ConsentTerm.objects.order_by("purpose", "role", "-version")
    keys = newest.distinct("purpose", "role").values("pk")
    return ConsentTerm.objects.filter(pk__in=keys).order_by("purpose", "role")


def term_in_force(purpose: str, role: str = "") -> ConsentTerm | None:
    """Return the text that holds for a purpose and a role; None where none was published."""
    fitting = ConsentTerm.objects.filter(purpose=purpose, role__in={role, ""})
    return fitting.order_by("-role", "-version").first()


def consent_in_force(volunteer: Volunteer, purpose: str, role: str = "") -> Consent | None:
    """Return the volunteer's consent to the text that holds; None where there is none, or where it
    was withdrawn, or where it was to an earlier version."""
    term = term_in_force(purpose, role)
    if term is None:
        return None
    standing = Consent.objects.filter(volunteer=volunteer, term=term, withdrawn_at=None)
    return standing.select_related("term").first()


def lacks_consent(volunteer: Volunteer, purpose: str, role: str = "") -> bool:
    """Whether a text was published for the purpose and the volunteer has not consented to it."""
    if term_in_force(purpose, role) is None:
        return False
    return consent_in_force(volunteer, purpose, role) is None


def consents_to(term: ConsentTerm, volunteers: Iterable[Any]) -> QuerySet[Consent]:
    """Return the consents to one text that hold of some volunteers (rows or their ids)."""
    return Consent.objects.filter(term=term, volunteer__in=list(volunteers), withdrawn_at=None)


def consents_open(
    volunteer: Volunteer, purpose: str | None = None, role: str | None = None
) -> QuerySet[Consent]:
    """Return what a volunteer has consented to and not withdrawn, whatever the version."""
    asked = {"term__purpose": purpose, "term__role": role}
    told = {name: value for name, value in asked.items() if value is not None}
    return Consent.objects.filter(volunteer=volunteer, withdrawn_at=None, **told)


@dataclass(frozen=True, slots=True)
class Standing:
    """One text that holds, and how a volunteer stands to it.

    `consent` is the one in force. `earlier` says that an earlier version was consented to and this
    one not yet; `withdrawn` is the last consent to this text where it was withdrawn.
    """

    term: ConsentTerm
    consent: Consent | None
    earlier: bool
    withdrawn: Consent | None

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return text_of(self.term)

    @property
    def name(self) -> Text:
        """What it is about, in words."""
        return Purpose(self.term.purpose).label

    @property
    def role(self) -> Text:
        """The kind of work it is for, in words; "" for all."""
        return role_in_words(self.term.role)

    @property
    def is_register(self) -> bool:
        """Whether it is about being in the register at all: to withdraw it is to leave."""
        return bool(self.term.purpose == Purpose.REGISTER)


def standings_of(volunteer: Volunteer) -> list[Standing]:
    """Return every text that holds, in the order of the purposes, and how the volunteer stands to
    each."""
    given = list(volunteer.consents.select_related("term").order_by("-given_at"))
    order = list(Purpose.values)
    terms = sorted(terms_in_force(), key=lambda term: (order.index(term.purpose), term.role))
    return [_standing(term, given) for term in terms]


def _standing(term: ConsentTerm, given: list[Consent]) -> Standing:
    to_this = [one for one in given if one.term_id == term.pk]
    alike = [one for one in given if (one.term.purpose, one.term.role) == (term.purpose, term.role)]
    open_one = next((one for one in to_this if one.withdrawn_at is None), None)
    return Standing(
        term=term,
        consent=open_one,
        earlier=open_one is None and any(one.withdrawn_at is None for one in alike),
        withdrawn=None if open_one else next(iter(to_this), None),
    )


def texts_wait(volunteer: Volunteer) -> bool:
    """Whether to point a volunteer to the texts: one they consented to has a newer version, or they
    have never answered any. Who answered and left some out is not asked again."""
    given = list(volunteer.consents.select_related("term"))
    if not given:
        return terms_in_force().exists()
    newest = {(term.purpose, term.role): term.pk for term in terms_in_force()}
    answered = {one.term_id for one in given}
    open_ones = [one.term for one in given if one.withdrawn_at is None]
    return any(newest[term.purpose, term.role] not in answered for term in open_ones)


def text_of(term: ConsentTerm) -> str:
    """Return a term's text in the reader's language."""
    return str(getattr(term, f"text_{(get_language() or 'en')[:2]}", term.text_en))


def role_in_words(role: str) -> Text:
    """Return what an assignment role is called by its code, as far as the register knows it."""
    return dict(Wish.choices).get(role, role.replace("-", " "))
