"""What comes next in a case: in a sentence, and where it is done."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from corps.workflow.tables import Text
from deployments.liaison.models import Case, Letter
from deployments.liaison.queries.inbox import WITH_US, letters_back


@dataclass(frozen=True, slots=True)
class Next:
    """The natural next step of a case: `says` it; `button` is the name of the case's button that
    does it, "" for none; `letter` is the letter on whose page it is done, None for none."""

    says: Text
    button: str = ""
    letter: Letter | None = None


NEXT: dict[str, Next] = {
    "open": Next(_("Write a letter."), "letter"),
    "drafting": Next(_("Finish the letter and submit it for approval.")),
    "in_review": Next(_("An approver reads the letter; once it is approved, send it.")),
    "sent": Next(_("Wait for a receipt or an answer, and enter what comes."), "reply"),
    "acknowledged": Next(_("Wait for the answer, and enter it when it comes."), "reply"),
    "referred": Next(
        _("Another agency has it now: wait for its answer, and enter what comes."), "reply"
    ),
    "answered": Next(_("Act on the answer: write again, or close the case."), "close"),
    "closed": Next(_("Nothing: the case is closed.")),
}
AGAIN = _("The letter came back: send it again another way.")
CHASE = Next(_("The answer is overdue: write a reminder, or set a new due day."), "letter")
PERMITS = Next(_("Enter what was answered about each permit."), "permit-answers")
AT_WORK = {"drafting": ("draft", "returned"), "in_review": ("submitted", "approved")}
"""The states of the letter on which a case waits."""


def next_step(case: Case) -> Next:
    """Return what comes next."""
    if case.state == "closed":
        return NEXT["closed"]
    back = letters_back().filter(case=case).order_by("number").last()
    if back is not None:
        return _on_page_of(back, case, AGAIN)
    if case.overdue_since:
        return CHASE
    if case.state in AT_WORK:
        at_work = case.letters.filter(state__in=AT_WORK[case.state]).order_by("number").last()
        if at_work is not None:
            return _on_page_of(at_work, case, NEXT[case.state].says)
    if case.state in WITH_US and case.permits.filter(state="applied").exists():
        return PERMITS
    return NEXT["open" if case.state in AT_WORK else case.state]


def _on_page_of(letter: Letter, case: Case, says: Text) -> Next:
    letter.case = case
    return Next(says, letter=letter)
