"""Which case an e-mail belongs to."""

import re
from collections.abc import Sequence

from corps.accounts.queries.sight import Viewer
from deployments.liaison.models import Case, Letter
from deployments.liaison.queries.cases import case_by_reference
from deployments.liaison.queries.letters import letters_visible_to

REFERENCE = re.compile(r"(?<!\d)(\d{4}-\d{4,9})(?!\d)")


def case_of_mail(
    viewer: Viewer, *, answers: Sequence[str], subject: str
) -> tuple[Case | None, Letter | None]:
    """Return the case to which an e-mail belongs and the letter that it answers, as far as the
    viewer may see them.

    `answers` are the Message-IDs, without angle brackets, that it names as those before it. One of
    a letter of ours tells both; else the first reference in the subject that is a case's tells it.
    """
    letters = letters_visible_to(viewer).filter(
        message__message_id__in=[one for one in answers if one]
    )
    letter = letters.select_related("case__desk", "agency").order_by("-sent_at").first()
    if letter is not None:
        return letter.case, letter
    for reference in REFERENCE.findall(subject):
        case = case_by_reference(viewer, reference)
        if case is not None:
            return case, None
    return None, None
