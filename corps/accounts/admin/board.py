"""What waits for a second person, what administrators are told of, and broken glass on a desk."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.queries.notices import unseen_notices
from corps.accounts.queries.two_person import acts_waiting_for, glass_to_tell_of
from corps.accounts.states import KINDS
from corps.adminkit import board
from corps.adminkit.board import Tile


@board.register
def requests(viewer: User) -> Iterator[Tile]:
    """Requests for those who may decide them; break-glass for the desk; notices."""
    if not viewer.may_see_kind("accounts.twopersonact"):
        return
    url, at = reverse("admin:accounts_twopersonact_changelist"), timezone.now()
    if any(viewer.has_role(*kind.granted_by) for kind in KINDS.values()):
        count = acts_waiting_for(viewer).count()
        yield Tile(_("Waiting for a second person"), count, f"{url}?waiting=me")
    glass = glass_to_tell_of(viewer, at=at)
    if told := glass.count():
        yield Tile(
            _("Break-glass on your desk"),
            told,
            f"{url}?waiting=glass",
            note=_("open now, or within the last 7 days"),
            look="is-blocked" if glass.filter(until__gt=at).exists() else "is-attention",
        )
    if viewer.may_see_kind("accounts.notice"):
        notices = reverse("admin:accounts_notice_changelist")
        yield Tile(_("Notices"), unseen_notices(viewer).count(), f"{notices}?seen=no")
