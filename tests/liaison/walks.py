"""Random steps through cases, letters, permits and deliveries: who, which act, about what; and what
must hold after each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from corps.accounts.models import User
from corps.accounts.roles import Role
from corps.audit.models import Entry
from corps.errors import Refusal
from corps.workflow.tables import StateTable
from deployments.liaison.actions import cases, letters, notes, permits, replies
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case, Letter, Permit
from deployments.liaison.queries.cases import cases_visible_to, day_in_seoul
from deployments.liaison.rules.permits import PermitAnswer
from deployments.liaison.states import CASE, LETTER, PERMIT, WITH_AN_AGENCY
from deployments.materials import actions as materials
from deployments.materials.models import Delivery, MaterialVersion
from deployments.materials.states import DELIVERY
from deployments.models import Deployment
from tests.cast import NOW, a_desk, a_user, an_agency
from tests.liaison.permit_scene import a_scene
from tests.materials.scene import a_version

TABLES: dict[str, tuple[type[Any], StateTable]] = {
    "liaison.case": (Case, CASE),
    "liaison.letter": (Letter, LETTER),
    "liaison.permit": (Permit, PERMIT),
    "materials.delivery": (Delivery, DELIVERY),
}
MOVES = {label: {m.verb: m for m in table.moves.values()} for label, (_m, table) in TABLES.items()}
WHO = ("liaison", "second", "approver", "other approver", "coordinator", "stranger", "auditor")
WRITERS = {"liaison", "second"}
APPROVERS = {"approver", "other approver"}


@dataclass(slots=True)
class World:
    """What is there before the first step, and the clock."""

    people: dict[str, User]
    deployment: Deployment
    version: MaterialVersion
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
    the cast of Seoul's desk with two who are not of it."""
    scene = a_scene("passport-use", "insurance")
    scene.person(consents=False)
    scene.person(consents=False)
    desk = a_desk()
    people = {
        "liaison": scene.officer,
        "second": a_user("second-officer", Role.LIAISON, desk=desk),
        "approver": a_user("approver", Role.APPROVER, desk=desk),
        "other approver": a_user("other-approver", Role.APPROVER, desk=desk),
        "editor": a_user("editor", Role.EDITOR, desk=desk),
        "coordinator": scene.coordinator,
        "stranger": a_user("stranger", Role.LIAISON, desk=a_desk("elsewhere")),
        "auditor": a_user("auditor", Role.AUDITOR),
    }
    return World(people, scene.deployment, a_version(people, "approved"))


class Nothing(Exception):
    """There is nothing yet that the act could be about."""


def one(rows: Iterable[Any], pick: int) -> Any:
    """Return one of the rows. Raises Nothing."""
    found = list(rows)
    if not found:
        raise Nothing
    return found[pick % len(found)]


def newest() -> int:
    """The number of the newest entry."""
    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def states_now() -> dict[str, str]:
    """The state of every object that has a table."""
    return {
        f"{label}:{pk}": state
        for label, (model, _table) in TABLES.items()
        for pk, state in model._default_manager.values_list("pk", "state")
    }


Act = Callable[[World, User, int], Any]


def open_case(world: World, by: User, pick: int) -> None:
    """Open a case, about the deployment or about nothing."""
    due = [None, world.today, world.today + timedelta(days=3)][pick % 3]
    cases.open_case(
        by=by,
        at=world.at,
        desk=a_desk(),
        kind="permits",
        subject="x",
        agency=an_agency(["embassy", "ministry"][pick % 2]),
        due=due,
        deployment=world.deployment if pick % 4 else None,
    )


def refer(world: World, by: User, pick: int) -> None:
    """Refer a case to one of three agencies."""
    agency = an_agency(["embassy", "ministry", "unification"][pick % 3])
    due = world.today + timedelta(days=pick % 4)
    case = a_case(pick)
    cases.refer_case(case=case, to_agency=agency, by=by, at=world.at, on=world.today, due=due)


def reply(world: World, by: User, pick: int) -> None:
    """Enter an answer, about some of the permits of the case."""
    case = a_case(pick)
    applied = Permit.objects.filter(case=case, state="applied").order_by("pk")
    said = {permit: PermitAnswer(granted=bool(pick % 3)) for permit in applied[: pick % 4]}
    outcome = ["granted", "refused", "no_comment", "information", "partly"][pick % 5]
    replies.record_reply(
        case=case,
        by=by,
        at=world.at,
        agency=case.agency,
        outcome=outcome,
        came_on=world.today,
        permits=said,
    )


def change(world: World, by: User, pick: int) -> None:
    """Set another due day, or none."""
    case, due = a_case(pick), [None, world.today][pick % 2]
    cases.change_case(
        case=case, by=by, at=world.at, subject=case.subject, owner=case.owner, due=due
    )


def begin(world: World, by: User, pick: int) -> None:
    """Begin a letter."""
    kind = ["permit_request", "information", "reminder"][pick % 3]
    letters.begin_letter(case=a_case(pick), kind=kind, language="en", by=by, at=world.at)


def save(world: World, by: User, pick: int) -> None:
    """Write a new version of a letter."""
    letter = a_letter(pick)
    letters.save_draft(letter=letter, subject="x", body=f"Text {pick}.", by=by, at=world.at)


def approve(world: World, by: User, pick: int) -> None:
    """Approve the latest version of a letter."""
    letter = a_letter(pick)
    number = letter.versions.count()
    letters.approve_letter(letter=letter, version=number, by=by, at=world.at)


def receive(world: World, by: User, pick: int) -> None:
    """Enter the receipt of a letter."""
    letters.record_letter_receipt(
        letter=a_letter(pick), received_by="desk", on=world.today, by=by, at=world.at
    )


