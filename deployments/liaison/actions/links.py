"""What a case is about: deployments, volunteers, a material, deliveries; and who reads it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min

from corps.accounts.models import User
from corps.accounts.queries.sight import permission_to_view
from corps.audit.actions import By, record
from corps.errors import NotFound
from deployments.agencies.models import Agency
from deployments.liaison.actions.holding import keep_case
from deployments.liaison.actions.naming import look_again, told_counts_as_search
from deployments.liaison.actions.permit_moves import hold_permits
from deployments.liaison.models import (
    Case,
    CaseGroupObjectPermission,
    CaseVolunteer,
    Disclosure,
    Letter,
    Permit,
)
from deployments.liaison.rules.cases import (
    LinkedAlready,
    NotLinked,
    OtherDelivery,
    VolunteerNamed,
    check_case_is_open,
)
from deployments.liaison.rules.naming import check_subject_names_none
from deployments.liaison.rules.permits import PermitsInCase, check_can_be_taken_out
from deployments.liaison.states import PERMIT
from deployments.materials.models import Delivery, MaterialVersion
from deployments.materials.queries import deliveries_visible_to, versions_visible_to
from deployments.models import Deployment
from deployments.queries.deployments import deployments_visible_to
from volunteers.models import Volunteer
from volunteers.queries.people import volunteers_visible_to


@told_counts_as_search
@transaction.atomic
def link_volunteers(*, case: Case, volunteers: Iterable[Volunteer], by: By, at: datetime) -> None:
    """Link volunteers to a case; those who are linked already stay so.

    Effects: the links, one ledger entry (none when nobody is new). Raises NotFound for a case or a
    volunteer `by` may not see, NotPermitted, CaseClosed, CallsignTyped or SubjectTells where the
    case's subject names one of the new ones, IdentityTyped where it holds a detail of one (which
    counts as a search; once these are spent, it goes unread).
    """
    _check(by, case)
    here = set(case.concerned.values_list("volunteer_id", flat=True))
    new = [volunteer for volunteer in volunteers if volunteer.pk not in here]
    if new:
        facts = connect(case, by=by, volunteers=new)
        check_subject_names_none(case, Volunteer.objects.filter(pk__in=[one.pk for one in new]))
        look_again(by, case, case.subject, at=at)
        record("case.volunteers_linked", case, *new, by=by, at=at, facts=facts)


@transaction.atomic
def unlink_volunteer(*, case: Case, volunteer: Volunteer, by: By, at: datetime) -> None:
    """Unlink a volunteer from a case, which applies for none of their permits any more.

    Effects: the link; their permits that are needed are in no case, those that were answered stay
    where the answer came; one ledger entry. Raises NotFound, NotPermitted, CaseClosed, NotLinked,
    VolunteerNamed when a letter of the case discloses something about the volunteer,
    AppliedForHere or RequestUnderWay once it applies for them.
    """
    _check(by, case)
    if Disclosure.objects.filter(letter__case=case, volunteer=volunteer).exists():
        raise VolunteerNamed
    permits = hold_permits(case.permits.filter(assignment__volunteer=volunteer))
    own = [permit.pk for permit in permits if permit.state == PERMIT.initial]
    check_can_be_taken_out(case, volunteer)
    removed, _each = case.concerned.filter(volunteer=volunteer).delete()
    if not removed:
        raise NotLinked
    Permit.objects.filter(pk__in=own).update(case=None)
    facts = {"permits": len(own)} if own else {}
    record("case.volunteer_unlinked", case, volunteer, by=by, at=at, facts=facts)


@transaction.atomic
def link_deployment(*, case: Case, deployment: Deployment, by: By, at: datetime) -> None:
    """Link a deployment to a case. Effects: the link, one ledger entry. Raises NotFound,
    NotPermitted, CaseClosed, LinkedAlready."""
    _check(by, case)
    _see(by, deployment)
    if case.deployments.filter(pk=deployment.pk).exists():
        raise LinkedAlready
    connect(case, by=by, deployments=[deployment])
    record("case.deployment_linked", case, deployment, by=by, at=at)


@transaction.atomic
def unlink_deployment(*, case: Case, deployment: Deployment, by: By, at: datetime) -> None:
    """Unlink a deployment from a case. Effects: the link, one ledger entry. Raises NotFound,
    NotPermitted, CaseClosed, NotLinked, PermitsInCase while permits of it are in the case."""
    _check(by, case)
    _see(by, deployment)
    if not case.deployments.filter(pk=deployment.pk).exists():
        raise NotLinked
    if case.permits.filter(assignment__slot__deployment=deployment).exists():
        raise PermitsInCase
    case.deployments.remove(deployment)
    record("case.deployment_unlinked", case, deployment, by=by, at=at)


@transaction.atomic
def link_version(*, case: Case, version: MaterialVersion | None, by: By, at: datetime) -> None:
    """Say which version of a material a case is about, or that it is about none.

    Effects: the case, one ledger entry (none when it is so already). Raises NotFound,
    NotPermitted, CaseClosed.
    """
    _check(by, case)
    if case.version == version:
        return
    _see(by, version)
    about = [one for one in (case.version, version) if one is not None]
    case.version = version
    case.save(update_fields=["version", "updated_at"])
    record("case.version_linked", case, *about, by=by, at=at)


@transaction.atomic
def link_delivery(*, case: Case, delivery: Delivery, by: By, at: datetime) -> None:
    """Link a delivery of the same desk to a case. Effects: the link, one ledger entry. Raises
    NotFound, NotPermitted, CaseClosed, LinkedAlready, OtherDelivery."""
    _check(by, case)
    if case.deliveries.filter(pk=delivery.pk).exists():
        raise LinkedAlready
    connect(case, by=by, deliveries=[delivery])
    record("case.delivery_linked", case, delivery, by=by, at=at)


@transaction.atomic
def unlink_delivery(*, case: Case, delivery: Delivery, by: By, at: datetime) -> None:
    """Unlink a delivery from a case. Effects: the link, one ledger entry. Raises NotFound,
    NotPermitted, CaseClosed, NotLinked."""
    _check(by, case)
    if not case.deliveries.filter(pk=delivery.pk).exists():
        raise NotLinked
    case.deliveries.remove(delivery)
    record("case.delivery_unlinked", case, delivery, by=by, at=at)


def connect(
    case: Case,
    *,
    by: By,
    deployments: Iterable[Deployment] = (),
    version: MaterialVersion | None = None,
    volunteers: Iterable[Volunteer] = (),
    deliveries: Iterable[Delivery] = (),
) -> dict[str, Any]:
    """Link what was given, and return what the ledger tells of it: of deployments, people and
    materials nothing, since not everybody who reads it may see them; the entry is about them.
    Raises NotFound for what `by` may not see, OtherDelivery. The caller has checked who asks, looks
    through the subject, and records."""
    work, people, brought = list(deployments), list(volunteers), list(deliveries)
    for one in (*work, version, *people, *brought):
        _see(by, one)
    if any(delivery.desk_id != case.desk_id for delivery in brought):
        raise OtherDelivery
    if version is not None:
        case.version = version
        case.save(update_fields=["version", "updated_at"])
    case.deployments.add(*work)
    links = [CaseVolunteer(case=case, volunteer=volunteer) for volunteer in people]
    CaseVolunteer.objects.bulk_create(links)
    case.deliveries.add(*brought)
    return {"deliveries": len(brought)} if brought else {}


def share_with_agency(case: Case, agency: Agency, *, at: datetime) -> None:
    """Let the agency that was written to read the case; nothing if it may already. The sending of
    the letter is what the ledger tells."""
    CaseGroupObjectPermission.objects.get_or_create(
        group_id=agency.group_id,
        permission=permission_to_view(Case),
        content_object=case,
        defaults={"since": at},
    )


def unshare_with_agency(letter: Letter) -> None:
    """Let the agency of a letter that never left read the case no more, unless it may by another
    letter, or did before these. That it did not leave is what the ledger tells. The caller holds
    the case."""
    sent = letter.case.letters.filter(agency=letter.agency, sent_at__isnull=False)
    unread = sent.exclude(state="acknowledged")
    in_vain = unread.filter(message__state="void", message__attempts=0)
    if not sent.exclude(pk__in=in_vain).exists():
        first = in_vain.aggregate(first=Min("message__written_at"))["first"]
        shares = CaseGroupObjectPermission.objects.filter(content_object=letter.case)
        shares.filter(group=letter.agency.group_id, since__gte=first).delete()


def _check(by: By, case: Case) -> None:
    """Raise unless `by` may link something to an open case. The case is held until the transaction
    ends: nobody closes or renames it meanwhile."""
    keep_case(by, case)
    check_case_is_open(case)


SIGHTS: dict[type[Any], Any] = {
    Deployment: deployments_visible_to,
    MaterialVersion: versions_visible_to,
    Volunteer: volunteers_visible_to,
    Delivery: deliveries_visible_to,
}


def _see(by: By, obj: Any) -> None:
    """Raise NotFound for an object that `by` may not see; None is no object."""
    if obj is None:
        return
    sight = SIGHTS[type(obj)]
    if not isinstance(by, User) or not sight(by).filter(pk=obj.pk).exists():
        raise NotFound
