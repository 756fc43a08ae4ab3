"""Sessions in the database that nobody who holds the database can use or read.

A row is found by the SHA-256 of the key in the cookie, and its data is sealed for that row: what
is copied into another row, or altered, opens nothing. How long a session lasts is said in
`roles.SESSION_LIMITS`, whatever the cookie says.
"""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from corps.accounts.actions.sessions import note_broken_session, note_page
from corps.accounts.models import Session, User
from corps.accounts.roles import session_limits
from corps.vault.actions import seal_at_house, unseal_at_house
from corps.vault.sealing import Place, SealBroken

BEGUN = "_begun_at"
"""Where a session keeps when it began; its key may change, its end does not move."""

SEEN_EVERY = timedelta(minutes=1)
"""How often at most a page is written down as the latest."""


class SessionStore(SessionBase):
    """Keeps sessions in our own table. Its twins for asynchronous views are those of the base."""

    device = ""
    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table's model."""
        return Session

    @property
    def row_key(self) -> str:
        """The key of this session's row, "" before there is one."""
        return _row_key(self.session_key) if self.session_key else ""

    def load(self) -> dict[str, Any]:
        """Return what the session holds: nothing when it is unknown, over, or does not open."""
        found = Session.objects.filter(pk=self.row_key, expire_date__gt=timezone.now())
        self.row = found.first()
        if self.row is None:
            return self._unknown()
        try:
            return self._opened(self.row)
        except SealBroken:
            note_broken_session(row=self.row, at=timezone.now())
            return self._unknown()

    def exists(self, session_key: str) -> bool:
        """Return whether a cookie's key has a row."""
        return Session.objects.filter(pk=_row_key(session_key)).exists()

    def create(self) -> None:
        """Take a new key, and save an empty session under it at once."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the session. Raises UpdateError when it was ended meanwhile."""
        if self.session_key is None:
            self.create()
            return
        held = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        fields = self._fields(held)
        if not must_create:
            if not Session.objects.filter(pk=self.row_key).update(**fields):
                raise UpdateError
            return
        try:
            with transaction.atomic():
                Session.objects.create(pk=self.row_key, **fields)
        except IntegrityError:
            raise CreateError from None

    def delete(self, session_key: str | None = None) -> None:
        """Remove the row of a cookie's key, by default this session's."""
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=_row_key(key)).delete()

    def until(self, at: datetime) -> datetime:
        """Return until when the row of a session is kept that is used no more after `at`."""
        return at + timedelta(seconds=self.get_session_cookie_age())

    @classmethod
    def clear_expired(cls) -> None:
        """Remove what is over."""
        Session.objects.filter(expire_date__lt=timezone.now()).delete()

    def _fields(self, held: dict[str, Any]) -> dict[str, Any]:
        now, user = timezone.now(), held.get(USER)
        if user is not None:
            held.setdefault(BEGUN, now.isoformat())
        sealed = seal_at_house("sessions", _place(self.row_key), self.serializer().dumps(held))
        return {
            "session_data": base64.b64encode(sealed).decode(),
            "expire_date": self.until(now),
            "user_id": user,
            "begun_at": datetime.fromisoformat(held[BEGUN]) if user is not None else None,
            "seen_at": now if user is not None else None,
            "device": self.device if user is not None else "",
        }

    def _opened(self, row: Session) -> dict[str, Any]:
        try:
            sealed = base64.b64decode(row.session_data, validate=True)
        except (binascii.Error, ValueError):
            raise SealBroken from None
        plain = unseal_at_house("sessions", _place(row.pk), sealed)
        held: dict[str, Any] = self.serializer().loads(plain)
        return held

    def _unknown(self) -> dict[str, Any]:
        self._session_key, self.row = None, None
        return {}


class SessionLimitsMiddleware:
    """End a session that is over by the limits of its person's roles; write down its pages; leave
    nothing behind at a sign-out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; whose session is over asks as nobody."""
        session, now = cast("SessionStore", request.session), timezone.now()
        session.device = device_of(request.headers.get("User-Agent", ""))
        if isinstance(request.user, User):
            row = session.row
            if row is None or is_over(row, request.user, at=now):
                session.flush()
                request.user = AnonymousUser()
            elif not (_noted(row, session.device, at=now) or _asks_by_itself(request)):
                note_page(
                    row=row,
                    device=session.device,
                    until=session.get_expiry_date(expiry=0, modification=now),
                    at=now,
                )
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match is not None and match.view_name == "account_logout":
            leave_nothing(response)
        return response


def leave_nothing(response: HttpResponse) -> None:
    """Let the browser forget, at a sign-out, what it kept of our pages.

    Our own cookies are removed by name: told to clear "cookies", Chromium drops also those that say
    by themselves nothing of who signed in, the language and the one by which a stranger who guesses
    cannot lock this browser out (see guessing.py), even where the same answer sets them again.
    """
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        response.delete_cookie(name, samesite="Lax")


def is_over(row: Session, user: User, *, at: datetime) -> bool:
    """Return whether a session is over at the instant `at`, by the limits of `user`'s roles."""
    if row.begun_at is None or row.seen_at is None:
        return True
    limits = session_limits(user)
    return at - row.begun_at >= limits.whole or at - row.seen_at >= limits.idle


def device_of(user_agent: str) -> str:
    """Return a browser's coarse name, such as "Chrome, Android"; "" when nothing is known.

    What a browser says of itself in full would tell one person's device from another's.
    """
    names = [
        next((name for sign, name in table if sign in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, names))


BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What a browser says of itself, and what that is called; the first that fits counts."""


def _noted(row: Session, device: str, *, at: datetime) -> bool:
    """Whether a row says already that its session is in use, and where: a cookie that was carried
    to another browser shows at once."""
    lately = row.seen_at is not None and at - row.seen_at < SEEN_EVERY
    return lately and row.device == device


def _asks_by_itself(request: HttpRequest) -> bool:
    """Whether a page asked without its reader, as one that shows progress does: such a request
    keeps nobody signed in who has left the desk."""
    return request.headers.get("HX-Trigger") == "progress"


def _row_key(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()


def _place(row_key: str) -> Place:
    return Place("accounts_session", "session_data", row_key)
