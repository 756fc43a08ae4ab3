"""One bit at a time flipped in what the ledger keeps, and put back."""

from dataclasses import dataclass
from random import Random

from django.db import DatabaseError, connection, transaction

from corps.audit.heads import public_key
from corps.audit.verifying import Wrong, verify_ledger


@dataclass(frozen=True)
class Cell:
    """One value of the ledger, as text; `number` is that of the row's entry or seal."""

    table: str
    column: str
    kind: str
    row: str
    number: int
    text: str


def flip_and_miss(columns: list[list[Cell]], chance: Random, trials: int) -> list[Cell]:
    """Flip so many bits, one at a time, each put back before the next; return what went unseen."""
    missed: list[Cell] = []
    while trials:
        cell = chance.choice(chance.choice(columns))
        flipped = _flipped(cell.text, chance)
        if flipped is None:
            continue
        with transaction.atomic():
            if _put(cell, flipped):
                trials -= 1
                missed += [] if _seen(cell) else [cell]
            transaction.set_rollback(True)
    return missed


def drawn_from() -> list[list[Cell]]:
    """The cells of every column, from which one is drawn for each trial."""
    return [cells for one in _columns() for cells in [_cells(*one)] * _weight(one[0])]


def _columns() -> list[tuple[str, str, str]]:
    """Every column of the ledger: its table, its name, its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute AS a"
            " JOIN pg_class AS c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'ledger'::regnamespace AND c.relkind = 'r'"
            " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, a.attnum"
        )
        return cursor.fetchall()


def _cells(table: str, column: str, kind: str) -> list[Cell]:
    key = {"ledger_leaf": "entry"}.get(table, "number")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, {key}, {column}::text FROM {table} ORDER BY 2")
        return [Cell(table, column, kind, *row) for row in cursor.fetchall()]


def _weight(table: str) -> int:
    """Most trials fall on entries."""
    return 3 if table == "ledger_entry" else 1


def _flipped(text: str, chance: Random) -> str | None:
    """Return the text with one bit flipped; None where it is empty, or no text afterwards."""
    given = bytearray(text.encode())
    if not given:
        return None
    given[chance.randrange(len(given))] ^= 1 << chance.randrange(8)
    try:
        return given.decode()
    except UnicodeDecodeError:
        return None


def _put(cell: Cell, text: str) -> bool:
    """Put another value into a cell; return whether the database can hold it, and sees that it is
    another."""
    value = f"%s::{cell.kind}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {cell.table} SET {cell.column} = {value}"
                f" WHERE ctid = %s::tid AND {cell.column}::text <> {value}::text",
                [text, cell.row, text],
            )
            return bool(cursor.rowcount)
    except (DatabaseError, ValueError):
        return False


def _seen(cell: Cell) -> bool:
    """Whether the verification finds something wrong, and names the entry that is."""
    try:
        verify_ledger(public_key=public_key())
    except Wrong as wrong:
        if cell.table == "ledger_entry":
            return wrong.entry == cell.number
        named = wrong.entry is not None or wrong.seal is not None
        return named or "tree" in wrong.why
    return False
