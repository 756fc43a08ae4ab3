"""Shapes at the partner API: what may be asked, and what is answered."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from deployments.queries.partner import DEFAULT_LIMIT, LONGEST_PAGE, READABLE, AssignmentQuestion


class Instant(serializers.DateTimeField):
    """An instant in ISO 8601 that says its offset from UTC, so that nobody guesses a time zone."""

    default_error_messages = {
        "naive": _("Say the offset from UTC, such as 2026-11-22T03:00:00Z (write + as %2B)."),
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the instant in UTC. Raises ValidationError when it says no offset."""
        if value.tzinfo is None:
            self.fail("naive")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            self.fail("overflow", timezone="UTC")


class QuerySerializer(serializers.Serializer[Any]):
    """The query parameters of a resource; one that is not declared, or comes twice, is an error."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values. Raises ValidationError naming each parameter that is wrong."""
        faults = {name: [_("Unknown parameter.")] for name in data if name not in self.fields}
        for name in self.fields:
            if len(data.getlist(name)) > 1:
                faults[name] = [_("Give this parameter once.")]
        if faults:
            raise serializers.ValidationError({name[:60]: text for name, text in faults.items()})
        return super().to_internal_value(data)


class NoParameters(QuerySerializer):
    """No query parameters."""


class AssignmentQuestionSerializer(QuerySerializer):
    """What may be asked of the list of assignments."""

    state = serializers.ChoiceField(
        choices=READABLE, required=False, help_text=_("Only those in this state.")
    )
    deployment = serializers.CharField(
        max_length=60,
        required=False,
        help_text=_("Only those of the deployment with this codename."),
    )
    updated_since = Instant(
        required=False,
        help_text=_(
            "Only those that changed at or after this instant (ISO 8601 with an offset from UTC)."
        ),
    )
    limit = serializers.IntegerField(
        min_value=1,
        max_value=LONGEST_PAGE,
        default=DEFAULT_LIMIT,
        help_text=_("How many to answer with at most."),
    )
    cursor = serializers.CharField(
        max_length=400,
        required=False,
        help_text=_("Where to go on: taken from `next` of the page before, with the same filters."),
    )

    def validate_deployment(self, value: str) -> str:
        """Return the codename composed (NFC), as codenames are kept."""
        return unicodedata.normalize("NFC", value)

    def question(self) -> AssignmentQuestion:
        """Return the question of valid parameters."""
        return AssignmentQuestion(**self.validated_data)


class NamesSerializer(serializers.Serializer[Any]):
    """A name in Korean, English and Ukrainian."""

    ko = serializers.CharField()
    en = serializers.CharField()
    uk = serializers.CharField()


class RoleSerializer(serializers.Serializer[Any]):
    """The role of a place."""

    code = serializers.CharField(help_text=_("Such as interpreter or broadcaster."))
    names = NamesSerializer()


class PeriodSerializer(serializers.Serializer[Any]):
    """A half-open period: `start` belongs to it, `end` does not."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class AssignmentSerializer(serializers.Serializer[Any]):
    """A volunteer in a place, as an agency sees it. Instants are in UTC."""

    id = serializers.CharField(help_text=_("Means this assignment to your agency only."))
    volunteer = serializers.CharField(
        help_text=_("Means this volunteer to your agency only, and stays the same.")
    )
    deployment = serializers.CharField(help_text=_("The codename."))
    country = serializers.CharField(help_text=_("ISO 3166-1 alpha-2."))
    region = serializers.CharField(allow_blank=True)
    role = RoleSerializer()
    period = PeriodSerializer()
    state = serializers.ChoiceField(choices=READABLE)
    state_since = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AssignmentPageSerializer(serializers.Serializer[Any]):
    """A page of assignments, those that changed longest ago first."""

    results = AssignmentSerializer(many=True)
    next = serializers.CharField(
        allow_null=True, help_text=_("The path of the next page, or null when this is the last.")
    )


class PartnerAgencySerializer(serializers.Serializer[Any]):
    """The agency a client was issued to."""

    slug = serializers.CharField()
    names = NamesSerializer()


class MeSerializer(serializers.Serializer[Any]):
    """The client that asks: whose it is, what its token carries, until when, and from where."""

    client_id = serializers.CharField()
    agency = PartnerAgencySerializer()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()
    networks = serializers.ListField(
        child=serializers.CharField(), help_text=_("In CIDR form; none means from anywhere.")
    )


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one parameter."""

    parameter = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]
