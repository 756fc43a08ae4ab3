"""The administrators' door: accounts, desks, notices; and everybody's requests for a second one."""

from corps.accounts.admin import accounts, board, desks, notices, requests, words

__all__ = ["accounts", "board", "desks", "notices", "requests", "words"]
