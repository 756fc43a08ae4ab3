"""The versions of a letter: who changed its text or what stands beside it, and what was approved.

Whoever attaches, tells or addresses writes a version too: so an approval, which names a version,
names all of that as well, and nobody approves what they changed.
"""

from datetime import datetime

from corps.accounts.models import User
from deployments.liaison.letters.beside import beside, open_beside, seal_beside
from deployments.liaison.letters.text import LetterText, open_text, seal_text, text_hash
from deployments.liaison.models import Letter, LetterVersion
from deployments.liaison.queries.letters import latest_version
from deployments.liaison.rules.letters import OtherVersion, check_still_goes_to, check_still_says


def write_version(
    letter: Letter, text: LetterText | None = None, *, by: User, at: datetime
) -> LetterVersion:
    """Write the next version of a letter that is held: with that text, else with the latest's,
    because something beside it was changed. Raises SealBroken, Erased."""
    latest = latest_version(letter)
    number = latest.number + 1 if latest else 1
    if text is None:
        assert latest is not None, "a letter begins with a text"
        text = open_text(latest)
    return LetterVersion.objects.create(
        letter=letter,
        number=number,
        content=seal_text(letter, number, text),
        beside=seal_beside(letter, number, beside(letter, text)),
        text_hash=text_hash(letter, text),
        written_by=by,
        written_at=at,
    )


def is_stale(letter: Letter, latest: LetterVersion) -> bool:
    """Whether the letter is another than its latest version says, or that one was approved."""
    text = open_text(latest)
    said = text_hash(letter, text)
    same = bytes(latest.text_hash) == said and open_beside(latest) == beside(letter, text)
    return not same or latest.approvals.exists()


def check_goes_there(letter: Letter, version: LetterVersion) -> None:
    """Raise AddresseeChanged unless an e-mail of a letter would go to the address and key of a
    version of it. Raises SealBroken, Erased."""
    check_still_goes_to(open_beside(version).address, beside(letter).address)


def check_stands(letter: Letter, version: LetterVersion, *, mailed: bool = True) -> None:
    """Raise unless a letter is now what a version of it says: AddresseeChanged where it would go to
    another name or, `mailed`, to another e-mail address or key; OtherVersion where other files go
    with it, or something else is told. Raises SealBroken, Erased."""
    check_still_says(version, text_hash(letter, open_text(version)))
    then, now = open_beside(version), beside(letter)
    if mailed:
        check_goes_there(letter, version)
    if (then.attached, then.told) != (now.attached, now.told):
        raise OtherVersion
