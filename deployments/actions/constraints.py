"""What the database refuses, said to a person."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from corps.errors import Refusal
from deployments.rules import HoldsAnother, SlotTaken

DOUBLE_BOOKING: Mapping[str, type[Refusal]] = {
    "assignment_no_double_booking": HoldsAnother,
    "assignment_one_holder": SlotTaken,
}


@contextmanager
def refusing(refusals: Mapping[str, type[Refusal] | Refusal]) -> Iterator[None]:
    """Do what is inside in a savepoint; the violation of a constraint named in `refusals` raises
    the refusal beside it, any other IntegrityError passes through."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from None
