"""Cases with the outside and all that belongs to them."""

from deployments.liaison.models.cases import (
    Case,
    CaseDeployment,
    CaseGroupObjectPermission,
    CaseKind,
    CaseNote,
    CaseNumber,
    CaseUserObjectPermission,
    CaseVolunteer,
    Reminder,
)
from deployments.liaison.models.disclosures import Disclosure
from deployments.liaison.models.letters import (
    Letter,
    LetterApproval,
    LetterAttachment,
    LetterKind,
    LetterVersion,
)
from deployments.liaison.models.permits import Permit, PermitKind, PermitNeed
from deployments.liaison.models.replies import Outcome, Referral, Reply, ReplyAttachment

__all__ = [
    "Case",
    "CaseDeployment",
    "CaseGroupObjectPermission",
    "CaseKind",
    "CaseNote",
    "CaseNumber",
    "CaseUserObjectPermission",
    "CaseVolunteer",
    "Disclosure",
    "Letter",
    "LetterApproval",
    "LetterAttachment",
    "LetterKind",
    "LetterVersion",
    "Outcome",
    "Permit",
    "PermitKind",
    "PermitNeed",
    "Referral",
    "Reminder",
    "Reply",
    "ReplyAttachment",
]
