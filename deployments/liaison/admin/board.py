"""What needs doing in the cases of one's desks."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.adminkit import board
from corps.adminkit.board import Tile
from deployments.liaison.queries import inbox
from deployments.liaison.queries.cases import cases_visible_to


@board.register
def outside(viewer: User) -> Iterator[Tile]:
    """Cases overdue, answered, to be sent again, due soon, and to be looked at."""
    if not viewer.may_see_kind("liaison.case"):
        return
    at, cases = timezone.now(), cases_visible_to(viewer)
    url = reverse("admin:liaison_case_changelist")
    overdue = inbox.overdue(cases).count()
    yield Tile(_("Cases overdue"), overdue, f"{url}?due=overdue", look="is-blocked")
    yield Tile(
        _("Answered, waiting for us"),
        cases.filter(state="answered").count(),
        f"{url}?due=answered",
    )
    yield Tile(
        _("Letters that came back"),
        inbox.came_back(cases).count(),
        f"{url}?due=back",
        look="is-blocked",
        note=_("send them again another way"),
    )
    yield Tile(
        _("Cases due within a week"),
        inbox.due_within_a_week(cases, at=at).count(),
        f"{url}?due=week",
    )
    yield Tile(
        _("Cases to be looked at"),
        inbox.to_look_at(cases, at=at).count(),
        f"{url}?due=reminder",
        note=_("a reminder is due"),
    )
