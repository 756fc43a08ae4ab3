"""`statemachines`: print each state table as a diagram, with owners and ledger verbs."""

from typing import Any

from django.core.management.base import BaseCommand

from corps.accounts.states import TWO_PERSON
from corps.outbox.states import MESSAGE
from corps.workflow.tables import Move, State, StateTable
from deployments.liaison.states import CASE, LETTER, PERMIT
from deployments.materials.states import DELIVERY, VERSION
from deployments.states import ASSIGNMENT, DEPLOYMENT
from volunteers.states import IMPORT, STANDING, VETTING

TABLES = (
    STANDING,
    VETTING,
    IMPORT,
    DEPLOYMENT,
    ASSIGNMENT,
    CASE,
    LETTER,
    PERMIT,
    VERSION,
    DELIVERY,
    MESSAGE,
    TWO_PERSON,
)


class Command(BaseCommand):
    """Print what may follow what: Markdown, each machine a Mermaid diagram and two tables."""

    help = "Print every state machine: a diagram, who owns each state, what each move records."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print all tables."""
        self.stdout.write("\n\n".join(page_of(table) for table in TABLES))


def page_of(table: StateTable) -> str:
    """Return one machine as Markdown: its diagram, its states with owners, its moves with verbs."""
    lines = [f"## {table.label}", "", "```mermaid", table.diagram(), "```", ""]
    lines += ["| State | Who acts next |", "|---|---|"]
    lines += [f"| {name} | {_owner(state)} |" for name, state in table.states.items()]
    lines += ["", "| Move | From | To | In the ledger | Reason asked |", "|---|---|---|---|---|"]
    lines += [_row(name, move) for name, move in table.moves.items()]
    return "\n".join(lines)


def _owner(state: State) -> str:
    return state.owner or "nobody, it is final"


def _row(name: str, move: Move) -> str:
    asked = "yes" if move.reason else "no"
    return f"| {name} | {', '.join(move.sources)} | {move.target} | {move.verb} | {asked} |"
