"""The words that describe the partner API, to programs and to people; and every other address."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from corps.errors import NotFound
from deployments.agencies.rules import SCOPES
from deployments.agencies.tokens import ClientAuthentication, StaffSession
from deployments.api.base import PartnerView


class NothingView(PartnerView):
    """Every other address: answered alike, whatever the method."""

    http_method_names = [
        "get",
        "head",
        "options",
        "post",
        "put",
        "patch",
        "delete",
        "trace",
    ]
    permission_classes = [IsAuthenticated]
    schema = None

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Raise NotFound."""
        raise NotFound

    get = head = options = http_method_not_allowed


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, for partners and for staff who are signed in."""

    metadata_class = None
    authentication_classes = [ClientAuthentication, StaffSession]
    permission_classes = [IsAuthenticated]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer]


class DocsView(SpectacularSwaggerSplitView):
    """The same document to browse: Swagger UI, from this installation."""

    metadata_class = None
    authentication_classes = [ClientAuthentication, StaffSession]
    permission_classes = [IsAuthenticated]
    url_name = "api_schema"
    template_name = "api/docs.html"


class ClientCredentialsScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the OpenAPI document how a client authenticates."""

    target_class = ClientAuthentication
    name = "clientCredentials"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the OAuth 2 scheme: client credentials, with every scope there is."""
        scopes = {name: str(words) for name, words in SCOPES.items()}
        flow = {"tokenUrl": reverse("api_token"), "scopes": scopes}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        """Return the scheme with the scope that the view asks for."""
        scope = getattr(auto_schema.view, "scope", "")
        return {self.name: [scope] if scope else []}
