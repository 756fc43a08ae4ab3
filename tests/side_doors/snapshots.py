"""What stands in every table of ours, and what an act has changed there."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

NOT_OURS = {"django_migrations", "django_content_type", "auth_permission"}
RANDOM = ("bytea", "uuid", "timestamp with time zone", "tstzrange", "bigint", "integer", "jsonb")
"""Types of columns whose values differ from one new row to the next: keys, nonces, numbers."""

Row = tuple[str, str]


DIGEST = (
    "SELECT '{0}.{1}', md5(string_agg(it::text, ' ' ORDER BY it::text)) FROM \"{0}\".\"{1}\" AS it"
)
"""What tells whether anything in a table differs; NULL of an empty one."""


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


KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASHED = re.compile(r"(?<![\w$+/=.-])[\w$+/=.-]{32,}")
DRAWN = re.compile(r"\bV-[A-Z0-9]{6}\b")


def settled(value: str) -> str:
    """Return a value without what differs every time: keys, hashes, sealed words, drawn names."""
    return DRAWN.sub("…", HASHED.sub("…", KEY.sub("…", value)))


class Watch:
    """Looks at every table once, then tells of each act what it changed, and takes it back."""

    def __init__(self) -> None:
        self.tables = _tables()
        self.keys = {table: _keys(table) for table in self.tables}
        self.digests = self._digests()
        self.before = self._rows(self.tables)

    def _digests(self) -> dict[str, str]:
        """Return a hash of what stands in each table, in one statement."""
        each = " UNION ALL ".join(DIGEST.format(*table.split(".")) for table in self.tables)
        with connection.cursor() as cursor:
            cursor.execute(each)
            return dict(cursor.fetchall())

    def _rows(self, tables: Iterable[str]) -> dict[Row, dict[str, str]]:
        """Return every row of these tables, its values as text."""
        rows: dict[Row, dict[str, str]] = {}
        for table in tables:
            columns = self.tables[table]
            schema, _, name = table.partition(".")
            listed = ", ".join(f'"{column}"::text' for column in columns)
            keys = self.keys[table] or list(columns)
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT {listed} FROM "{schema}"."{name}"')
                for row in cursor.fetchall():
                    values = dict(zip(columns, map(str, row), strict=True))
                    rows[table, "|".join(values[key] for key in keys)] = values
        return rows

    def changes_by(self, act: Callable[[], Any]) -> tuple[Any, Changes]:
        """Do something, return its answer and what it changed, and take it back."""
        with transaction.atomic():
            answer = act()
            digests = self._digests()
            touched = {table for table in self.tables if digests[table] != self.digests[table]}
            after = self._rows(touched)
            transaction.set_rollback(True)
        before = {row: values for row, values in self.before.items() if row[0] in touched}
        return answer, self._compared(before, after)

    def _compared(
        self, before: dict[Row, dict[str, str]], after: dict[Row, dict[str, str]]
    ) -> Changes:
        columns = frozenset(
            (row[0], row[1], column, settled(value))
            for row, values in after.items()
            if row in before
            for column, value in values.items()
            if before[row][column] != value
        )
        added = Counter(
            (row[0], self._plain(row[0], values))
            for row, values in after.items()
            if row not in before
        )
        return Changes(columns, added, frozenset(before) - frozenset(after))

    def _plain(self, table: str, values: dict[str, str]) -> tuple[str, ...]:
        kinds = self.tables[table]
        return tuple(f"{c}={settled(v)}" for c, v in values.items() if kinds[c] not in RANDOM)


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
