"""Agencies outside, and the credentials by which one reads the API."""

import uuid
from typing import ClassVar

from allauth.idp.oidc.models import Client
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from corps.accounts.models import User
from corps.vault.models import DataKey


class AgencyKind(models.TextChoices):
    """What kind of agency it is."""

    EMBASSY = "embassy", _("Embassy")
    MINISTRY = "ministry", _("Ministry")
    ARMED_FORCE = "armed_force", _("Armed force")
    ORGANISATION = "organisation", _("Organisation")
    MEDIA = "media", _("Media")


LETTER_LANGUAGES = [("ko", "한국어"), ("en", "English"), ("uk", "Українська")]
"""The languages in which letters are written."""


class LettersBy(models.TextChoices):
    """How an agency takes letters."""

    EMAIL = "email", _("E-mail")
    POST = "post", pgettext_lazy("way of sending", "Post")
    HAND = "hand", _("By hand")


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
    languages = ArrayField(
        models.CharField(max_length=5, choices=LETTER_LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages of letters"),
    )
    letters_by = models.CharField(
        _("takes letters by"), max_length=6, choices=LettersBy, default=LettersBy.EMAIL
    )
    group = models.OneToOneField(Group, models.PROTECT, related_name="agency", editable=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return str(getattr(self, f"name_{(get_language() or 'en')[:2]}", self.name_en))


class Contact(models.Model):
    """A person at an agency, known by their post; name and details are sealed.

    `since` and `until` are days, both included. A contact that was merged into another keeps its
    row, so that what named it still does.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="contacts", verbose_name=_("agency")
    )
    post = models.CharField(_("post"), max_length=120)
    language = models.CharField(
        _("preferred language"), max_length=5, choices=LETTER_LANGUAGES, default="en"
    )
    data_key = models.OneToOneField(DataKey, models.PROTECT, related_name="+", editable=False)
    details = models.BinaryField(editable=False)
    has_openpgp_key = models.BooleanField(_("has an OpenPGP key"), default=False, editable=False)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
        editable=False,
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering: ClassVar = ["agency", "post", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="contact_since_until",
                condition=models.Q(since__isnull=True)
                | models.Q(until__isnull=True)
                | models.Q(since__lte=models.F("until")),
            ),
            models.CheckConstraint(
                name="contact_not_into_itself", condition=~models.Q(merged_into=models.F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.post}"


class ContactMark(models.Model):
    """A blind index of a contact's name, phone or e-mail, made with the key `key_id`."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=12)
    mark = models.BinaryField(max_length=32)
    key_id = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="contactmark_once", fields=["contact", "kind", "mark"])
        ]
        indexes: ClassVar = [models.Index("kind", "mark", name="contactmark_lookup")]

    def __str__(self) -> str:
        return self.kind


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
