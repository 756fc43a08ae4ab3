"""What the stories of liaison hand over, and what each leaves in the ledger: how many entries of
each verb."""

COPIES, MISSING = 2000, 50

OF_PERMITS = {
    "access.refused": 1,
    "assignment.activated": 1,
    "case.acknowledged": 1,
    "case.answered": 1,
    "case.closed": 1,
    "case.drafting": 1,
    "case.opened": 1,
    "case.permits_added": 1,
    "case.referred": 1,
    "case.sent": 1,
    "case.submitted": 1,
    "deployment.permit_needed": 1,
    "letter.acknowledged": 1,
    "letter.approved": 1,
    "letter.begun": 1,
    "letter.saved": 1,
    "letter.sent": 1,
    "letter.submitted": 1,
    "permit.applied": 2,
    "permit.granted": 2,
    "permit.listed": 2,
    "reply.recorded": 1,
}
OF_LEAFLETS = {
    "api.read": 3,
    "api.token_issued": 1,
    "delivery.acknowledged": 1,
    "delivery.handed_over": 1,
    "delivery.prepared": 1,
    "material.made": 1,
    "version.approved": 1,
    "version.made": 1,
    "version.submitted": 1,
}
OF_SILENCE = {
    "case.answered": 1,
    "case.closed": 1,
    "case.drafting": 1,
    "case.opened": 1,
    "case.overdue": 1,
    "case.sent": 1,
    "case.submitted": 1,
    "letter.approved": 2,
    "letter.begun": 2,
    "letter.sent": 2,
    "letter.submitted": 2,
    "reply.recorded": 1,
}
