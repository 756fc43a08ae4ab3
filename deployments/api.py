"""The partner API: what an agency reads, in pages of JSON, and the words that describe it."""

from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer, ValidationError
from rest_framework.views import APIView

from corps.errors import NotFound
from deployments import serializers
from deployments.actions.partner import read_assignments, read_own_client
from deployments.agencies.rules import SCOPES
from deployments.agencies.tokens import CarriesScope, ClientAuthentication, StaffSession, partner_of
from deployments.queries.cursors import CursorBroken

PROBLEMS = {
    400: "A parameter is unknown, comes twice or has no such value; `errors` names it.",
    401: "The access token is missing or not valid.",
    403: "The access token does not carry the scope of this resource.",
    405: "Only GET, HEAD and OPTIONS.",
    406: "Only application/json.",
    503: "Nothing can be read at present, because the reading could not be entered in the ledger.",
}
ETAG = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="Names these bytes.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the answer you have: 304 when it still stands.",
)


def answers(shape: type[Serializer[Any]]) -> dict[Any, Any]:
    """Return the answers of a resource for the OpenAPI document."""
    problems = {
        (status, "application/problem+json"): OpenApiResponse(serializers.ProblemSerializer, words)
        for status, words in PROBLEMS.items()
    }
    return {200: shape, 304: OpenApiResponse(description="Nothing has changed."), **problems}


class PartnerView(APIView):
    """A resource that partners read: GET, HEAD and OPTIONS, in English, as JSON.

    `scope` is what the access token must carry, "" for nothing; `parameters` what may be asked.
    """

    http_method_names = ["get", "head", "options"]
    permission_classes = [CarriesScope]
    scope = ""
    parameters: type[serializers.QuerySerializer] = serializers.NoParameters

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in English, whatever the caller's browser would like: partners compare texts."""
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say the language, and that the answer depends on who asks."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Content-Language"] = "en"
        patch_vary_headers(response, ["Authorization"])
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Answer with the methods there are (in Allow), and nothing else."""
        return Response(status=204)

    def asked(self, request: Request) -> Any:
        """Return the valid parameters' serializer. Raises ValidationError naming the wrong ones."""
        parameters = self.parameters(data=request.query_params)
        parameters.is_valid(raise_exception=True)
        return parameters

    def answer(self, request: Request, content: dict[str, Any]) -> HttpResponseBase:
        """Return the content as JSON with its ETag, or 304 to a client that has these bytes."""
        body = orjson.dumps(content, option=orjson.OPT_UTC_Z)
        etag = f'"{sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        response = HttpResponse(body, content_type="application/json", headers=headers)
        return get_conditional_response(request._request, etag, response=response) or response


class MeView(PartnerView):
    """The client that asks."""

    @extend_schema(
        operation_id="me",
        summary="The client that asks",
        description="Whose it is, what its token carries, until when it counts, and from where.",
        parameters=[IF_NONE_MATCH, ETAG],
        responses=answers(serializers.MeSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with what the partner is told about its own client."""
        self.asked(request)
        return self.answer(request, read_own_client(by=partner_of(request), at=timezone.now()))


class AssignmentsView(PartnerView):
    """The assignments of deployments shared with the agency."""

    scope = "assignments:read"
    parameters = serializers.AssignmentQuestionSerializer

    @extend_schema(
        operation_id="assignments",
        summary="Assignments of the deployments shared with your agency",
        description=(
            "Who is coming, is there or was: assignments that the volunteer has accepted. One that "
            "is no longer answered has ended otherwise; read the whole list to see which. Ordered "
            "by `updated_at`, so what changes while you read comes again on a later page."
        ),
        parameters=[serializers.AssignmentQuestionSerializer, IF_NONE_MATCH, ETAG],
        responses=answers(serializers.AssignmentPageSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with one page."""
        question = self.asked(request).question()
        try:
            page = read_assignments(question=question, by=partner_of(request), at=timezone.now())
        except CursorBroken as broken:
            raise ValidationError({"cursor": [broken.message]}) from None
        following = following_path(request, page.cursor) if page.cursor else None
        return self.answer(request, {"results": page.results, "next": following})


def following_path(request: Request, cursor: str) -> str:
    """Return the path of the next page: the same parameters, going on at the cursor."""
    asked = {name: str(value) for name, value in request.query_params.items()}
    return f"{request.path}?{urlencode(asked | {'cursor': cursor})}"


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
