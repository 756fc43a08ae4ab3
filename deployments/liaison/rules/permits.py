"""Who may say what permits a deployment needs and keep them, and what is refused of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.audit.actions import Actor, By
from corps.audit.models import ActorKind
from corps.errors import NotFound, NotPermitted, Refusal
from corps.workflow.tables import Text
from deployments.liaison.models import Case, Letter, LetterKind, Permit, PermitKind
from deployments.liaison.queries.permits import APPLIES, LISTED, missing_for, permits_visible_to
from deployments.liaison.rules.cases import is_liaison_of
from deployments.liaison.states import LETTER
from deployments.models import Assignment, Deployment
from deployments.queries.deployments import deployments_visible_to
from deployments.rules import can_change_deployment
from volunteers.models import Purpose, Volunteer
from volunteers.queries.consents import lacks_consent

GOES_OUT = LETTER.moves["send"].sources
"""States of a letter from which it goes out."""


@dataclass(frozen=True, slots=True)
class PermitAnswer:
    """What an authority said of one permit: granted, refused, or None for no comment; for a granted
    one its number and the first and the last day on which it holds, both included, None for one
    that is open."""

    granted: bool | None
    reference: str = ""
    since: date | None = None
    until: date | None = None


def _listed(names: Iterable[object]) -> str:
    return ", ".join(map(str, names))


_names: Callable[[Iterable[object]], Text] = lazy(_listed, str)


class NotReady(Refusal):
    """Somebody would begin who lacks a permit or has not consented; the sentence says which."""

    message = _("A permit is missing: this person cannot start yet.")

    def __init__(self, kinds: Iterable[PermitKind] = (), *, consent: bool = False) -> None:
        missing: list[object] = list(kinds)
        if consent:
            missing.append(_("consent to serve"))
        told = format_lazy(_("This person cannot start yet. Missing: {}."), _names(missing))
        super().__init__(told if missing else None)


class PersonLeft(Refusal):
    """Somebody of whom a permit would be applied for holds the place no more."""

    message = _("Somebody among them holds the place no more: nothing is applied for them.")


class AppliedAlready(Refusal):
    """A permit was applied for and has no answer, or is granted."""

    message = _("Some of these permits are applied for or granted already.")


class AnotherDeployment(Refusal):
    """The case is about other deployments, or the permits are of another desk."""

    message = _("These permits do not belong to a deployment of this case.")


class PermitsInCase(Refusal):
    """A case would not be about a deployment any more of which permits are in it."""

    message = _("Permits of this deployment are in the case: it stays linked.")


class RequestUnderWay(Refusal):
    """What a request applies for would change after others read it."""

    message = _(
        "A request for permits is in review, approved or came back: what it applies for stays as "
        "it is. Send it, discard it or close its case first."
    )


class AppliedForHere(Refusal):
    """Somebody would be taken out of a case that applied for a permit of theirs."""

    message = _(
        "A permit of this volunteer is applied for by this case: enter the answer, or put it back, "
        "first."
    )


class OfAnotherCase(Refusal):
    """An answer is entered for a permit that was applied for by another case."""

    message = _("A permit among them was not applied for by this case.")


class OverBeforeItBegins(Refusal):
    """The last day of a permit lies before its first."""

    message = _("The last day of the permit lies before its first.")


class LastDayMissing(Refusal):
    """A permit would be granted without a last day, and its kind has no usual length."""

    message = _("Enter the last day on which the permit holds: without one it would never lapse.")


class NothingChosen(Refusal):
    """No permit was ticked."""

    message = _("Tick at least one permit.")


def can_change_permits(by: By, deployment: Deployment) -> bool:
    """Whether `by` may apply for the permits of a deployment and enter answers: a liaison officer
    of its desk."""
    if isinstance(by, Actor):
        return by.kind == ActorKind.SYSTEM
    return is_liaison_of(by, deployment.desk)


def check_can_change_permits(by: By, deployment: Deployment) -> None:
    """Raise NotFound for one who may not see the deployment, NotPermitted for one who only may."""
    _check(by, deployment, allowed=can_change_permits(by, deployment))


def can_change_permit(by: By, permit: Permit) -> bool:
    """Whether `by` may enter something about one permit: as for its deployment, and they see the
    volunteer too, who may stand on another desk."""
    if not can_change_permits(by, permit.assignment.slot.deployment):
        return False
    return not isinstance(by, User) or permits_visible_to(by).filter(pk=permit.pk).exists()


def check_can_change_permit(by: By, permit: Permit) -> None:
    """Raise NotFound for one who may not see the permit, NotPermitted for one who only may."""
    if can_change_permit(by, permit):
        return
    if isinstance(by, User) and permits_visible_to(by).filter(pk=permit.pk).exists():
        raise NotPermitted
    raise NotFound


def can_set_needs(by: By, deployment: Deployment) -> bool:
    """Whether `by` may say which permits a deployment needs: who may change it, or a liaison
    officer of its desk."""
    return can_change_deployment(by, deployment) or can_change_permits(by, deployment)


def check_can_set_needs(by: By, deployment: Deployment) -> None:
    """Raise NotFound for one who may not see the deployment, NotPermitted for one who only may."""
    _check(by, deployment, allowed=can_set_needs(by, deployment))


def check_nothing_missing(assignment: Assignment, *, at: datetime) -> None:
    """Raise NotReady, which names what is missing, unless every permit that the deployment needs
    holds on the day of `at` in Seoul and the volunteer has consented to serve in this role."""
    kinds = missing_for(assignment, at=at)
    role = assignment.slot.role.code
    consent = lacks_consent(assignment.volunteer, Purpose.SERVICE, role)
    if kinds or consent:
        raise NotReady(kinds, consent=consent)


def check_can_be_applied_for(permits: Iterable[Permit]) -> None:
    """Raise NothingChosen, PersonLeft or AppliedAlready unless all can be applied for."""
    chosen = list(permits)
    if not chosen:
        raise NothingChosen
    if any(permit.assignment.state not in LISTED for permit in chosen):
        raise PersonLeft
    if any(permit.state not in APPLIES for permit in chosen):
        raise AppliedAlready


def check_no_request_waits(*cases: Case) -> None:
    """Raise RequestUnderWay while a request for permits of one of the cases, as far as they are
    open, is submitted, approved, or came back and may go out again."""
    waiting = Letter.objects.filter(
        case__in=cases, kind=LetterKind.PERMIT_REQUEST, state__in=("submitted", *GOES_OUT)
    )
    if waiting.exclude(case__state="closed").exists():
        raise RequestUnderWay


def check_can_be_taken_out(case: Case, volunteer: Volunteer) -> None:
    """Raise AppliedForHere or RequestUnderWay where a permit of a volunteer is applied for by the
    case, or would be by a request that others have read."""
    own = case.permits.filter(assignment__volunteer=volunteer)
    if own.filter(state="applied").exists():
        raise AppliedForHere
    if own.filter(state__in=APPLIES).exists():
        check_no_request_waits(case)


def check_days(since: date | None, until: date | None) -> None:
    """Raise OverBeforeItBegins when the last day lies before the first."""
    if since and until and until < since:
        raise OverBeforeItBegins


def check_lapses(until: date | None) -> None:
    """Raise LastDayMissing for a granted permit without a last day."""
    if until is None:
        raise LastDayMissing


def _check(by: By, deployment: Deployment, *, allowed: bool) -> None:
    if allowed:
        return
    if isinstance(by, User) and deployments_visible_to(by).filter(pk=deployment.pk).exists():
        raise NotPermitted
    raise NotFound
