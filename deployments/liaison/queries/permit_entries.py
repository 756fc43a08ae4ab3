"""Which entries of the ledger about permits a person may read."""

from django.db.models import Exists, Func, OuterRef, Q, TextField, UUIDField, Value
from django.db.models.functions import Cast

from corps.accounts.models import User
from deployments.queries.staffing import assignments_with_people

ASSIGNMENT_OF_IT = Value(r"^deployments\.assignment:([0-9a-f-]{36})$")


def about_seen_permits(viewer: User) -> Q:
    """Return the condition that the entry is about the permit of an assignment of which the viewer
    sees both the deployment and the volunteer: such an entry names the assignment second, also when
    the permit itself is gone."""
    place = Func(
        OuterRef("about__1"), ASSIGNMENT_OF_IT, function="substring", output_field=TextField()
    )
    seen = assignments_with_people(viewer).filter(pk=Cast(place, UUIDField()))
    return Q(Exists(seen.order_by()))
