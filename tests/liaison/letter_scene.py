"""A case with people to write for and people to approve."""

from dataclasses import dataclass
from typing import Any

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.vault.actions import draft_data_key
from deployments.agencies.contacts import ContactDetails, seal_details
from deployments.agencies.models import Agency, Contact
from deployments.liaison.actions.cases import open_case
from deployments.liaison.actions.letters import (
    approve_letter,
    begin_letter,
    save_draft,
    send_letter,
    submit_letter,
)
from deployments.liaison.models import Case, Letter
from tests.cast import NOW, a_deployment, a_desk, a_user, an_agency

TEXT = "Dear Sir or Madam,\n\nWe ask for the permits.\n\n- one\n- two\n\nYours faithfully,"


def a_contact(agency: Agency | None = None, post: str = "Consul", **details: Any) -> Contact:
    """A contact of an agency, with an e-mail address unless told."""
    key, plain = draft_data_key()
    key.save(force_insert=True)
    contact = Contact(agency=agency or an_agency(), post=post, data_key=key)
    known = ContactDetails(**{"name": "김영사", "email": "consul@embassy.test", **details})
    contact.details = seal_details(plain, contact, known)
    contact.has_openpgp_key = bool(known.openpgp_key)
    contact.save(force_insert=True)
    return contact


def approve(letter: Letter, *people: User) -> Letter:
    """Let people approve the latest version of a letter."""
    latest = letter.versions.latest("number").number
    for who in people:
        approve_letter(letter=letter, version=latest, by=who, at=NOW)
    return letter


@dataclass(slots=True)
class Office:
    """The Seoul desk: who writes, who approves, and a case about permits."""

    officer: User
    approver: User
    second: User
    case: Case

    def letter(self, kind: str = "information", **fields: Any) -> Letter:
        """A letter of the case in English, as a draft, with a text of its own."""
        letter = begin_letter(
            case=self.case, kind=kind, by=self.officer, at=NOW, **{"language": "en", **fields}
        )
        save_draft(letter=letter, subject="Permits", body=TEXT, by=self.officer, at=NOW)
        return letter

    def submitted(self, **fields: Any) -> Letter:
        """A letter that waits for its approval."""
        letter = self.letter(**fields)
        submit_letter(letter=letter, by=self.officer, at=NOW)
        return letter

    def approved(self, **fields: Any) -> Letter:
        """A letter that may be sent."""
        return approve(self.submitted(**fields), self.approver)

    def sent(self, through: str = "post", **fields: Any) -> Letter:
        """A letter that was sent."""
        letter = self.approved(**fields)
        send_letter(letter=letter, through=through, by=self.officer, at=NOW)
        return letter


def an_office() -> Office:
    """The office, with a case to the embassy about the deployment HERON."""
    officer = a_user("officer", Role.LIAISON, desk=a_desk())
    approver = a_user("approver", Role.APPROVER, desk=a_desk())
    second = a_user("second", Role.APPROVER, desk=a_desk())
    case = open_case(
        by=officer,
        at=NOW,
        desk=a_desk(),
        kind="permits",
        subject="Permits for HERON",
        agency=an_agency(),
        deployments=[a_deployment("HERON")],
    )
    return Office(officer, approver, second, case)
