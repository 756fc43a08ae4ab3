"""What stands in every table of ours, and what an act has changed there."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

NOT_OURS = {"django_migrations", "django_content_type", "auth_permission"}
RANDOM = ("bytea", "uuid", "timestamp with time zone", "tstzrange", "bigint", "integer", "jsonb")
"""Types of columns whose values differ from one new row to the next: keys, nonces, numbers."""

Row = tuple[str, str]


@dataclass(frozen=True)
class Changes:
    """What an act did: columns of rows that were there, new rows without what is random in them,
    and rows that went away."""

    columns: frozenset[tuple[str, str, str, str]]
    added: Counter[tuple[str, tuple[str, ...]]]
    removed: frozenset[Row]

    @property
    def tables(self) -> set[str]:
        """The tables in which anything differs."""
        found = {table for table, *_rest in self.columns} | {table for table, _ in self.removed}
        return found | {table for table, _row in self.added}


def _tables() -> dict[str, dict[str, str]]:
    """Every table of ours with its columns and their types."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_schema || '.' || c.table_name, c.column_name, c.data_type"
            " FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name)"
            " WHERE c.table_schema IN ('public', 'ledger') AND t.table_type = 'BASE TABLE'"
            " AND has_table_privilege(quote_ident(c.table_schema) || '.'"
            " || quote_ident(c.table_name), 'SELECT')"
        )
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in cursor.fetchall():
            if table.partition(".")[2] not in NOT_OURS:
                found.setdefault(table, {})[column] = kind
    return found


def _keys(table: str) -> list[str]:
    """Return the columns of a table's primary key."""
    schema, _, name = table.partition(".")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum",
            [f'"{schema}"."{name}"'],
        )
        return [column for (column,) in cursor.fetchall()]


def snapshot(tables: dict[str, dict[str, str]]) -> dict[Row, dict[str, str]]:
    """Return every row of every table, its values as text."""
    rows: dict[Row, dict[str, str]] = {}
    for table, columns in tables.items():
        schema, _, name = table.partition(".")
        listed = ", ".join(f'"{column}"::text' for column in columns)
        keys = _keys(table) or list(columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {listed} FROM "{schema}"."{name}"')
            for row in cursor.fetchall():
                values = dict(zip(columns, map(str, row), strict=True))
                rows[table, "|".join(values[key] for key in keys)] = values
    return rows


def changes_by(act: Callable[[], Any]) -> tuple[Any, Changes]:
    """Do something, return its answer and what it changed, and take it back."""
    tables = _tables()
    before = snapshot(tables)
    with transaction.atomic():
        answer = act()
        after = snapshot(tables)
        transaction.set_rollback(True)
    columns = frozenset(
        (row[0], row[1], column, value)
        for row, values in after.items()
        if row in before
        for column, value in values.items()
        if before[row][column] != value
    )
    added = Counter(
        (row[0], tuple(f"{c}={v}" for c, v in values.items() if tables[row[0]][c] not in RANDOM))
        for row, values in after.items()
        if row not in before
    )
    return answer, Changes(columns, added, frozenset(before) - frozenset(after))
