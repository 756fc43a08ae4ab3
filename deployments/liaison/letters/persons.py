"""By which number a letter names each person of whom it tells: no callsign stands beside a name."""

from uuid import UUID

from deployments.liaison.models import Disclosure, Letter


def numbers_of(letter: Letter) -> dict[UUID, int]:
    """Return the number of each volunteer of whom a letter tells, from 1, in their order.

    The order is that of the register's random keys: it stays when a callsign is changed, so that a
    later letter can ask back "no. 2", and says nothing to one who has a list of callsigns.
    """
    told = Disclosure.objects.filter(letter=letter, referral=None).order_by("pk")
    people = told.values_list("volunteer_id", flat=True)
    return {volunteer: number for number, volunteer in enumerate(people, start=1)}
