"""The partner API's addresses."""

from django.urls import path

from deployments import api
from deployments.agencies.api import TokenView

urlpatterns = [
    path("token", TokenView.as_view(), name="api_token"),
    path("me", api.MeView.as_view(), name="api_me"),
    path("assignments", api.AssignmentsView.as_view(), name="api_assignments"),
    path("schema", api.SchemaView.as_view(), name="api_schema"),
    path("docs", api.DocsView.as_view(), name="api_docs"),
    path("", api.NothingView.as_view(), name="api_nothing"),
    path("<path:rest>", api.NothingView.as_view(), name="api_nothing_below"),
]
