"""What every room raises when it says no: a sentence for people, never a personal value."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An act that the rules do not allow; `message` says why, in the reader's language.

    Doors show the message; the ledger's middleware records the refusal. `kept` is what the ledger
    keeps of it where the message tells the reader more than others may see.
    """

    message: str | Promise = _("This is not allowed.")
    kept: str | Promise = ""

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotPermitted(Refusal):
    """The person has no right to this act (answered as 403)."""


class TooMany(Refusal):
    """The act is allowed, but not so often (answered as 429)."""

    message = _("This was done too often. Please try again later.")


class NotFound(Refusal):
    """The object is absent or hidden; both answer alike (404)."""

    message = _("There is nothing here.")
