"""Accounts without a real name or e-mail address, desks, and one-time invitations."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from corps.accounts import roles
from corps.vault.models import DataKey


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no superuser."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account; without a password it can only be entered by invitation."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, known by a sign-in name only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(
        _("sign-in name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This sign-in name is taken.")},
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="ko"
    )
    time_zone = TimeZoneField(_("time zone"), default="Asia/Seoul")
    is_staff = models.BooleanField(_("works in the admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    totp_allowed = models.BooleanField(_("may use an authenticator app"), default=False)
    data_key = models.OneToOneField(
        DataKey, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    date_joined = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    standing: Any = None
    """Where this person stood when sight first asked (queries/sight.py), None before."""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = ""
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering: ClassVar = ["username"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_no_superuser", condition=models.Q(is_superuser=False)
            ),
            models.UniqueConstraint(
                Upper("username"),
                name="user_one_name_in_any_case",
                violation_error_message=_("This sign-in name is taken."),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def refresh_from_db(self, *given: Any, **named: Any) -> None:
        """Read the account anew, and forget which roles and desks were asked for once. A glass that
        was closed to this request stays closed."""
        super().refresh_from_db(*given, **named)
        vars(self).pop("role_names", None)
        self.standing = None

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The names of the roles this person holds."""
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *names: str) -> bool:
        """Whether this person holds any of the roles, and is active."""
        return self.is_active and not self.role_names.isdisjoint(names)

    def may_see_kind(self, label: str) -> bool:
        """Whether a role of this person sees objects of the model `label` at all."""
        if self.has_role(*roles.roles_that_see(label)):
            return True
        return label in roles.UNDER_GLASS and bool(self.glass_desks)

    @cached_property
    def glass_desks(self) -> frozenset[int]:
        """The ids of the desks that break-glass has opened to this administrator at present."""
        if not (self.is_staff and self.has_role(roles.Role.ADMINISTRATOR)):
            return frozenset()
        acts = self.asked_acts.filter(kind="break glass", state="granted", until__gt=timezone.now())
        return frozenset(acts.values_list("desk_id", flat=True))

    @property
    def kinds_seen(self) -> list[str]:
        """The kinds of object (model labels) that a role of this person sees, in order."""
        held = [role for role in roles.Role if self.has_role(role)]
        return sorted({label for role in held for label in roles.SEES[role]})

    def may_change_kind(self, label: str) -> bool:
        """Whether a role of this person changes objects of the model `label` at all."""
        return self.has_role(*roles.roles_that_change(label))


class Desk(models.Model):
    """A team of coordinators; what stands on a desk is seen by its members."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="desks", blank=True, verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A one-time link into an account; only the hash of its token is kept.

    `ended_at`: when it was taken back or replaced, unused. The row stays: that a link was ever made
    decides who may make the next one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="invitation_one_open",
                fields=["user"],
                condition=models.Q(used_at__isnull=True, ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
