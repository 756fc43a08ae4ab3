"""Sessions in the database that nobody who holds the database can use or read."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from corps.accounts.models import Session


class SessionStore(DatabaseStore):
    """Keeps sessions in our own table."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table's model."""
        return Session
