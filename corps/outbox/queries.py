"""Which messages somebody may see: those about something that they see."""

from django.apps import apps
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from corps.accounts.models import User
from corps.accounts.queries.sight import Viewer
from corps.adminkit import scope
from corps.outbox.models import Message

STUCK = ("failed", "in_doubt", "bounced")
"""The states in which a message waits for a person."""

_labels: list[str] = []


def show_messages_about(label: str) -> None:
    """Let messages about a `label` (`app.model`, lower case) be seen by whoever sees what they are
    about; those about anything else are seen by nobody."""
    if label not in _labels:
        _labels.append(label)


def messages_visible_to(viewer: Viewer) -> QuerySet[Message]:
    """Return the messages about objects that the viewer may see, for roles that see messages."""
    if not isinstance(viewer, User) or not viewer.is_staff:
        return Message.objects.none()
    if not viewer.may_see_kind("outbox.message"):
        return Message.objects.none()
    seen = Q(pk__in=[])
    for label in _labels:
        own = scope.visible(apps.get_model(label), viewer).order_by()
        named = Concat(Value(f"{label}:"), Cast("pk", TextField()), output_field=TextField())
        seen |= Q(about__in=own.annotate(message_about=named).values("message_about"))
    return Message.objects.filter(seen)


def stuck_messages(viewer: Viewer) -> QuerySet[Message]:
    """Return the messages the viewer may see that did not get out."""
    return messages_visible_to(viewer).filter(state__in=STUCK)
