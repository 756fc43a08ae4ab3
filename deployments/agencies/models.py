"""Agencies outside, and the credentials by which one reads the API."""

import uuid
from typing import ClassVar

from allauth.idp.oidc.models import Client
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from corps.accounts.models import User


class AgencyKind(models.TextChoices):
    """What kind of agency it is."""

    EMBASSY = "embassy", _("Embassy")
    MINISTRY = "ministry", _("Ministry")
    ARMED_FORCE = "armed_force", _("Armed force")
    ORGANISATION = "organisation", _("Organisation")
    MEDIA = "media", _("Media")


class Agency(models.Model):
    """An agency outside. Its group receives the object permissions of what is shared with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=AgencyKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    name_ko = models.CharField(_("name in Korean"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    name_uk = models.CharField(_("name in Ukrainian"), max_length=160)
    country = CountryField(_("country"))
    group = models.OneToOneField(Group, models.PROTECT, related_name="agency", editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return str(getattr(self, f"name_{(get_language() or 'en')[:2]}", self.name_en))


class PartnerClient(models.Model):
    """The credentials of one agency: an OAuth 2 client, its scopes, its end and its networks."""

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="partner")
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="clients", verbose_name=_("agency")
    )
    scopes = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("scopes"))
    networks = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, verbose_name=_("networks")
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("partner client")
        verbose_name_plural = _("partner clients")
        ordering: ClassVar = ["-issued_at"]

    def __str__(self) -> str:
        return str(self.client_id)
