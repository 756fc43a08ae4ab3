"""What a state table is: plain data that says what may follow what, and who owns each state."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class State:
    """One state: its name for people, and who must act next (`""` when it is final)."""

    label: Text
    owner: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing is expected to follow."""
        return not self.owner


@dataclass(frozen=True, slots=True)
class Move:
    """One move: from any of `sources` to `target`, recorded in the ledger under `verb`.

    `reason` says that a person must give one.
    """

    sources: tuple[str, ...]
    target: str
    verb: str
    label: Text
    reason: bool = False


@dataclass(frozen=True, slots=True)
class StateTable:
    """All states and moves of one kind of object; `field` is the column that holds the state."""

    name: str
    label: Text
    states: Mapping[str, State]
    initial: str
    moves: Mapping[str, Move]
    field: str = "state"

    def choices(self) -> list[tuple[str, Text]]:
        """Return the states as choices of a model field."""
        return [(name, state.label) for name, state in self.states.items()]

    def moves_from(self, state: str) -> list[str]:
        """Return the names of the moves that may leave `state`, in the table's order."""
        return [name for name, move in self.moves.items() if state in move.sources]

    def diagram(self) -> str:
        """Return the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for name, move in self.moves.items():
            lines += [f"    {source} --> {move.target}: {name}" for source in move.sources]
        lines += [f"    {name} --> [*]" for name, state in self.states.items() if state.final]
        return "\n".join(lines)
