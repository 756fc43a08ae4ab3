"""The resources that are answered as JSON."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from deployments import serializers
from deployments.actions import partner
from deployments.agencies.tokens import partner_of
from deployments.api.base import ETAG, IF_NONE_MATCH, PartnerView, answers, following_path
from deployments.queries.cursors import CursorBroken


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
        told = partner.read_own_client(by=partner_of(request), at=timezone.now())
        return self.answer(request, told)


class ListView(PartnerView):
    """A list of which pages are given; `read` is the action that reads one."""

    read: ClassVar[Any]

    def page(self, request: Request) -> HttpResponseBase:
        """Answer with one page."""
        question = self.asked(request).question()
        try:
            page = type(self).read(question=question, by=partner_of(request), at=timezone.now())
        except CursorBroken as broken:
            raise ValidationError({"cursor": [broken.message]}) from None
        following = following_path(request, page.cursor) if page.cursor else None
        return self.answer(request, {"results": page.results, "next": following})


class AssignmentsView(ListView):
    """The assignments of deployments shared with the agency."""

    scope = "assignments:read"
    parameters = serializers.AssignmentQuestionSerializer
    read = staticmethod(partner.read_assignments)

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
        return self.page(request)


class MaterialsView(ListView):
    """The materials that are shared with the agency or were handed to it."""

    scope = "materials:read"
    parameters = serializers.MaterialQuestionSerializer
    read = staticmethod(partner.read_materials)

    @extend_schema(
        operation_id="materials",
        summary="Materials shared with your agency or handed to it",
        description=(
            "Leaflets, appeals, films and scripts with their approved versions: of a material that "
            "is shared all of them, of another those that were handed to your agency. The hash is "
            "that of the file at the path `file`."
        ),
        parameters=[serializers.MaterialQuestionSerializer, IF_NONE_MATCH, ETAG],
        responses=answers(serializers.MaterialPageSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with one page."""
        return self.page(request)


class DeliveriesView(ListView):
    """What was handed to the agency."""

    scope = "deliveries:read"
    parameters = serializers.DeliveryQuestionSerializer
    read = staticmethod(partner.read_deliveries)

    @extend_schema(
        operation_id="deliveries",
        summary="What was handed to your agency",
        description=(
            "Which version, how many copies or media, when, and what your agency acknowledged. "
            "A delivery is told once it is handed over."
        ),
        parameters=[serializers.DeliveryQuestionSerializer, IF_NONE_MATCH, ETAG],
        responses=answers(serializers.DeliveryPageSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with one page."""
        return self.page(request)


class CasesView(ListView):
    """The cases about which the agency was written to."""

    scope = "cases:read"
    parameters = serializers.CaseQuestionSerializer
    read = staticmethod(partner.read_cases)

    @extend_schema(
        operation_id="cases",
        summary="Cases about which your agency was written to",
        description=(
            "With the letters that were sent to your agency and the hash of each file, by which "
            "you can tell that a letter at hand is the one that was sent."
        ),
        parameters=[serializers.CaseQuestionSerializer, IF_NONE_MATCH, ETAG],
        responses=answers(serializers.CasePageSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with one page."""
        return self.page(request)


class ChangesView(PartnerView):
    """Everything the token may read, in the order in which it changed."""

    parameters = serializers.ChangesQuestionSerializer

    @extend_schema(
        operation_id="changes",
        summary="What changed since you last asked",
        description=(
            "Of every resource for which the token carries the scope: what changed, or was shared, "
            "after the cursor. Keep `next` and ask there again later; it is always given. A change "
            "is told a minute after it was made, so that none is missed. What your agency may read "
            "no longer is not told: read the lists now and then."
        ),
        parameters=[serializers.ChangesQuestionSerializer, IF_NONE_MATCH, ETAG],
        responses=answers(serializers.ChangesSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with what changed."""
        asked, by = self.asked(request).validated_data, partner_of(request)
        cursor, limit = asked.get("cursor", ""), asked["limit"]
        try:
            found = partner.read_changes(cursor=cursor, limit=limit, by=by, at=timezone.now())
        except CursorBroken as broken:
            raise ValidationError({"cursor": [broken.message]}) from None
        following = following_path(request, found.cursor)
        content = {"results": found.results, "next": following, "more": found.more}
        return self.answer(request, content)


class LedgerHeadView(PartnerView):
    """The newest signed head of the ledger."""

    scope = "ledger:read"

    @extend_schema(
        operation_id="ledger_head",
        summary="The newest signed head of the ledger",
        description=(
            "Keep it: with a head that was kept outside, it can be proved later that nothing in "
            "the ledger before it was changed, removed or slipped in."
        ),
        parameters=[IF_NONE_MATCH, ETAG],
        responses=answers(serializers.HeadSerializer),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Answer with the head."""
        self.asked(request)
        told = partner.read_ledger_head(by=partner_of(request), at=timezone.now())
        return self.answer(request, told)
