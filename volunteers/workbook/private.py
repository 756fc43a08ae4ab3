"""What must not stay in the clear, though it stands where plain things are asked for."""

import re

from corps.vault.spelling import name_keys
from volunteers.workbook.results import ParsedRow
from volunteers.workbook.text import plain

_LONGEST_PLACE = 40
_MORE_THAN_A_PLACE = re.compile(r"\d|@|\n")
"""A town or district has no number: house, flat, postcode and phone have."""


def tells_more_than_a_place(home_base: str) -> bool:
    """Return whether a home base tells more than a town or district, such as an address."""
    return len(home_base) > _LONGEST_PLACE or bool(_MORE_THAN_A_PLACE.search(home_base))


def seal_address(person: ParsedRow) -> None:
    """Move a home base that tells more than a town or district to the address, which is sealed.

    The home base is kept in the clear, so nothing of it stays behind.
    """
    base = person.home_base
    if not tells_more_than_a_place(base):
        return
    person.home_base = ""
    if base not in person.address:
        person.address = f"{person.address} {base}".strip()


def tells_of(person: ParsedRow, word: str) -> bool:
    """Return whether a word that nobody knows belongs to the person, or to those near to them.

    Such a word came into the wrong column; an error must not name it.
    """
    names = (person.name, person.latin_name, *person.former_names)
    near = (*names, person.address, person.emergency_contact, person.relatives_note)
    asked = plain(word).replace(" ", "")
    if asked and any(asked in plain(text).replace(" ", "") for text in near if text):
        return True
    if any(len(plain(name)) > 1 and plain(name) in plain(word) for name in names if name):
        return True
    keys = name_keys(word) if re.search("[가-힣]", word) or " " in word else set()
    return bool(keys) and any(not name_keys(name).isdisjoint(keys) for name in names if name)
