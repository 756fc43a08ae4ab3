"""The steps of random walks through cases, letters, permits and deliveries: who does which act."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from corps.accounts.models import User
from corps.errors import Refusal
from deployments.liaison.actions import cases, disclosures, letters, notes, permits, replies
from deployments.liaison.actions.permit_cases import put_into_case
from deployments.liaison.models import Case, Letter, Permit
from deployments.liaison.rules.permits import PermitAnswer
from deployments.materials import actions as materials
from deployments.materials.models import Delivery
from tests.cast import a_desk, an_agency
from tests.liaison.walks import World, check
from volunteers.actions.consents import give_consent, withdraw_consent
from volunteers.queries.consents import term_in_force

WHO = (
    "liaison",
    "second",
    "approver",
    "other approver",
    "coordinator",
    "stranger",
    "auditor",
    "volunteer",
)
WRITERS = {"liaison", "second"}
APPROVERS = {"approver", "other approver"}
SPEAKERS = {"volunteer", "coordinator"}


class Nothing(Exception):
    """There is nothing yet that the act could be about."""


def one(rows: Iterable[Any], pick: int) -> Any:
    """Return one of the rows. Raises Nothing."""
    found = list(rows)
    if not found:
        raise Nothing
    return found[pick % len(found)]


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
        deployments=[world.deployment] if pick % 4 else [],
        volunteers=world.volunteers if pick % 4 else (),
    )


def refer(world: World, by: User, pick: int) -> None:
    """Refer a case to one of three agencies."""
    agency = an_agency(["embassy", "ministry", "unification"][pick % 3])
    due = world.today + timedelta(days=pick % 4)
    case = a_case(pick)
    cases.refer_case(case=case, to_agency=agency, by=by, at=world.at, on=world.today, due=due)


def reply(world: World, by: User, pick: int) -> None:
    """Enter an answer, often the holder's, and what it says of some of the permits of the case."""
    case = a_case(pick)
    applied = Permit.objects.filter(case=case, state="applied").order_by("pk")
    outcome = ["granted", "refused", "no_comment", "information", "partly"][pick % 5]
    replies.record_reply(
        case=case,
        by=by,
        at=world.at,
        agency=(case.holder if pick % 3 else None) or case.agency,
        outcome=outcome,
        came_on=world.today,
    )
    until = world.today + timedelta(days=pick % 7)
    said = PermitAnswer(granted=(False, True, None)[pick % 3], until=until)
    answers = dict.fromkeys(applied[: pick % 4], said)
    permits.answer_permits(case=case, answers=answers, by=by, at=world.at)


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


def plan(world: World, by: User, pick: int) -> None:
    """Let a letter tell a part of somebody's identity."""
    volunteer, letter = one(world.volunteers, pick), a_letter(pick)
    told: dict[str, Any] = {"fields": ("name",), "purpose": "permits"}
    disclosures.plan_disclosure(letter=letter, volunteer=volunteer, by=by, at=world.at, **told)


def drop(world: World, by: User, pick: int) -> None:
    """Let a letter tell nothing of somebody any more."""
    volunteer, letter = one(world.volunteers, pick), a_letter(pick)
    disclosures.drop_disclosure(letter=letter, volunteer=volunteer, by=by, at=world.at)


def consent(world: World, by: User, pick: int) -> None:
    """Consent to being told of to authorities, by the volunteer or somebody for them."""
    term = term_in_force("permits")
    assert term is not None
    give_consent(volunteer=world.volunteers[0], term=term, by=by, at=world.at)


def withdraw(world: World, by: User, pick: int) -> None:
    """Withdraw that consent."""
    withdraw_consent(volunteer=world.volunteers[0], purpose="permits", by=by, at=world.at)


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
    "plan": (plan, WRITERS),
    "drop": (drop, WRITERS),
    "consent": (consent, SPEAKERS),
    "withdraw": (withdraw, SPEAKERS),
    "permits": (take_permits, WRITERS),
    "prepare": (prepare, WRITERS),
    "hand over": (of_delivery(materials.hand_over, count=5), WRITERS),
    "deliver": (acknowledge_delivery, WRITERS),
    "fail": (of_delivery(materials.fail_delivery, reason="lost"), WRITERS),
    "clock": (clock, set(WHO)),
}
"""Each act, and who of the cast may ever do it."""


NEXT = {
    "draft": ("submit", "plan", "submit", "drop"),
    "submitted": ("approve", "approve", "return"),
    "returned": ("save",),
    "approved": ("send", "send", "discard"),
    "sent": ("receive", "bounce", "acknowledge", "refer", "reply"),
    "acknowledged": ("refer", "reply", "close"),
    "bounced": ("send",),
}
"""What may follow in each state of a letter: by such steps walks get from a draft to an answer."""


HANDING = {"prepared": "hand over", "handed_over": "deliver"}
"""What follows in each state of a delivery that is not over."""


def next_act(pick: int) -> str:
    """Return an act that one of the letters waits for, now and then one of the deliveries; where
    there is none, that of beginning one, or of opening a case."""
    if not Case.objects.exists():
        return "open"
    if pick % 5 == 4:
        handed = list(
            Delivery.objects.order_by("prepared_at", "pk").values_list("state", flat=True)
        )
        return HANDING.get(handed[pick % len(handed)], "prepare") if handed else "prepare"
    letters_begun = Letter.objects.order_by("case__year", "case__number", "number")
    states = list(letters_begun.values_list("state", flat=True))
    acts = NEXT.get(states[pick % len(states)], ("begin",)) if states else ("begin",)
    return acts[pick // 7 % len(acts)]


def step(world: World, who: str, act: str, pick: int) -> bool:
    """Take one step, and check what it left; whether it was done. Nothing here undoes what a
    refused step leaves: that is the action's own matter."""
    run, may = ACTS[act]
    done = False
    try:
        run(world, world.people[who], pick)
        done = True
    except (Refusal, Nothing):
        pass
    assert not done or who in may, f"{who} may not {act}"
    check(world, done=done)
    return done
