"""What an authority must grant one volunteer before travel."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deployments.agencies.models import Agency
from deployments.liaison.models.cases import Case
from deployments.liaison.states import PERMIT
from deployments.models import Assignment, Deployment


class PermitKind(models.Model):
    """A kind of permit: who grants it, what it needs, how many days it usually lasts."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_ko = models.CharField(_("name in Korean"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=120)
    authority_ko = models.CharField(_("authority in Korean"), max_length=120, blank=True)
    authority_en = models.CharField(_("authority in English"), max_length=120, blank=True)
    authority_uk = models.CharField(_("authority in Ukrainian"), max_length=120, blank=True)
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency that is written to"),
    )
    needs_ko = models.TextField(_("what it needs, in Korean"), blank=True)
    needs_en = models.TextField(_("what it needs, in English"), blank=True)
    needs_uk = models.TextField(_("what it needs, in Ukrainian"), blank=True)
    lasts_days = models.PositiveSmallIntegerField(_("lasts (days)"), null=True, blank=True)
    source = models.CharField(_("rule it comes from"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("kind of permit")
        verbose_name_plural = _("kinds of permit")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return str(getattr(self, f"name_{(get_language() or 'en')[:2]}", self.name_en))


class PermitNeed(models.Model):
    """A deployment needs this kind of permit for each of its people."""

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="permit_needs")
    kind = models.ForeignKey(PermitKind, models.PROTECT, related_name="needs")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="permitneed_once", fields=["deployment", "kind"])
        ]

    def __str__(self) -> str:
        return str(self.kind)


class Permit(models.Model):
    """One permit of one assignment. `until` is the last day on which it holds: a granted one has
    one. `reference` is the authority's own number, `case` the one by which it was last applied
    for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="permits", verbose_name=_("assignment")
    )
    kind = models.ForeignKey(
        PermitKind, models.PROTECT, related_name="permits", verbose_name=_("kind")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="permits", verbose_name=_("case")
    )
    reference = models.CharField(_("authority's number"), max_length=60, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=PERMIT.choices(), default=PERMIT.initial
    )
    state_since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering: ClassVar = ["assignment", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="permit_once", fields=["assignment", "kind"]),
            models.CheckConstraint(name="permit_state", condition=Q(state__in=list(PERMIT.states))),
            models.CheckConstraint(
                name="permit_applied_by_a_case",
                condition=Q(state="needed") | Q(case__isnull=False),
            ),
            models.CheckConstraint(
                name="permit_granted_until",
                condition=~Q(state="granted") | Q(until__isnull=False),
            ),
            models.CheckConstraint(
                name="permit_since_until",
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(since__lte=models.F("until")),
            ),
        ]
        indexes: ClassVar = [
            models.Index("until", name="permit_until", condition=Q(state="granted"))
        ]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.kind}"
