"""What may be asked at the partner API."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from deployments.liaison.models import CaseKind
from deployments.liaison.queries.partner import (
    CASE_STATES,
    HANDED_TO_IT,
    CaseQuestion,
    DeliveryQuestion,
    MaterialQuestion,
)
from deployments.materials.models import MaterialKind
from deployments.queries.pages import DEFAULT_LIMIT, LONGEST_PAGE
from deployments.queries.partner import READABLE, AssignmentQuestion


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


class PagesSerializer(QuerySerializer):
    """What may be asked of every list of which pages are given."""

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


class ChangesQuestionSerializer(PagesSerializer):
    """What may be asked of the changes."""


class ListQuestionSerializer(PagesSerializer):
    """What may be asked of every list."""

    updated_since = Instant(
        required=False,
        help_text=_(
            "Only those that changed at or after this instant (ISO 8601 with an offset from UTC)."
        ),
    )
    asks: Any = None

    def question(self) -> Any:
        """Return the question of valid parameters."""
        return self.asks(**self.validated_data)


class AssignmentQuestionSerializer(ListQuestionSerializer):
    """What may be asked of the list of assignments."""

    asks = AssignmentQuestion

    state = serializers.ChoiceField(
        choices=READABLE, required=False, help_text=_("Only those in this state.")
    )
    deployment = serializers.CharField(
        max_length=60,
        required=False,
        help_text=_("Only those of the deployment with this codename."),
    )

    def validate_deployment(self, value: str) -> str:
        """Return the codename composed (NFC), as codenames are kept."""
        return unicodedata.normalize("NFC", value)


class MaterialQuestionSerializer(ListQuestionSerializer):
    """What may be asked of the list of materials."""

    asks = MaterialQuestion

    kind = serializers.ChoiceField(
        choices=MaterialKind.values, required=False, help_text=_("Only those of this kind.")
    )


class DeliveryQuestionSerializer(ListQuestionSerializer):
    """What may be asked of the list of deliveries."""

    asks = DeliveryQuestion

    state = serializers.ChoiceField(
        choices=HANDED_TO_IT, required=False, help_text=_("Only those in this state.")
    )


class CaseQuestionSerializer(ListQuestionSerializer):
    """What may be asked of the list of cases."""

    asks = CaseQuestion

    state = serializers.ChoiceField(
        choices=CASE_STATES, required=False, help_text=_("Only those in this state.")
    )
    kind = serializers.ChoiceField(
        choices=CaseKind.values, required=False, help_text=_("Only those of this kind.")
    )