def take_permits(world: World, by: User, pick: int) -> None:
    """Put some permits into a case."""
    chosen = Permit.objects.order_by("pk")[: 1 + pick % 4]
    put_into_case(case=a_case(pick), permits=chosen, by=by, at=world.at)


def prepare(world: World, by: User, pick: int) -> None:
    """Prepare a delivery of the leaflet."""
    materials.prepare_delivery(
        version=world.version, agency=an_agency(), medium="printed", made=9, by=by, at=world.at
    )


def acknowledge_delivery(world: World, by: User, pick: int) -> None:
    """Enter the receipt of a delivery."""
    materials.acknowledge_delivery(
        delivery=a_delivery(pick),
        count=1 + pick % 9,
        receipt_by="desk",
        receipt_at=world.at,
        by=by,
        at=world.at,
    )


def clock(world: World, by: User, pick: int) -> None:
    """Let days pass, and the clock do its work; whoever is asked."""
    world.at += timedelta(days=pick % 5)
    notes.flag_overdue(at=world.at)
    permits.lapse_permits(at=world.at)


def a_case(pick: int) -> Case:
    """One of the cases."""
    found: Case = one(Case.objects.order_by("year", "number"), pick)
    return found


def a_letter(pick: int) -> Letter:
    """One of the letters."""
    found: Letter = one(Letter.objects.order_by("case__year", "case__number", "number"), pick)
    return found


def a_delivery(pick: int) -> Delivery:
    """One of the deliveries."""
    found: Delivery = one(Delivery.objects.order_by("prepared_at", "pk"), pick)
    return found


def of_case(action: Any, **more: Any) -> Act:
    """Return the act of an action about a case."""
    return lambda world, by, pick: action(case=a_case(pick), by=by, at=world.at, **more)


def of_letter(action: Any, **more: Any) -> Act:
    """Return the act of an action about a letter."""
    return lambda world, by, pick: action(letter=a_letter(pick), by=by, at=world.at, **more)


def of_delivery(action: Any, **more: Any) -> Act:
    """Return the act of an action about a delivery."""
    return lambda world, by, pick: action(delivery=a_delivery(pick), by=by, at=world.at, **more)


ACTS: dict[str, tuple[Act, set[str]]] = {
    "open": (open_case, WRITERS),
    "change": (change, WRITERS),
    "note": (of_case(notes.add_note, text="x"), WRITERS),
    "acknowledge": (of_case(cases.acknowledge_case), WRITERS),
    "refer": (refer, WRITERS),
    "reply": (reply, WRITERS),
    "close": (of_case(cases.close_case, reason="done"), WRITERS),
    "begin": (begin, WRITERS),
    "save": (save, WRITERS),
    "submit": (of_letter(letters.submit_letter), WRITERS),
    "return": (of_letter(letters.return_letter, reason="shorter"), APPROVERS),
    "approve": (approve, APPROVERS),
    "send": (of_letter(letters.send_letter, through="post"), WRITERS),
    "receive": (receive, WRITERS),
    "bounce": (of_letter(letters.bounce_letter), WRITERS),
    "discard": (of_letter(letters.discard_letter, reason="not needed"), WRITERS),
    "permits": (take_permits, WRITERS),
    "prepare": (prepare, WRITERS),
    "hand over": (of_delivery(materials.hand_over, count=5), WRITERS),
    "deliver": (acknowledge_delivery, WRITERS),
    "fail": (of_delivery(materials.fail_delivery, reason="lost"), WRITERS),
    "clock": (clock, set(WHO)),
}
"""Each act, and who of the cast may ever do it."""


def step(world: World, who: str, act: str, pick: int) -> bool:
    """Take one step, and check what it left; whether it was done."""
    run, may = ACTS[act]
    done = False
    try:
        with transaction.atomic():
            run(world, world.people[who], pick)
        done = True
    except (Refusal, Nothing):
        pass
    assert not done or who in may, f"{who} may not {act}"
    check(world, done=done)
    return done


def check(world: World, *, done: bool) -> None:
    """Check that every change of a state is a chain of moves of its table with one entry each, that
    a refused step left nothing, and that no object stands in an illegal state."""
    now = states_now()
    entries = list(Entry.objects.filter(number__gt=world.number).order_by("number"))
    if not done:
        assert (now, entries) == (world.states, []), "a refused step leaves nothing"
    for reference, state in now.items():
        label = reference.partition(":")[0]
        begun = world.states.get(reference, TABLES[label][1].initial)
        for entry in (e for e in entries if e.about[0] == reference and e.verb in MOVES[label]):
            move = MOVES[label][entry.verb]
            assert entry.facts["from"] == begun
            assert begun in move.sources
            begun = move.target
            assert entry.facts["to"] == begun
        assert begun == state, f"{reference}: an entry for every move"
    world.number, world.states = newest(), now
    check_cases()


def check_cases() -> None:
    """Check what holds between a case and what belongs to it."""
    for case in Case.objects.all():
        in_review = case.letters.filter(state__in=("submitted", "approved")).exists()
        assert case.state != "in_review" or in_review
        assert (case.holder_id is not None) == (case.state in WITH_AN_AGENCY)
        assert case.overdue_since is None or case.state in WITH_AN_AGENCY
        if case.state == "closed":
            assert not in_review
            assert not case.permits.filter(state="applied").exists()
    for year in (2026, 2027):
        given = Case.objects.filter(year=year).order_by("number")
        numbers = list(given.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))


def hidden(world: World) -> bool:
    """Whether no case is seen by those who are not of the desk."""
    outsiders = (world.people[who] for who in ("stranger", "auditor"))
    return not any(cases_visible_to(who).exists() for who in outsiders)
