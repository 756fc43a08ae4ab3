"""What happens to agencies, their contacts, their clients, and the tokens of those."""

from deployments.agencies.actions.agencies import AgencyTaken, change_agency, make_agency
from deployments.agencies.actions.clients import (
    LONGEST_DAYS,
    ClientEnded,
    ClientInvalid,
    IssuedClient,
    admit_token,
    ask_for_client,
    check_terms,
    end_client,
    issue_client,
    issue_granted_client,
    note_token_refused,
    note_token_revoked,
)

__all__ = [
    "LONGEST_DAYS",
    "AgencyTaken",
    "ClientEnded",
    "ClientInvalid",
    "IssuedClient",
    "admit_token",
    "ask_for_client",
    "change_agency",
    "check_terms",
    "end_client",
    "issue_client",
    "issue_granted_client",
    "make_agency",
    "note_token_refused",
    "note_token_revoked",
]
