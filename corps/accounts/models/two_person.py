"""Acts that one person asks for and another grants."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.accounts.models.people import Desk, User
from corps.accounts.states import TWO_PERSON, TwoPersonKind


class TwoPersonAct(models.Model):
    """One act asked for, decided by somebody else, used at most once before it is over.

    `subject` names what it is about as the ledger does (`app.model:id`), `facts` holds what else
    is asked for, in plain values. `until` is when a granted act is over (the instant itself is
    over), set when it is granted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(
        _("what"), max_length=20, choices=[(str(kind), kind.label) for kind in TwoPersonKind]
    )
    subject = models.CharField(_("about"), max_length=120, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, verbose_name=_("desk"))
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=12, choices=TWO_PERSON.choices(), default=TWO_PERSON.initial
    )
    state_since = models.DateTimeField(_("since"))
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="asked_acts", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for a second person")
        verbose_name_plural = _("requests for a second person")
        ordering: ClassVar = ["-asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="twopersonact_two",
                condition=~models.Q(decided_by=models.F("asked_by")),
            ),
            models.CheckConstraint(
                name="twopersonact_decided_together",
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="twopersonact_state",
                condition=models.Q(state="asked", decided_by__isnull=True)
                | models.Q(state="lapsed")
                | models.Q(state="refused", decided_by__isnull=False)
                | models.Q(
                    state__in=["granted", "used"], decided_by__isnull=False, until__isnull=False
                ),
            ),
        ]
        indexes: ClassVar = [models.Index("state", "kind", name="twopersonact_state_kind")]

    def __str__(self) -> str:
        return f"#{str(self.pk)[:8]}"
