"""The doors to one's own account: the way in, and the second factors."""

from corps.accounts.portal.entrance import home, join

__all__ = ["home", "join"]
