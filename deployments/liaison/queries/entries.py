"""Which entries of the ledger about cases, letters and replies a person may read."""

from collections.abc import Callable

from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from corps.accounts.models import User

UUID_OF = r"^{}:([0-9a-f-]{{36}})$"


def about_seen(label: str, visible_to: Callable[[User], QuerySet[Model]]) -> Callable[[User], Q]:
    """Return the condition that an entry's own object, of the kind `label`, is one its reader may
    see: a coordinator sees not every case of a desk."""
    pattern = Value(UUID_OF.format(label.replace(".", r"\.")))

    def condition(viewer: User) -> Q:
        own = Func(OuterRef("about__0"), pattern, function="substring", output_field=TextField())
        return Q(Exists(visible_to(viewer).filter(pk=Cast(own, UUIDField())).order_by()))

    return condition
