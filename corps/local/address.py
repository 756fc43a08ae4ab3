"""Where the web listens: what BIND says, and whether the port is free."""

import errno
import os
import socket
from dataclasses import dataclass

from corps.local.errors import LocalError

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
LOOPBACK = {"127.0.0.1", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  (recognised, not chosen)


@dataclass(frozen=True)
class Address:
    """A host and a TCP port to listen on."""

    host: str
    port: int

    @property
    def bind(self) -> str:
        """The address as gunicorn takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def reached_at(self) -> str:
        """The host by which a browser on this machine reaches it."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    @property
    def url(self) -> str:
        """The address to type into a browser on this machine: by name where it has one, since
        browsers keep passkeys for names only."""
        host = "localhost" if self.reached_at in LOOPBACK else self.reached_at
        return f"http://{Address(host, self.port).bind}"

    @property
    def allowed_hosts(self) -> str:
        """The Host headers to answer to, comma-separated."""
        names = {self.reached_at, "localhost", "127.0.0.1", "[::1]"}
        if ":" in self.host:
            names = (names - {self.host}) | {f"[{self.host}]"}
        if self.host in EVERYWHERE:
            names |= {socket.gethostname(), socket.getfqdn()}
        return ",".join(sorted(names))

    def demand_free(self) -> None:
        """Raise LocalError when the address cannot be listened on."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
                probe.listen(1)
            except OSError as error:
                raise LocalError(self._why_not(error)) from error

    def _why_not(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return (
                f"Port {self.port} on {self.host} is taken by another program: stop that one, or "
                f"choose another port, for example BIND={self.host}:{self.port + 1} make run."
            )
        return (
            f"Corps cannot listen on {self.bind} ({error.strerror}): choose another address, for "
            f"example BIND={DEFAULT_HOST}:{DEFAULT_PORT} make run."
        )


def chosen_address() -> Address:
    """Return what BIND says: `host:port`, `host`, `:port` or `port`. Raises LocalError."""
    named = os.environ.get("BIND", "").strip()
    if named.isdigit():
        named = f":{named}"
    host, colon, port = named.rpartition(":") if not named.endswith("]") else (named, "", "")
    if not colon:
        host, port = host or port, ""
    number = int(port) if port.isdecimal() else 0 if port else DEFAULT_PORT
    if not 0 < number < 65536:
        raise LocalError(
            f"BIND={named} is not an address to listen on: write it like "
            f"{DEFAULT_HOST}:{DEFAULT_PORT}."
        )
    return Address(host.strip("[]") or DEFAULT_HOST, number)
