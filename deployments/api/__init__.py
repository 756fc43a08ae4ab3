"""The partner API: what an agency reads, and the words that describe it."""

from deployments.api.document import DocsView, NothingView, SchemaView
from deployments.api.files import MaterialFileView
from deployments.api.resources import (
    AssignmentsView,
    CasesView,
    ChangesView,
    DeliveriesView,
    LedgerHeadView,
    MaterialsView,
    MeView,
)

__all__ = [
    "AssignmentsView",
    "CasesView",
    "ChangesView",
    "DeliveriesView",
    "DocsView",
    "LedgerHeadView",
    "MaterialFileView",
    "MaterialsView",
    "MeView",
    "NothingView",
    "SchemaView",
]
