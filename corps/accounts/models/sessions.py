"""Who is signed in, where. A row cannot be turned back into the cookie that opens it."""

from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from corps.accounts.models.people import User


class Session(AbstractBaseSession):
    """One session (Django's own table is not used).

    `session_key` is the SHA-256 of the key in the cookie, `session_data` is sealed. `begun_at` is
    when somebody signed in, `seen_at` the latest page; `device` a word such as "Chrome, Android".
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=60, blank=True)

    objects: ClassVar = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """Return the store that reads and writes these rows."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store
