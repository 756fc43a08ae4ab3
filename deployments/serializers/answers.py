"""What the partner API answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from deployments.liaison.models import CaseKind, LetterKind
from deployments.liaison.queries.partner import CASE_STATES, HANDED_TO_IT
from deployments.materials.models import MaterialKind, Medium
from deployments.queries.partner import READABLE


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


class PageSerializer(serializers.Serializer[Any]):
    """A page, those that changed longest ago first."""

    next = serializers.CharField(
        allow_null=True, help_text=_("The path of the next page, or null when this is the last.")
    )


class AssignmentPageSerializer(PageSerializer):
    """A page of assignments."""

    results = AssignmentSerializer(many=True)


class MaterialVersionSerializer(serializers.Serializer[Any]):
    """An approved version of a material. `length` is in seconds, `size` in bytes."""

    number = serializers.IntegerField()
    language = serializers.CharField(help_text=_("ISO 639-3."))
    variety = serializers.CharField(allow_blank=True)
    pages = serializers.IntegerField(allow_null=True)
    length = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    sha256 = serializers.CharField(help_text=_("Of the file, in hexadecimal digits."))
    file = serializers.CharField(help_text=_("The path of the file."))


class MaterialSerializer(serializers.Serializer[Any]):
    """A leaflet, appeal, film or script that is shared with the agency or was handed to it."""

    id = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=MaterialKind.values)
    versions = MaterialVersionSerializer(many=True)
    updated_at = serializers.DateTimeField()


class MaterialPageSerializer(PageSerializer):
    """A page of materials."""

    results = MaterialSerializer(many=True)


class DeliverySerializer(serializers.Serializer[Any]):
    """A version that was handed to the agency: how many copies or media, and the receipt."""

    id = serializers.CharField()
    material = serializers.CharField(help_text=_("The id of the material."))
    title = serializers.CharField()
    version = serializers.IntegerField()
    language = serializers.CharField(help_text=_("ISO 639-3."))
    sha256 = serializers.CharField(help_text=_("Of the file, in hexadecimal digits."))
    medium = serializers.ChoiceField(choices=Medium.values)
    state = serializers.ChoiceField(choices=HANDED_TO_IT)
    handed_over = serializers.IntegerField()
    handed_over_at = serializers.DateTimeField()
    acknowledged = serializers.IntegerField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class DeliveryPageSerializer(PageSerializer):
    """A page of deliveries."""

    results = DeliverySerializer(many=True)


class LetterSerializer(serializers.Serializer[Any]):
    """A letter that was sent to the agency."""

    number = serializers.IntegerField(help_text=_("Within the case."))
    kind = serializers.ChoiceField(choices=LetterKind.values)
    language = serializers.CharField()
    sent_at = serializers.DateTimeField()
    pdf_hash = serializers.CharField(help_text=_("SHA-256 of the file that was sent."))


class CaseSerializer(serializers.Serializer[Any]):
    """A case about which the agency was written to, and the letters that it was sent."""

    reference = serializers.CharField(help_text=_("As it stands on the letters."))
    subject = serializers.CharField()
    kind = serializers.ChoiceField(choices=CaseKind.values)
    state = serializers.ChoiceField(
        choices=CASE_STATES,
        help_text=_("waiting: an answer of your agency is awaited; in_hand: it is not; closed."),
    )
    due = serializers.DateField(
        allow_null=True, help_text=_("By when, while an answer of your agency is awaited.")
    )
    letters = LetterSerializer(many=True)
    updated_at = serializers.DateTimeField()


class CasePageSerializer(PageSerializer):
    """A page of cases."""

    results = CaseSerializer(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """Something that changed: as its own resource answers it."""

    resource = serializers.ChoiceField(choices=["assignments", "cases", "deliveries", "materials"])
    item = serializers.DictField()


class ChangesSerializer(serializers.Serializer[Any]):
    """What changed since a cursor, those that changed longest ago first."""

    results = ChangeSerializer(many=True)
    next = serializers.CharField(help_text=_("The path from which to go on, now or later."))
    more = serializers.BooleanField(help_text=_("Whether there is more to read now."))


class HeadSerializer(serializers.Serializer[Any]):
    """The newest signed head of the ledger, to keep: it proves what the ledger held then."""

    head = serializers.CharField(
        allow_null=True, help_text=_("The lines that are signed; null before the first.")
    )
    signature = serializers.CharField(
        allow_null=True, help_text=_("Ed25519 over these bytes, in base64.")
    )
    public_key = serializers.CharField(allow_null=True, help_text=_("32 bytes, in base64."))


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
