"""What is written of a case names nobody whom it concerns."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import By
from corps.errors import Refusal
from corps.vault.marks import EMAIL, NAME, PASSPORT, PHONE
from corps.workflow.tables import Text
from deployments.liaison.models import Case
from deployments.liaison.rules.cases import subject_stays
from volunteers.identity import PARTS
from volunteers.models import Volunteer
from volunteers.queries.mentions import callsigns_in, mentioned_in
from volunteers.queries.people import volunteers_on_own_desks, volunteers_visible_to

KINDS: dict[str, Text] = {
    NAME: PARTS["name"],
    PHONE: PARTS["phone"],
    EMAIL: PARTS["email"],
    PASSPORT: PARTS["passport"],
}
"""What each kind of detail is called that is looked for, in the order in which it is said."""


class IdentityTyped(Refusal):
    """A text holds part of an identity. The sentence says which part, neither its value nor whose;
    `people` and `kind` are for the ledger."""

    def __init__(self, kinds: Collection[str], people: Iterable[Volunteer]) -> None:
        named = [kind for kind in KINDS if kind in kinds]
        sentence = _(
            "What is written here seems to hold a detail of somebody whom the case concerns: {}. "
            "Take it out; what an agency must know is listed under what the letter tells."
        )
        super().__init__(format_lazy(sentence, KINDS[named[0]]))
        self.kind, self.people = named[0], list(people)


class CallsignTyped(Refusal):
    """A letter, or the subject of a case, names callsigns."""

    message = _(
        "Agencies read letters and the subjects of cases, and know volunteers by number alone: "
        "take the callsigns out, so that nobody learns whose they are."
    )


class SubjectTells(Refusal):
    """The subject of a case names somebody by callsign, and others have read it."""

    message = _(
        "The subject of this case names somebody by callsign whom it would tell about. Others have "
        "read it, so it stays: open another case for this."
    )


def people_looked_for(by: By, case: Case) -> QuerySet[Volunteer]:
    """Return whom nothing that is written of a case by `by` may name: those whom it concerns, among
    the volunteers on the desks of `by`."""
    if not isinstance(by, User):
        return Volunteer.objects.none()
    return volunteers_on_own_desks(by).filter(cases__case=case)


def check_names_nobody(by: By, case: Case, *texts: str, besides: str = "") -> None:
    """Raise IdentityTyped where a text seems to hold the name, phone, e-mail or passport of
    somebody whom the case concerns, among the volunteers on the desks of `by`: an identity leads
    to nobody else. What stands in `besides` too, which the house wrote, is let pass."""
    people = people_looked_for(by, case)
    found = mentioned_in("\n\n\n".join(texts), people, besides=besides)
    if found:
        raise IdentityTyped(found, people.filter(pk__in=set().union(*found.values())))


def check_names_no_callsign(by: By, case: Case, *texts: str) -> None:
    """Raise CallsignTyped where a text that agencies read names somebody by callsign whom a case
    concerns, and whom `by` sees: another letter of it may tell whose callsign it is."""
    if callsigns_in("\n".join(texts), concerned_as_seen(by, case)):
        raise CallsignTyped


def check_subject_names_none(case: Case, people: QuerySet[Volunteer]) -> None:
    """Raise CallsignTyped where the subject of a case names one of these people by callsign,
    SubjectTells where it can be changed no more."""
    if callsigns_in(case.subject, people):
        raise SubjectTells if subject_stays(case) else CallsignTyped


def concerned_as_seen(by: By, case: Case) -> QuerySet[Volunteer]:
    """Return whom a case concerns, as far as `by` sees them; a clock sees nobody."""
    seen = volunteers_visible_to(by) if isinstance(by, User) else Volunteer.objects.none()
    return seen.filter(cases__case=case)
