"""A mail server on loopback that does what a test wants of it."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@dataclass
class Post:
    """What the server took, and what it answers; `arrived` is set when something is there.

    `halt` names a command at which the server answers no more ("MAIL", "DATA"), `hang_up` one at
    which it cuts the connection.
    """

    mail: str = "250 OK"
    content: str = "250 OK"
    recipients: dict[str, str] = field(default_factory=dict)
    halt: str = ""
    hang_up: str = ""
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    port: int = 0

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer to a sender."""
        await self._stop_at("MAIL", server)
        self.options += options
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer to a recipient."""
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message, or not."""
        if self.content.startswith("250"):
            self.taken.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        await self._stop_at("DATA", server)
        return self.content

    async def _stop_at(self, command: str, server: Any) -> None:
        if command in {self.halt, self.hang_up}:
            self.arrived.set()
        if command == self.hang_up:
            server.transport.abort()
        if command == self.halt:
            await asyncio.sleep(3600)


class _Loopback(Controller):
    """A controller whose port is chosen by the system."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def serving(post: Post, **options: Any) -> Iterator[Post]:
    """Let a server answer on a free port of loopback as `post` says."""
    controller = _Loopback(post, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        post.port = controller.port
        yield post
    finally:
        controller.stop(no_assert=True)


@contextmanager
def serving_tls(post: Post, folder: Path, password: str = "") -> Iterator[Post]:
    """The same with STARTTLS, which it demands, and signing in where a password is given."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(folder), folder / "key.pem")
    more: dict[str, Any] = {"tls_context": context, "require_starttls": True}
    if password:
        more |= {"authenticator": _asking_for(password), "auth_required": True}
    with serving(post, **more) as running:
        yield running


def _asking_for(password: str) -> Callable[..., AuthResult]:
    def check(server: Any, session: Any, envelope: Any, way: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == password.encode(), handled=False)

    return check


def certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1, signed by itself, and its key; return the former."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return folder / "cert.pem"
