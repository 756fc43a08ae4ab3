"""What every resource of the partner API has: who may, in which words, with which headers."""

from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import urlencode
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from deployments import serializers
from deployments.agencies.tokens import CarriesScope

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


def answers(shape: type[Serializer[Any]] | None) -> dict[Any, Any]:
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
        """Say that the answer depends on who asks."""
        response = super().finalize_response(request, response, *args, **kwargs)
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


def following_path(request: Request, cursor: str) -> str:
    """Return the path of the next page: the same parameters, going on at the cursor."""
    asked = {name: str(value) for name, value in request.query_params.items()}
    return f"{request.path}?{urlencode(asked | {'cursor': cursor})}"
