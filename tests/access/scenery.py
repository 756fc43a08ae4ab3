"""Two desks with the same things on each, and everybody who might ask for them.

`things["seoul"]` and `things["elsewhere"]` hold one object of each kind; `members` the cast: who
they are is said here in words of the table of routes, so that what they may do is worked out from
that table and not from the code that it describes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from corps.accounts.models import TwoPersonAct, User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from deployments.agencies.rules import SCOPES
from deployments.liaison.models import (
    CaseUserObjectPermission,
)
from deployments.materials.models import MaterialUserObjectPermission
from deployments.models import DeploymentUserObjectPermission
from tests.access.things import Thing, things_of
from tests.admin.doors import BACKEND
from tests.api.calls import ask_token, issue
from tests.cast import (
    a_desk,
    a_user,
    an_agency,
)
from volunteers.models import (
    VolunteerUserObjectPermission,
)

SCOPES_READ = sorted(SCOPES)


@dataclass(slots=True)
class Member:
    """One of the cast. Without a user nobody, or a program with an access token.

    `shared` and `glass` name the desks of which something is shared with them, or open to them by
    break-glass. `alive` is whether the account may sign in, `proved` whether the session has proved
    a second factor. `cookies` are what the browser began with.
    """

    name: str
    user: User | None = None
    roles: frozenset[Role] = frozenset()
    desks: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    glass: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    alive: bool = True
    proved: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str = ""
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def signed_in(self) -> bool:
        """Whether there is a person behind the request."""
        return self.user is not None and self.alive

    @property
    def is_staff(self) -> bool:
        """Whether that person works in the admin, and has shown the second factor."""
        return self.signed_in and self.user is not None and self.user.is_staff and self.proved

    @property
    def is_volunteer(self) -> bool:
        """Whether that person is a volunteer."""
        return self.signed_in and self.user is not None and not self.user.is_staff


@dataclass(slots=True)
class Scene:
    """What there is, and who asks."""

    things: Mapping[str, Mapping[str, Thing]]
    members: list[Member]
    newest: int


def a_scene() -> Scene:
    """Two desks with everything on them, and the whole cast signed in."""
    things = {slug: things_of(slug) for slug in ("seoul", "elsewhere")}
    members = [*people(things), *programs(things)]
    for member in members:
        if member.user is not None:
            member.browser.force_login(member.user, backend=BACKEND)
            _let_the_passkey_be_old(member)
    unproved, closed = _unproved(), _closed()
    members += [unproved, closed]
    for member in members:
        jar = member.browser.cookies.values()
        member.cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in jar)
    newest = Entry.objects.order_by("-number").first()
    assert newest is not None
    return Scene(things, members, newest.number)


def _let_the_passkey_be_old(member: Member) -> None:
    """Say that a member's passkey, where there is one, was added long ago and used just now."""
    passkeys = Authenticator.objects.filter(user=member.user, type="webauthn")
    for passkey in passkeys:
        passkeys.update(created_at=timezone.now() - timedelta(days=30))
        session = member.browser.session
        session[RECORDS] = [{**one, "id": passkey.pk} for one in session[RECORDS]]
        session.save()


# -- people


def people(things: Mapping[str, Mapping[str, Thing]]) -> list[Member]:
    """Nobody, volunteers, and staff of the Seoul desk, of another, and of none with a share."""
    seoul = {
        "coordinator": Role.COORDINATOR,
        "vetting officer": Role.VETTING,
        "liaison": Role.LIAISON,
        "editor": Role.EDITOR,
        "approver": Role.APPROVER,
        "auditor": Role.AUDITOR,
        "administrator": Role.ADMINISTRATOR,
    }
    found = [Member("nobody")]
    found += [_volunteer(slug, things) for slug in ("seoul", "elsewhere")]
    found += [_of_staff(name, role, "seoul") for name, role in seoul.items()]
    found += [
        _of_staff("another desk's coordinator", Role.COORDINATOR, "elsewhere"),
        _of_staff("another desk's approver", Role.APPROVER, "elsewhere"),
        _guest(things["seoul"]),
        _under_glass(),
    ]
    return found


