"""Who may ask for an act of two people, and who may be the second."""

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import Desk, TwoPersonAct, User
from corps.accounts.queries.sight import own_desks
from corps.accounts.queries.two_person import acts_visible_to
from corps.accounts.roles import Role
from corps.accounts.rules.staff import OwnAccount
from corps.accounts.states import KINDS, TwoPersonKind
from corps.audit.actions import reference
from corps.errors import NotFound, NotPermitted, Refusal


class OwnRequest(Refusal):
    """Somebody would decide what they asked for themselves."""

    message = _("You asked for this yourself: somebody else has to decide.")


class AskerMayNot(Refusal):
    """Whoever asked has lost the role or the desk since."""

    message = _("Whoever asked for this may not ask for it any more.")


class GranterMayNot(Refusal):
    """Whoever granted has lost the role, the desk or the account since."""

    message = _("Whoever granted this may not grant it any more: ask for it once more.")


def can_ask(by: User, kind: TwoPersonKind, desk: Desk | None = None) -> bool:
    """Whether `by` may ask for an act of this kind, on this desk where the kind has one."""
    known = KINDS[kind]
    if not (by.is_active and by.is_staff and by.has_role(*known.asked_by)):
        return False
    return not known.by_desk or (desk is not None and own_desks(by).filter(pk=desk.pk).exists())


def check_can_ask(by: User, kind: TwoPersonKind, desk: Desk | None = None) -> None:
    """Raise NotPermitted unless `by` may ask."""
    if not can_ask(by, kind, desk):
        raise NotPermitted


def check_asker_still_may(act: TwoPersonAct) -> None:
    """Raise AskerMayNot where the one who asked could not ask for it now."""
    asker = User.objects.get(pk=act.asked_by_id)
    if not can_ask(asker, TwoPersonKind(act.kind), act.desk):
        raise AskerMayNot


def can_decide(by: User, act: TwoPersonAct) -> bool:
    """Whether `by` may grant or refuse: the roles of its kind, not the one who asked, and not the
    one whose own account it is about."""
    known = KINDS[TwoPersonKind(act.kind)]
    fits = by.is_active and by.is_staff and by.has_role(*known.granted_by)
    on_desk = not known.by_desk or own_desks(by).filter(pk__in=[act.desk_id]).exists()
    return fits and on_desk and act.asked_by_id != by.pk and not _is_own(by, act)


def check_can_decide(by: User, act: TwoPersonAct) -> None:
    """Raise NotFound for one who may not see the act, OwnRequest for the one who asked for it,
    OwnAccount for the one whose account it is about, NotPermitted for others who may not decide."""
    if not acts_visible_to(by).filter(pk=act.pk).exists():
        raise NotFound
    if act.asked_by_id == by.pk:
        raise OwnRequest
    if _is_own(by, act):
        raise OwnAccount
    if not can_decide(by, act):
        raise NotPermitted


def check_granter_still_may(act: TwoPersonAct) -> None:
    """Raise GranterMayNot where the one who granted could not grant it now."""
    granter = User.objects.filter(pk__in=[act.decided_by_id]).first()
    if granter is None or not can_decide(granter, act):
        raise GranterMayNot


def check_can_use(by: User, act: TwoPersonAct) -> None:
    """Raise NotFound unless `by` asked for the act and may still ask for its kind, on its desk."""
    if act.asked_by_id != by.pk or not can_ask(by, TwoPersonKind(act.kind), act.desk):
        raise NotFound


def check_can_withdraw(by: User, act: TwoPersonAct) -> None:
    """Raise NotFound unless `by` asked for the act."""
    if act.asked_by_id != by.pk:
        raise NotFound


def can_end_glass(by: User, act: TwoPersonAct) -> bool:
    """Whether `by` may end break-glass: administrators, and the coordinators of its desk."""
    if act.kind != TwoPersonKind.BREAK_GLASS or not (by.is_active and by.is_staff):
        return False
    if by.has_role(Role.ADMINISTRATOR):
        return True
    return by.has_role(Role.COORDINATOR) and own_desks(by).filter(pk__in=[act.desk_id]).exists()


def check_can_end_glass(by: User, act: TwoPersonAct) -> None:
    """Raise NotFound for one who may not see the act, NotPermitted for one who only may."""
    if can_end_glass(by, act):
        return
    if acts_visible_to(by).filter(pk=act.pk).exists():
        raise NotPermitted
    raise NotFound


def _is_own(by: User, act: TwoPersonAct) -> bool:
    return act.subject == reference(by)
