"""Accounts and desks, sessions, counted attempts, acts of two people, notices."""

from corps.accounts.models.limits import Allowance
from corps.accounts.models.notices import Notice
from corps.accounts.models.people import Desk, Invitation, User, UserManager
from corps.accounts.models.sessions import Session
from corps.accounts.models.two_person import TwoPersonAct

__all__ = [
    "Allowance",
    "Desk",
    "Invitation",
    "Notice",
    "Session",
    "TwoPersonAct",
    "User",
    "UserManager",
]
