"""Triggers on every table, by which the ledger enters what is changed around the application.

They do nothing for the application's own role, whose acts are entered by the actions, and call
`ledger.enter_outside` (migration 0004) for every other: the owner in a migration or in psql, a
superuser, a row that is restored. They fire also where a session asks to be a replica.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import AutoField, BigAutoField, ForeignKey, IntegerField, UUIDField
from psycopg import sql

from corps.audit.guards import own_names

ROWS, WHOLE = "ledger_watches_rows", "ledger_watches_whole"

PLAIN_KEYS = (AutoField, BigAutoField, IntegerField, UUIDField)
"""Kinds of keys that say nothing of anybody."""

NO_MODEL = ("", "")
"""The label and the key of a table that is no model's."""


def watch_tables(owner: Any) -> list[str]:
    """Put the triggers on every table that has none, or others; return the tables' names.

    `owner` is a connection of the role that owns the tables.
    """
    labels, tables = _labels(), unwatched(owner)
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(
                _statements(table, labels.get(table, NO_MODEL)).as_string(cursor.connection)
            )
    return tables


def unwatched(connection: Any) -> list[str]:
    """Return the tables that change unseen: a trigger is missing, was switched off, or is another
    than the one put there: it does something else, or stands aside where it must not."""
    labels = _labels()
    with own_names(connection) as cursor:
        cursor.execute(_TABLES, [settings.DATABASE_APP_ROLE, ROWS, WHOLE])
        return [
            table
            for table, triggers in cursor.fetchall()
            if [bytes(one) for one in triggers] != [_as_kept(labels.get(table, NO_MODEL))] * 2
        ]


_TABLES = """
    SELECT c.relname, array_remove(array_agg(t.tgargs), NULL)
    FROM pg_class AS c
    LEFT JOIN pg_trigger AS t ON t.tgrelid = c.oid AND t.tgenabled = 'A'
        AND t.tgfoid = to_regprocedure('ledger.enter_outside()') AND t.tgattr = ''
        AND strpos(
            pg_get_triggerdef(t.oid),
            format(' WHEN ((SESSION_USER <> %%L::name)) EXECUTE FUNCTION ', %s::text)
        ) > 0
        AND (t.tgname = %s AND t.tgtype = 29 OR t.tgname = %s AND t.tgtype = 32)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relpersistence = 'p'
    GROUP BY c.oid, c.relname ORDER BY c.relname
"""
"""`tgtype` 29: after each row, for INSERT, UPDATE and DELETE; 32: after each TRUNCATE."""


def _labels() -> dict[str, tuple[str, str]]:
    """Return for each table the label of its model, and the column of its key if that is plain."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        key = model._meta.pk
        kind = key
        while isinstance(kind, ForeignKey):
            kind = kind.target_field
        column = str(key.column) if isinstance(kind, PLAIN_KEYS) else ""
        found[model._meta.db_table] = (model._meta.label_lower, column)
    return found


def _as_kept(arguments: tuple[str, str]) -> bytes:
    """Return a trigger's arguments as pg_trigger keeps them."""
    return b"".join(argument.encode() + b"\x00" for argument in arguments)


def _statements(table: str, arguments: tuple[str, str]) -> sql.Composed:
    return sql.SQL(_TRIGGERS).format(
        table=sql.Identifier("public", table),
        rows=sql.Identifier(ROWS),
        whole=sql.Identifier(WHOLE),
        app=sql.Literal(settings.DATABASE_APP_ROLE),
        label=sql.Literal(arguments[0]),
        key=sql.Literal(arguments[1]),
    )


_TRIGGERS = """
    CREATE OR REPLACE TRIGGER {rows} AFTER INSERT OR UPDATE OR DELETE ON {table}
        FOR EACH ROW WHEN (session_user <> {app})
        EXECUTE FUNCTION ledger.enter_outside({label}, {key});
    CREATE OR REPLACE TRIGGER {whole} AFTER TRUNCATE ON {table}
        FOR EACH STATEMENT WHEN (session_user <> {app})
        EXECUTE FUNCTION ledger.enter_outside({label}, {key});
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {rows};
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {whole};
"""
