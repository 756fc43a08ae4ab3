"""What was told of somebody goes along when an agency passes a case on."""

from datetime import datetime

from django.db import transaction

from corps.audit.actions import By, record
from deployments.liaison.models import Disclosure, Referral
from deployments.liaison.queries.disclosures import told_before


@transaction.atomic
def pass_on(*, referral: Referral, by: By, at: datetime) -> None:
    """Enter that an agency to which a case was referred holds what was told in it before.

    Effects: for each letter and volunteer one row of the register for that agency, unless it holds
    the same already, and one entry `disclosure.passed_on`. The caller holds the case.
    """
    for one in told_before(referral):
        passed = Disclosure(
            letter=one.letter,
            volunteer=one.volunteer,
            agency=referral.to_agency,
            fields=one.fields,
            purpose=one.purpose,
            consent=one.consent,
            disclosed_at=at,
            referral=referral,
        )
        passed.save(force_insert=True)
        facts = {"fields": one.fields, "agency": referral.to_agency.slug}
        about = (one.volunteer, one.letter, one.letter.case)
        record("disclosure.passed_on", *about, by=by, at=at, facts=facts)
