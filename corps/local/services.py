"""Database and broker of one installation, embedded unless the environment names others."""

import os
from collections.abc import Mapping

from corps.local.postgres import APP, Postgres
from corps.local.processes import clear_left_over, stop
from corps.local.provision import provision
from corps.local.state import State, remove_sockets
from corps.local.stopping import StopRequest
from corps.local.valkey import Valkey

STOP_SECONDS = 1.2


class Services:
    """What web, worker and clock stand on.

    A lasting installation honours DATABASE_URL, BROKER_URL and CACHE_URL. A throw-away one never
    does, so that no test can touch a real database.
    """

    def __init__(self, state: State, *, throw_away: bool, durable: bool) -> None:
        self._outside: Mapping[str, str] = {} if throw_away else os.environ
        self._throw_away = throw_away
        self._state = state
        has_both = self._outside.get("BROKER_URL") and self._outside.get("CACHE_URL")
        self.postgres = (
            None if self._outside.get("DATABASE_URL") else Postgres(state, durable=durable)
        )
        self.valkey = None if has_both else Valkey(state)
        self._embedded = [
            service for service in (self.postgres, self.valkey) if service is not None
        ]

    def clear(self) -> None:
        """End what an earlier supervisor of this state folder left running."""
        clear_left_over(self._state.marker, [self._state.postgres, self._state.valkey])

    def start(self, request: StopRequest) -> None:
        """Start what is embedded and prepare its roles. Raises LocalError, StopRequested."""
        for service in self._embedded:
            service.start(request)
        if self.postgres is not None:
            provision(self.postgres, throw_away=self._throw_away)

    def restart_dead(self, request: StopRequest) -> list[str]:
        """Start again what has fallen, clearing first what its fall left; return the names.

        Raises LocalError, StopRequested.
        """
        fallen = [
            service for service in self._embedded if service.child and not service.child.alive
        ]
        for service in fallen:
            clear_left_over("", [service.folder])
            service.start(request)
        return [service.child.name for service in fallen if service.child]

    def stop(self) -> None:
        """Stop both and remove their sockets."""
        stop([service.child for service in self._embedded if service.child], within=STOP_SECONDS)
        for service in self._embedded:
            service.child = None
            remove_sockets(service.sockets)

    def addresses(self) -> dict[str, str]:
        """Return the variables by which the application, never the owner, finds its services."""
        found = {}
        if self.postgres is not None:
            found["DATABASE_URL"] = self.postgres.url(APP)
        if self.valkey is not None:
            found["BROKER_URL"] = self._outside.get("BROKER_URL") or self.valkey.broker_url
            found["CACHE_URL"] = self._outside.get("CACHE_URL") or self.valkey.cache_url
        return found
