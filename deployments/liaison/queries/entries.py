"""Which entries of the ledger about cases, letters and replies a person may read, and about what
letters tell of volunteers."""

from collections.abc import Callable

from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from corps.accounts.models import User
from deployments.liaison.queries.letters import letters_visible_to
from volunteers.queries.people import volunteers_on_own_desks, volunteers_visible_to

UUID_OF = r"^{}:([0-9a-f-]{{36}})$"


def about_seen(
    label: str, visible_to: Callable[[User], QuerySet[Model]], *, place: int = 0
) -> Callable[[User], Q]:
    """Return the condition that an entry's own object, of the kind `label`, is one its reader may
    see: a coordinator sees not every case of a desk. `place` 1 asks for the object after that."""
    pattern = Value(UUID_OF.format(label.replace(".", r"\.")))

    def condition(viewer: User) -> Q:
        named = OuterRef(f"about__{place}")
        own = Func(named, pattern, function="substring", output_field=TextField())
        return Q(Exists(visible_to(viewer).filter(pk=Cast(own, UUIDField())).order_by()))

    return condition


own_people = about_seen("volunteers.volunteer", volunteers_on_own_desks)
seen_people = about_seen("volunteers.volunteer", volunteers_visible_to)
seen_letter = about_seen("liaison.letter", letters_visible_to, place=1)


def about_told(viewer: User) -> Q:
    """Return the condition that what an entry says a letter tells of a volunteer stands in the
    register of disclosures before its reader (`disclosures_visible_to`): of people of their own
    desks all, of others whom they see what letters tell that they see."""
    if not viewer.may_see_kind("liaison.disclosure"):
        return Q(pk__in=[])
    return own_people(viewer) | seen_people(viewer) & seen_letter(viewer)
