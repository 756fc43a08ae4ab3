"""Letters that tell of identities, and the people whom they tell of."""

from dataclasses import dataclass
from typing import Any

from deployments.liaison.actions.disclosures import plan_disclosure
from deployments.liaison.actions.letters import send_letter, submit_letter
from deployments.liaison.actions.links import link_volunteers
from deployments.liaison.models import Letter
from tests.cast import NOW, a_volunteer
from tests.liaison.letter_scene import Office, an_office, approve
from volunteers.identity import IdentityDocument
from volunteers.models import Volunteer

FIELDS = ("name", "passport")


def named(number: int) -> IdentityDocument:
    """An identity whose parts can be told apart from everything else on a page."""
    return IdentityDocument(
        name=f"홍길{'동남서북'[number % 4]}",
        passport=f"M7654321{number}",
        phone=f"+82105550000{number}",
        relatives_in_north="yes",
    )


@dataclass(slots=True)
class Telling:
    """The office with two volunteers whom its case concerns."""

    office: Office
    one: Volunteer
    other: Volunteer

    def letter(self, *people: Volunteer, purpose: str = "permits", **fields: Any) -> Letter:
        """A draft that tells FIELDS of some of them, of the first unless told."""
        letter = self.office.letter(**fields)
        for volunteer in people or (self.one,):
            self.plan(letter, volunteer, purpose=purpose)
        letter.refresh_from_db()
        return letter

    def plan(self, letter: Letter, volunteer: Volunteer, **changed: Any) -> None:
        """Say what a letter tells of somebody."""
        given: dict[str, Any] = {"fields": FIELDS, "purpose": "permits", "by": self.office.officer}
        plan_disclosure(letter=letter, volunteer=volunteer, at=NOW, **{**given, **changed})

    def submitted(self, *people: Volunteer, **fields: Any) -> Letter:
        """One that waits for two approvals."""
        letter = self.letter(*people, **fields)
        submit_letter(letter=letter, by=self.office.officer, at=NOW)
        return letter

    def approved(self, *people: Volunteer, **fields: Any) -> Letter:
        """One that two people have approved."""
        letter = self.submitted(*people, **fields)
        return approve(letter, self.office.approver, self.office.second)

    def sent(self, *people: Volunteer, **fields: Any) -> Letter:
        """One that was posted."""
        letter = self.approved(*people, **fields)
        send_letter(letter=letter, through="post", by=self.office.officer, at=NOW)
        return letter


def a_telling() -> Telling:
    """The office, and two volunteers with accounts."""
    office = an_office()
    people = [a_volunteer(f"매-말{n}", account=True, identity=named(n)) for n in (0, 1)]
    link_volunteers(case=office.case, volunteers=people, by=office.officer, at=NOW)
    return Telling(office, *people)