def _volunteer(slug: str, things: Mapping[str, Mapping[str, Thing]]) -> Member:
    user = User.objects.get(pk=things[slug]["volunteers.volunteer"].owner)
    return Member(f"the volunteer of {slug}", user)


def _of_staff(name: str, role: Role, slug: str) -> Member:
    """Somebody of a desk, and of a second one on which nothing stands; the liaison officer wrote
    the desk's letter: some pages are its author's alone."""
    username = f"{name} of {slug}".replace(" ", "-").replace("'", "")
    author = User.objects.filter(username=username).first()
    user = author or a_user(username, role, desk=a_desk(slug))
    a_desk("spare", user)
    return Member(name, user, frozenset({role}), frozenset({slug, "spare"}))


def _guest(things: Mapping[str, Thing]) -> Member:
    """A liaison officer of a third desk with whom a volunteer, a deployment, a material and a case
    of Seoul's are shared."""
    user = a_user("guest", Role.LIAISON, desk=a_desk("third"))
    until = timezone.now() + timedelta(days=3)
    for model, app, label in (
        (VolunteerUserObjectPermission, "volunteers", "volunteer"),
        (DeploymentUserObjectPermission, "deployments", "deployment"),
        (MaterialUserObjectPermission, "materials", "material"),
        (CaseUserObjectPermission, "liaison", "case"),
    ):
        model.objects.create(
            user=user,
            permission=Permission.objects.get(
                content_type__app_label=app, codename=f"view_{label}"
            ),
            content_object_id=things[f"{app}.{label}"].pk,
            until=until,
        )
    desks = frozenset({"third"})
    return Member("guest", user, frozenset({Role.LIAISON}), desks, frozenset({"seoul"}))


def _under_glass() -> Member:
    """An administrator to whom break-glass has opened the Seoul desk."""
    user = a_user("glass", Role.ADMINISTRATOR)
    now = timezone.now()
    TwoPersonAct.objects.create(
        kind="break glass",
        desk=a_desk("seoul"),
        reason="nobody of the desk can be reached",
        state="granted",
        state_since=now,
        asked_by=user,
        asked_at=now,
        decided_by=a_user("second"),
        decided_at=now,
        until=now + timedelta(minutes=50),
    )
    roles = frozenset({Role.ADMINISTRATOR})
    return Member("under glass", user, roles, glass=frozenset({"seoul"}))


def _unproved() -> Member:
    """A coordinator whose password was right, and who has shown no second factor."""
    user = a_user("unproved", Role.COORDINATOR, desk=a_desk("seoul"))
    made = Member("without a second factor", user, frozenset({Role.COORDINATOR}), proved=False)
    made.browser.force_login(user, backend=BACKEND)
    session = made.browser.session
    del session[RECORDS]
    session.save()
    return made


def _closed() -> Member:
    """A coordinator who was signed in when the account was closed."""
    user = a_user("closed", Role.COORDINATOR, desk=a_desk("seoul"))
    made = Member("closed", user, frozenset({Role.COORDINATOR}), frozenset({"seoul"}), alive=False)
    made.browser.force_login(user, backend=BACKEND)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return made


def programs(things: Mapping[str, Mapping[str, Thing]]) -> list[Member]:
    """The programs of two agencies, and one whose token carries no scope."""
    return [
        _program("an agency", "agency-seoul", SCOPES_READ),
        _program("another agency", "agency-elsewhere", SCOPES_READ),
        _program("an agency without the scope", "agency-seoul", []),
    ]


def _program(name: str, agency: str, scopes: list[str]) -> Member:
    issued = issue(an_agency(agency), at=timezone.now(), scopes=scopes)
    token = ask_token(issued).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    shared = frozenset({agency.removeprefix("agency-")})
    return Member(name, scopes=frozenset(scopes), shared=shared, headers=headers)
