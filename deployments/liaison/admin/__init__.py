"""The liaison officers' and approvers' door. Other rooms of this app put their buttons and panels
on a case's page by `corps.adminkit.guests`."""

from deployments.liaison.admin import (
    asked_back,
    board,
    cases,
    disclosures,
    guests,
    letters,
    permit_guests,
    permit_kinds,
    permits,
    permits_of_case,
    replies,
    words,
)

__all__ = [
    "asked_back",
    "board",
    "cases",
    "disclosures",
    "guests",
    "letters",
    "permit_guests",
    "permit_kinds",
    "permits",
    "permits_of_case",
    "replies",
    "words",
]
