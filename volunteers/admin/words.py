"""What the register's acts are called in the ledger, and what waits on the landing board."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.adminkit import board
from corps.adminkit.board import Tile
from corps.adminkit.words import FACTS, name_facts, name_moves, name_verbs, tell_facts
from corps.workflow.tables import Text
from volunteers.identity import PARTS, RevealReason
from volunteers.models import Purpose
from volunteers.queries.people import volunteers_visible_to
from volunteers.queries.register import clearance_lapsing
from volunteers.queries.vetting import cases_visible_to
from volunteers.states import STANDING, VETTING

PURPOSES: dict[str, Text] = {**dict(RevealReason.choices), **dict(Purpose.choices)}

name_moves(STANDING)
name_moves(VETTING)
name_verbs(
    {
        "register.added": _("Registered"),
        "register.imported": _("Registered from a workbook"),
        "volunteer.changed": _("Facts changed"),
        "volunteer.invited": _("Invited to the portal"),
        "volunteer.language_chosen": _("Language chosen"),
        "volunteer.shared": _("Shared with one person"),
        "volunteer.sharing_changed": _("Sharing with one person lengthened or shortened"),
        "volunteer.sharing_ended": _("Sharing ended"),
        "volunteer.sharing_over": _("Sharing over"),
        "identity.changed": _("Identity replaced in part"),
        "identity.searched": _("Looked up by identity"),
        "identity.revealed": _("Identity revealed"),
        "identity.own_seen": _("Own identity looked at"),
        "identity.exported": _("Identity fetched in a file"),
        "identity.over_quota": _("More identities asked for than a day allows"),
        "availability.days_set": _("Days set"),
        "availability.window_removed": _("Days taken back"),
        "availability.weekly_rules_set": _("Weekly rules set"),
        "language.set": _("Language entered"),
        "language.removed": _("Language removed"),
        "skill.set": _("Skill entered"),
        "skill.removed": _("Skill removed"),
        "vetting.opened": _("Vetting case opened"),
        "vetting.check_entered": _("Check entered"),
        "consent.term_published": _("Consent text published"),
        "consent.given": _("Consent given"),
        "consent.withdrawn": _("Consent withdrawn"),
        "catalogue.added": _("Added to the catalogue"),
        "catalogue.changed": _("Changed in the catalogue"),
    }
)
name_facts(
    {
        "purpose": _("what for"),
        "fields": _("parts"),
        "consents": _("consents withdrawn"),
        "version": _("version"),
        "granted_by": _("granted by"),
        "volunteers": _("volunteers"),
        "exported": _("in the file"),
        "gone": _("no longer in it"),
        "limit": _("in 24 hours"),
        "with": _("with"),
        "until": _("until"),
        "kind": _("kind"),
        "found": _("found"),
        "language": _("language"),
        "skill": _("skill"),
        "level": _("level"),
        "verified": _("verified"),
        "check": _("check"),
        "outcome": _("outcome"),
        "last_day": _("last day"),
        "callsign": _("callsign"),
        "desk": _("desk"),
        "home_base": _("home base"),
        "time_zone": _("time zone"),
        "portal_language": _("portal language"),
        "wishes": _("wishes to do"),
        "listening": _("listening"),
        "speaking": _("speaking"),
        "reading": _("reading"),
        "writing": _("writing"),
    }
)


def _part(name: str) -> Text:
    return PARTS.get(name) or FACTS.get(name, name)


tell_facts(
    {
        "purpose": lambda code: PURPOSES.get(code, code),
        "consents": lambda code: PURPOSES.get(code, code),
        "fields": _part,
        "changed": _part,
        "volunteers": lambda pk: str(pk)[:8],
    }
)


@board.register
def people(viewer: User) -> Iterable[Tile]:
    """Clearances that lapse soon, and vetting cases that wait for this person's role."""
    register = reverse("admin:volunteers_volunteer_changelist")
    if viewer.may_see_kind("volunteers.volunteer"):
        seen = volunteers_visible_to(viewer)
        soon = clearance_lapsing(seen, on=timezone.localdate()).count()
        yield Tile(_("Clearances lapse within 30 days"), soon, f"{register}?clearance=lapsing")
    if viewer.has_role(Role.COORDINATOR):
        applicants = volunteers_visible_to(viewer).filter(standing="applicant").count()
        url = f"{register}?standing__exact=applicant"
        yield Tile(_("Applicants to admit"), applicants, url)
    yield from vetting(viewer)


def vetting(viewer: User) -> Iterable[Tile]:
    """Cases to begin, to check and to decide."""
    cases = cases_visible_to(viewer)
    url = reverse("admin:volunteers_vettingcase_changelist")
    waiting = {
        Role.VETTING: (("open", _("Vetting cases to begin")), ("checks", _("Checks under way"))),
        Role.APPROVER: (("recommended", _("Clearances to decide")),),
    }
    for role, states in waiting.items():
        for state, label in states:
            if viewer.has_role(role):
                count = cases.filter(state=state).count()
                yield Tile(label, count, f"{url}?state__exact={state}")
