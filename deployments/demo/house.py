"""The demo's office that deals with the outside, and the steps that its matters have in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corps.accounts.models import Desk, User
from deployments.agencies.models import Agency, Contact, LettersBy
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.letters import (
    approve_letter,
    begin_letter,
    send_letter,
    submit_letter,
)
from deployments.liaison.models import Case, Letter
from deployments.liaison.queries.cases import day_in_seoul
from deployments.models import Deployment


@dataclass(frozen=True, slots=True)
class House:
    """Who and what the matters are about: the desk, its people, the agencies and contacts by short
    name, and now."""

    desk: Desk
    liaison: User
    editor: User
    approver: User
    agencies: Mapping[str, Agency]
    contacts: Mapping[str, Contact]
    now: datetime

    def days_ago(self, days: float) -> datetime:
        """Return the instant so many days before now."""
        return self.now - timedelta(days=days)

    def day(self, days_ahead: int) -> date:
        """Return the day in Seoul so many days from today."""
        return day_in_seoul(self.now) + timedelta(days=days_ahead)


def opened(
    house: House,
    to: str,
    days_ago: float,
    *,
    kind: str,
    subject: str,
    due: int,
    deployments: Iterable[Deployment] = (),
) -> Case:
    """Open a case; `due` is a day counted from today, still to come when it was opened."""
    return open_case(
        by=house.liaison,
        at=house.days_ago(days_ago),
        desk=house.desk,
        kind=kind,
        subject=subject,
        agency=house.agencies[to],
        due=house.day(due),
        deployments=deployments,
    )


def sent(
    house: House,
    case: Case,
    kind: str,
    days_ago: float,
    *,
    through: str = LettersBy.POST,
) -> Letter:
    """Write a letter of a case to its agency's contact, have it approved, and send it."""
    letter = begin_letter(
        case=case,
        kind=kind,
        contact=house.contacts[case.agency.slug],
        by=house.liaison,
        at=house.days_ago(days_ago),
    )
    submit_letter(letter=letter, by=house.liaison, at=house.days_ago(days_ago))
    approve_letter(letter=letter, version=1, by=house.approver, at=house.days_ago(days_ago))
    send_letter(letter=letter, through=through, by=house.liaison, at=house.days_ago(days_ago))
    return letter
