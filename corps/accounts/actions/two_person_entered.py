"""What a request says is held against the ledger, which the application cannot alter.

Whoever may write to the database could turn a request, after the second person has read it, into
another one, or grant it in somebody's name. So before a grant and before a use the row is compared
with the entries that were made of it.
"""

from django.utils.translation import gettext_lazy as _

from corps.accounts.models import TwoPersonAct
from corps.accounts.states import KINDS, TwoPersonKind
from corps.audit.actions import reference
from corps.audit.models import Entry
from corps.audit.queries import entries_about
from corps.vault.sealing import Place, SealBroken


class Altered(SealBroken):
    """A request is not what the ledger says was asked for or granted.

    It is entered and told to the administrators as a broken seal is.
    """

    message = _(
        "This request is not what was asked for: it was altered outside of Corps. It is noted in "
        "the ledger and the administrators are told."
    )


def check_as_asked(act: TwoPersonAct) -> None:
    """Raise Altered unless the act is what its entry says was asked for, by whom, about what."""
    entry = _entry(act, "two_person.asked")
    about = [reference(act), *([act.subject] if act.subject else [])]
    same = (
        entry is not None
        and entry.facts == {"asked_for": act.kind, **act.facts}
        and (entry.actor_id, entry.reason) == (str(act.asked_by_id), act.reason)
        and entry.about == about
        and (act.desk is None or entry.desk == act.desk.slug)
    )
    if not same:
        raise _altered(act)


def check_as_granted(act: TwoPersonAct) -> None:
    """Raise Altered unless its entry says that the act was granted by whom it names, and it holds
    no longer than its kind does."""
    entry = _entry(act, "two_person.granted")
    holds = KINDS[TwoPersonKind(act.kind)].holds
    if entry is None or act.until is None or entry.actor_id != str(act.decided_by_id):
        raise _altered(act)
    if act.until > entry.at + holds:
        raise _altered(act)


def _entry(act: TwoPersonAct, verb: str) -> Entry | None:
    """Return the entry of that verb whose own object is the act; the first, if there are more."""
    found = entries_about(act).filter(verb=verb, about__0=reference(act))
    return found.order_by("number").first()


def _altered(act: TwoPersonAct) -> Altered:
    return Altered(Place(TwoPersonAct._meta.db_table, "facts", str(act.pk)))
