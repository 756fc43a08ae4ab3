"""Asking back what was told of somebody who left, or who withdrew their consent."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.errors import Refusal
from deployments.agencies.models import Agency
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.letters import begin_letter
from deployments.liaison.models import CaseKind, Letter, LetterKind
from deployments.liaison.queries.disclosures import agencies_to_ask, find_empty_recall
from deployments.liaison.rules.disclosures import check_can_recall
from volunteers.models import Volunteer
from volunteers.queries.people import on_its_desk

SUBJECT = _("Withdrawal of what was told about one volunteer")


class NothingToRecall(Refusal):
    """No agency holds anything that is to be asked back, or each is being asked."""

    message = _(
        "There is nothing to ask back: nothing was told of this volunteer that rests on no consent "
        "now, or each agency is being asked already."
    )


@transaction.atomic
def recall_disclosures(*, volunteer: Volunteer, by: User, at: datetime) -> list[Letter]:
    """Begin a letter of withdrawal to every agency that holds something told of a volunteer who
    left or withdrew the consent; also to those to which the matter was referred.

    Effects: for each of them, unless a case about it is open with it whose letter did not come
    back, the draft of a letter, in a case of that kind which concerns the volunteer (a new one,
    unless one stands open in which nothing was written yet), with their entries. Doing it at once
    again adds nothing. Raises NotFound or NotPermitted, NothingToRecall.
    """
    volunteer = on_its_desk(volunteer)
    check_can_recall(by, volunteer)
    agencies = list(agencies_to_ask(volunteer))
    if not agencies:
        raise NothingToRecall
    return [_begin(volunteer, agency, by=by, at=at) for agency in agencies]


def _begin(volunteer: Volunteer, agency: Agency, *, by: User, at: datetime) -> Letter:
    case = find_empty_recall(volunteer, agency) or open_case(
        by=by,
        at=at,
        desk=volunteer.desk,
        kind=CaseKind.WITHDRAWAL,
        subject=str(SUBJECT),
        generated=True,
        agency=agency,
        volunteers=[volunteer],
    )
    return begin_letter(case=case, kind=LetterKind.WITHDRAWAL, agency=agency, by=by, at=at)
