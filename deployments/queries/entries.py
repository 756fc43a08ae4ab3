"""Which entries of the ledger about assignments a person may read."""

from django.db.models import Exists, Func, OuterRef, Q, TextField, UUIDField, Value
from django.db.models.functions import Cast

from corps.accounts.models import User
from deployments.queries.staffing import assignments_with_people

OWN_ASSIGNMENT = Value(r"^deployments\.assignment:([0-9a-f-]{36})$")


def about_seen_assignments(viewer: User) -> Q:
    """Return the condition that the entry's own object is an assignment of which the viewer sees
    both the deployment and the volunteer: the entry names the volunteer, who may stand on another
    desk than the deployment."""
    own = Func(OuterRef("about__0"), OWN_ASSIGNMENT, function="substring", output_field=TextField())
    seen = assignments_with_people(viewer).filter(pk=Cast(own, UUIDField()))
    return Q(Exists(seen.order_by()))
