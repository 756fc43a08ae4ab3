"""What the administrators are told of, on their board."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.accounts.models.people import User


class NoticeKind(models.TextChoices):
    """What happened."""

    QUOTA = "quota", _("More identities were asked for than a day allows")
    SEAL_BROKEN = "seal broken", _("Sealed data was altered or moved")
    GUESSING = "guessing", _("Many failed sign-ins at one account")
    BREAK_GLASS = "break glass", _("Break-glass was asked for")
    CLIENT = "client", _("Credentials were issued to an agency")
    MACHINE = "machine", _("An administrator was recovered on the machine itself")


class Notice(models.Model):
    """One thing administrators should look at. It names staff and objects by id, never a person."""

    kind = models.CharField(_("what happened"), max_length=20, choices=NoticeKind)
    at = models.DateTimeField(_("time"))
    about = models.CharField(_("about"), max_length=200, blank=True)
    seen_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_seen_together",
                condition=models.Q(seen_by__isnull=True, seen_at__isnull=True)
                | models.Q(seen_by__isnull=False, seen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
