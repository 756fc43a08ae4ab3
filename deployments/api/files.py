"""Files of materials, whole or in part (RFC 9110, section 14)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from corps.problems import problem
from deployments import serializers
from deployments.actions.partner import Readable, read_material_file
from deployments.agencies.tokens import partner_of
from deployments.api.base import ETAG, IF_NONE_MATCH, PartnerView, answers
from deployments.materials.inspection.findings import ending_of
from deployments.materials.ranges import Unsatisfiable, part_asked

RANGE = OpenApiParameter(
    "Range",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="One range of bytes, such as `bytes=0-1023`: 206 with that part.",
)
_PROBLEM = "application/problem+json"
FILE_ANSWERS = {status: shape for status, shape in answers(None).items() if status != 200} | {
    (200, "application/octet-stream"): OpenApiTypes.BINARY,
    (206, "application/octet-stream"): OpenApiTypes.BINARY,
    (404, _PROBLEM): serializers.ProblemSerializer,
    (416, _PROBLEM): serializers.ProblemSerializer,
}


class MaterialFileView(PartnerView):
    """The file of an approved version."""

    scope = "materials:read"

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Answer with the file's own type, whatever is asked for."""
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        operation_id="material_file",
        summary="The file of an approved version",
        description="Answers with the file; its ETag is its SHA-256. One range may be asked for.",
        parameters=[RANGE, IF_NONE_MATCH, ETAG],
        responses=FILE_ANSWERS,
    )
    def get(self, request: Request, material: UUID, number: int) -> HttpResponseBase:
        """Answer with the file, or the part that is asked for."""
        self.asked(request)
        asked = request.headers.get("Range", "")
        file = read_material_file(
            material=material,
            number=number,
            part=asked[:60],
            by=partner_of(request),
            at=timezone.now(),
        )
        etag = f'"{file.sha256}"'
        kept = get_conditional_response(request._request, etag)
        if kept is not None:
            return kept
        if request.headers.get("If-Range", etag) != etag or request.method == "HEAD":
            asked = ""
        try:
            part = part_asked(asked, file.size)
        except Unsatisfiable:
            return problem(416, headers={"Content-Range": f"bytes */{file.size}"})
        response = self._response(request, file, part)
        for name, value in _headers(file, etag).items():
            response.headers[name] = value
        return response

    def _response(
        self, request: Request, file: Readable, part: tuple[int, int] | None
    ) -> HttpResponseBase:
        start, end = part or (0, file.size)
        if request.method == "HEAD":
            response: Any = HttpResponse()
        else:
            response = StreamingHttpResponse(file.content(start, end))
        response.headers["Content-Length"] = str(end - start)
        if part:
            response.status_code = 206
            response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        return response  # type: ignore[no-any-return]


def _headers(file: Readable, etag: str) -> dict[str, str]:
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": f'attachment; filename="{file.name}{ending_of(file.media_type)}"',
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "ETag": etag,
    }
