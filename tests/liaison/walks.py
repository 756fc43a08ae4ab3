"""The world through which random steps lead, and what must hold in it after each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.workflow.tables import StateTable
from deployments.liaison.models import Case, Disclosure, Letter, Permit
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.queries.disclosures import disclosures_visible_to
from deployments.liaison.queries.letters import letters_visible_to
from deployments.liaison.queries.permits import permits_visible_to
from deployments.liaison.queries.replies import replies_visible_to
from deployments.liaison.states import CASE, LETTER, PERMIT, WITH_AN_AGENCY
from deployments.materials.models import Delivery, MaterialVersion
from deployments.materials.queries import deliveries_visible_to
from deployments.materials.states import DELIVERY
from deployments.models import Deployment
from tests.cast import NOW, a_desk, a_user
from tests.liaison.permit_scene import a_scene
from tests.materials.scene import a_version
from volunteers.models import Volunteer

TABLES: dict[str, tuple[type[Any], StateTable]] = {
    "liaison.case": (Case, CASE),
    "liaison.letter": (Letter, LETTER),
    "liaison.permit": (Permit, PERMIT),
    "materials.delivery": (Delivery, DELIVERY),
}
MOVES = {label: {m.verb: m for m in table.moves.values()} for label, (_m, table) in TABLES.items()}
IN_REVIEW = ("submitted", "approved")
SIGHTS = (
    cases_visible_to,
    letters_visible_to,
    replies_visible_to,
    permits_visible_to,
    deliveries_visible_to,
    disclosures_visible_to,
)
OUTSIDERS = ("stranger", "auditor", "volunteer")
STATES = " UNION ALL ".join(
    f"SELECT '{label}:' || id, state FROM {model._meta.db_table}"
    for label, (model, _table) in TABLES.items()
)


@dataclass(slots=True)
class World:
    """What is there before the first step, and the clock."""

    people: dict[str, User]
    deployment: Deployment
    version: MaterialVersion
    volunteers: list[Volunteer]
    at: datetime = NOW
    number: int = 0
    states: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in Seoul."""
        return day_in_seoul(self.at)

    def begin(self) -> None:
        """Begin a walk."""
        self.at, self.number, self.states = NOW, newest(), states_now()


def a_world() -> World:
    """A deployment with two confirmed people who need two permits each, an approved leaflet, and
    the cast of Seoul's desk with three who are not of it."""
    scene = a_scene("passport-use", "insurance")
    volunteers = [scene.person().volunteer for _each in range(2)]
    desk, own = a_desk(), volunteers[0].user
    assert own is not None
    people = {
        "liaison": scene.officer,
        "second": a_user("second-officer", Role.LIAISON, desk=desk),
        "approver": a_user("approver", Role.APPROVER, desk=desk),
        "other approver": a_user("other-approver", Role.APPROVER, desk=desk),
        "editor": a_user("editor", Role.EDITOR, desk=desk),
        "coordinator": scene.coordinator,
        "stranger": a_user("stranger", Role.LIAISON, desk=a_desk("elsewhere")),
        "auditor": a_user("auditor", Role.AUDITOR),
        "volunteer": own,
    }
    return World(people, scene.deployment, a_version(people, "approved"), volunteers)


def newest() -> int:
    """The number of the newest entry."""
    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def states_now() -> dict[str, str]:
    """The state of every object that has a table."""
    with connection.cursor() as cursor:
        cursor.execute(STATES)
        return dict(cursor.fetchall())


def check(world: World, *, done: bool) -> None:
    """Check that every change of a state is a chain of moves of its table with one entry each, that
    a refused step left nothing, and that no object stands in an illegal state."""
    now = states_now()
    entries = list(Entry.objects.filter(number__gt=world.number).order_by("number"))
    if not done:
        assert (now, entries) == (world.states, []), "a refused step leaves nothing"
        return
    for thing, state in now.items():
        check_moves(thing, world.states.get(thing), state, entries)
    check_cases()
    check_letters(entries)
    if now.keys() != world.states.keys():
        check_hidden(world)
    world.number, world.states = entries[-1].number if entries else world.number, now


def check_moves(thing: str, before: str | None, state: str, entries: Iterable[Entry]) -> None:
    """Check that a thing came to its state by moves of its table, one entry each."""
    label = thing.partition(":")[0]
    begun = before or TABLES[label][1].initial
    for entry in (e for e in entries if e.about[0] == thing and e.verb in MOVES[label]):
        move = MOVES[label][entry.verb]
        assert (entry.facts["from"], begun in move.sources) == (begun, True)
        begun = move.target
        assert entry.facts["to"] == begun
    assert begun == state, f"{thing}: an entry for every move"


def check_cases() -> None:
    """Check what holds between a case and what belongs to it."""
    own = OuterRef("pk")
    numbers: dict[int, list[int]] = {}
    for case in Case.objects.order_by("number").annotate(
        in_review=Exists(Letter.objects.filter(case=own, state__in=IN_REVIEW)),
        applied=Exists(Permit.objects.filter(case=own, state="applied")),
    ):
        assert case.state != "in_review" or case.in_review
        assert (case.holder_id is not None) == (case.state in WITH_AN_AGENCY)
        assert case.overdue_since is None or case.state in WITH_AN_AGENCY
        assert case.state != "closed" or not (case.in_review or case.applied)
        numbers.setdefault(case.year, []).append(case.number)
    for given in numbers.values():
        assert given == list(range(1, len(given) + 1)), "no number is left out"


def check_letters(entries: Iterable[Entry]) -> None:
    """Check of each letter that was just approved that enough others have read what stands there,
    and of each that just went out that it tells of nobody who does not consent."""
    told = [entry for entry in entries if entry.verb in ("letter.approved", "letter.sent")]
    for entry in told:
        letter = Letter.objects.get(pk=entry.about[0].partition(":")[2])
        latest = letter.versions.order_by("-number")[0]
        approvers = set(latest.approvals.values_list("approver", flat=True))
        assert len(approvers) >= (2 if letter.discloses else 1)
        assert not approvers & set(letter.versions.values_list("written_by", flat=True))
        tells = Disclosure.objects.filter(letter=letter)
        assert letter.discloses == tells.exists()
        if entry.verb == "letter.sent":
            in_force = tells.filter(disclosed_at__isnull=False, consent__withdrawn_at=None)
            assert set(in_force) == set(tells)


def check_hidden(world: World) -> None:
    """Check that those who are not of the desk see nothing of any kind."""
    for who in OUTSIDERS:
        seen = [sight.__name__ for sight in SIGHTS if sight(world.people[who]).exists()]
        assert seen == [], f"{who} sees something"
