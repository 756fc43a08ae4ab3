"""Who could fill a place, who could not, and why."""

from deployments.roster.queries.candidates import (
    PAGE_SIZE,
    Candidate,
    Candidates,
    candidates_for,
    explain,
    judge,
)
from deployments.roster.queries.reasons import Reason, ReasonKind
from deployments.roster.queries.teams import Gap, team_gaps

__all__ = [
    "PAGE_SIZE",
    "Candidate",
    "Candidates",
    "Gap",
    "Reason",
    "ReasonKind",
    "candidates_for",
    "explain",
    "judge",
    "team_gaps",
]
