"""The doors to one's own account: the way in, and the second factors."""

from corps.accounts.portal.entrance import change_password, home, join

__all__ = ["change_password", "home", "join"]
