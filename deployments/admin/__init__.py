"""The coordinators' door to work."""

from deployments.admin import (
    agency_guests,
    assignments,
    board,
    catalogue,
    deployments,
    guests,
    slots,
    words,
)

__all__ = [
    "agency_guests",
    "assignments",
    "board",
    "catalogue",
    "deployments",
    "guests",
    "slots",
    "words",
]
