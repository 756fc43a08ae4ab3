"""The partner API's addresses."""

from django.urls import path

from deployments import api
from deployments.agencies.api import TokenView

urlpatterns = [
    path("token", TokenView.as_view(), name="api_token"),
    path("me", api.MeView.as_view(), name="api_me"),
    path("assignments", api.AssignmentsView.as_view(), name="api_assignments"),
    path("materials", api.MaterialsView.as_view(), name="api_materials"),
    path(
        "materials/<uuid:material>/versions/<int:number>/file",
        api.MaterialFileView.as_view(),
        name="api_material_file",
    ),
    path("deliveries", api.DeliveriesView.as_view(), name="api_deliveries"),
    path("cases", api.CasesView.as_view(), name="api_cases"),
    path("changes", api.ChangesView.as_view(), name="api_changes"),
    path("ledger/head", api.LedgerHeadView.as_view(), name="api_ledger_head"),
    path("schema", api.SchemaView.as_view(), name="api_schema"),
    path("docs", api.DocsView.as_view(), name="api_docs"),
    path("", api.NothingView.as_view(), name="api_nothing"),
    path("<path:rest>", api.NothingView.as_view(), name="api_nothing_below"),
]
