"""What administrators are told of, until one of them has seen it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from corps.accounts.actions.notices import see_notice
from corps.accounts.admin.words import objects_in_words
from corps.accounts.models import Notice, User
from corps.accounts.queries.notices import notices_visible_to
from corps.accounts.rules.staff import can_keep_accounts
from corps.adminkit.buttons import Button, viewer_of
from corps.adminkit.filters import ChoiceFilter
from corps.adminkit.guarded import GuardedAdmin
from corps.adminkit.history import timeline
from corps.adminkit.looks import pill


class SeenFilter(ChoiceFilter):
    """By whether somebody has seen it."""

    title = _("seen")
    parameter_name = "seen"

    def choices_for(self, viewer: User) -> Iterable[tuple[str, Any]]:
        """Return the choices."""
        return [("no", _("not yet")), ("yes", _("seen"))]

    def narrow(self, queryset: QuerySet[Notice], value: str) -> QuerySet[Notice]:
        """Return the notices."""
        return queryset.filter(seen_at__isnull=value == "no")


def see(request: HttpRequest, obj: Notice, reason: str) -> None:
    """Take the notice off the board."""
    see_notice(notice=obj, by=viewer_of(request), at=timezone.now())


def may_see(user: User, obj: Any) -> bool:
    """Whether the person is one of those who are told."""
    return can_keep_accounts(user)


@admin.register(Notice)
class NoticeAdmin(GuardedAdmin[Notice]):
    """Notices, newest first."""

    visible_to = staticmethod(notices_visible_to)
    list_display = ("what", "about_shown", "at", "state", "seen_by")
    list_filter = (SeenFilter, "kind")
    sortable_by = ("at",)
    ordering = ("-at", "-pk")
    object_page = "admin/accounts/notice.html"
    buttons = (
        Button(
            name="seen",
            label=_("Seen"),
            says=_("Takes the notice off the board of every administrator."),
            run=see,
            allowed=may_see,
            when=lambda obj: obj.seen_at is None,
            look="primary",
        ),
    )

    def for_page(self, viewer: User, rows: list[Any]) -> None:
        """Fetch what the notices of a page are about."""
        told = objects_in_words({row.about for row in rows}, viewer)
        for row in rows:
            row.told = told.get(row.about, "–")

    @admin.display(description=_("what happened"))
    def what(self, row: Notice) -> str:
        """What happened, in words."""
        return str(row.get_kind_display())

    @admin.display(description=_("about"))
    def about_shown(self, row: Any) -> str:
        """What it is about, in words."""
        return str(row.told)

    @admin.display(description=_("state"))
    def state(self, row: Notice) -> SafeString:
        """Whether somebody has seen it."""
        return pill("is-quiet", _("seen")) if row.seen_at else pill("is-attention", _("new"))

    def page_context(self, request: HttpRequest, obj: Notice) -> dict[str, Any]:
        """Return what stands on a notice's page."""
        viewer = viewer_of(request)
        return {
            "title": obj.get_kind_display(),
            "state": self.state(obj),
            "about": objects_in_words([obj.about], viewer).get(obj.about),
            "lines": timeline(obj, viewer, limit=10),
        }
