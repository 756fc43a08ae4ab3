"""A refusal that says "this is somebody's name" has told it: it counts as a search."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from deployments.liaison.rules.naming import IdentityTyped
from volunteers.actions.quotas import check_searches_left, note_search

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def told_counts_as_search(act: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let an action that raises IdentityTyped leave, once it is undone, one of the day's searches
    spent and its entry about whom the text met. Once they are spent the action raises QuotaSpent,
    whatever is written: else what is still kept would tell what is no name."""

    @wraps(act)
    def acting(*args: Given.args, **given: Given.kwargs) -> Answer:
        told: dict[str, Any] = {name: given[name] for name in ("by", "at")}
        check_searches_left(**told)
        try:
            return act(*args, **given)
        except IdentityTyped as refusal:
            note_search(refusal.kind, *refusal.people, **told)
            raise

    return acting
