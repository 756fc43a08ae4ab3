"""What is asked of a sign-in name."""

import unicodedata

from corps.accounts.models import User

LONGEST = 150
"""A sign-in name has no more characters; what is longer names nobody."""


def account_named(typed: str) -> tuple[str, str]:
    """Return the id and the password's hash of the open account that `typed` names, ("", "") where
    there is none.

    It takes one query whether there is one or not, and fetches no more than these two. Capitals and
    the ways to write one Hangul syllable make no difference.
    """
    name = unicodedata.normalize("NFKC", typed.strip()).replace("\x00", "")[: LONGEST + 1]
    found = User.objects.filter(username__iexact=name, is_active=True)
    same = found.values_list("pk", "password", "username").order_by()[:2]
    rows = [row for row in same if row[2].casefold() == name.casefold()]
    return (str(rows[0][0]), rows[0][1]) if len(rows) == 1 else ("", "")
