"""What guards the ledger in the database: its functions and triggers, as they were put there.

Whoever may act as their owner can give a function another body under the same name, switch a
trigger off, or put a view or a rule where a table is read. The bodies stand here, for the
migrations that made them and for whoever asks whether they are still what they were. One that is
to change gets a new text here and a migration that puts it there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction

REFUSE_CHANGE = """
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END """
"""The body of `ledger.refuse_change`, behind the triggers that keep the ledger append-only."""

ENTER_OUTSIDE = """
DECLARE
    old_row jsonb; new_row jsonb; key text; columns jsonb; said jsonb;
BEGIN
    said := jsonb_build_object('table', TG_TABLE_NAME, 'operation', lower(TG_OP));
    IF TG_OP <> 'TRUNCATE' THEN
        IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD); END IF;
        IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW); END IF;
        key := coalesce(old_row, new_row) ->> TG_ARGV[1];
        IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_agg(each.key ORDER BY each.key) INTO columns
            FROM jsonb_each(new_row) AS each WHERE each.value IS DISTINCT FROM old_row -> each.key;
            IF columns IS NULL THEN RETURN NULL; END IF;
            said := said || jsonb_build_object('changed', columns);
        END IF;
        IF key IS NOT NULL THEN said := said || jsonb_build_object('row', key); END IF;
    END IF;
    INSERT INTO ledger.ledger_entry (
        id, at, actor_kind, actor_id, actor, door, verb, object, about, desk, reason, facts,
        request_id
    ) VALUES (
        gen_random_uuid(), clock_timestamp(), 'system', session_user, session_user, 'command',
        'outside.changed', '',
        CASE WHEN TG_ARGV[0] <> '' AND key IS NOT NULL THEN ARRAY[TG_ARGV[0] || ':' || key]
            ELSE ARRAY[]::varchar[] END,
        '', '', said, ''
    );
    RETURN NULL;
END """
"""The body of `ledger.enter_outside`, behind the triggers of `corps.audit.watching`."""

FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "enter_outside": (ENTER_OUTSIDE, True, ["search_path=pg_catalog, pg_temp"]),
    "refuse_change": (REFUSE_CHANGE, False, None),
}
"""Body, whether it acts as its owner, and its settings."""

COLUMNS = {
    "ledger_entry": {
        "number": "bigint NOT NULL ALWAYS IDENTITY",
        "id": "uuid NOT NULL",
        "at": "timestamp with time zone NOT NULL",
        "actor_kind": "character varying(10) NOT NULL",
        "actor_id": "character varying(64) NOT NULL",
        "actor": "character varying(150) NOT NULL",
        "door": "character varying(10) NOT NULL",
        "verb": "character varying(60) NOT NULL",
        "object": "character varying(200) NOT NULL",
        "about": "character varying(120)[] NOT NULL",
        "desk": "character varying(60) NOT NULL",
        "reason": "text NOT NULL",
        "facts": "jsonb NOT NULL",
        "request_id": "character varying(64) NOT NULL",
        "written_at": "timestamp with time zone NOT NULL DEFAULT clock_timestamp()",
        "xact": "xid8 NOT NULL DEFAULT pg_current_xact_id()",
        "written_by": "name NOT NULL DEFAULT SESSION_USER",
    },
    "ledger_leaf": {
        "position": "bigint NOT NULL",
        "entry": "bigint NOT NULL",
        "hash": "bytea NOT NULL",
    },
    "ledger_seal": {
        "number": "bigint NOT NULL",
        "size": "bigint NOT NULL",
        "at": "timestamp with time zone NOT NULL",
        "head": "text NOT NULL",
        "signature": "bytea NOT NULL",
        "horizon": "xid8 NOT NULL",
        "ceiling": "xid8 NOT NULL",
        "top": "bigint NOT NULL",
        "frontier": "bytea[] NOT NULL",
    },
}
"""The columns of each table, with their types, and what stands there where nothing is given."""

TABLES = [*COLUMNS]

CONSTRAINTS = {
    "ledger_entry": {
        "ledger_entry_id_key": "UNIQUE (id)",
        "ledger_entry_pkey": "PRIMARY KEY (number)",
    },
    "ledger_leaf": {
        "ledger_leaf_entry_key": "UNIQUE (entry)",
        "ledger_leaf_hash_check": "CHECK ((octet_length(hash) = 32))",
        "ledger_leaf_pkey": 'PRIMARY KEY ("position")',
        "ledger_leaf_position_check": 'CHECK (("position" >= 0))',
    },
    "ledger_seal": {
        "ledger_seal_number_check": "CHECK ((number >= 1))",
        "ledger_seal_pkey": "PRIMARY KEY (number)",
        "ledger_seal_size_check": "CHECK ((size >= 0))",
        "ledger_seal_size_key": "UNIQUE (size)",
    },
}
"""What the rows of the tables keep to, all of them checked: PostgreSQL would add NOT VALID."""


@contextmanager
def own_names(connection: Any) -> Iterator[Any]:
    """Let PostgreSQL's own functions and operators alone be found by their names until the end, so
    that none made for other types stands in their place; give a cursor."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        before = cursor.fetchone()
        cursor.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        yield cursor
        cursor.execute("SELECT set_config('search_path', %s, true)", before)


def replaced(cursor: Any) -> list[str]:
    """Return which functions, triggers, tables, columns and constraints of the ledger are not as
    they were put there, in words; none where all are. `cursor` is that of `own_names`."""
    others = _tables(cursor)
    tables = [name for name in TABLES if f"ledger.{name}" not in others]
    return [
        *(f"the function ledger.{name}()" for name in _functions(cursor)),
        *(f"the trigger {name}" for name in _triggers(cursor)),
        *(f"the table {name}" for name in others),
        *(f"the column {name}" for name in _unlike(cursor, tables, COLUMNS, _COLUMNS)),
        *(f"the constraint {name}" for name in _unlike(cursor, tables, CONSTRAINTS, _CONSTRAINTS)),
    ]


def _functions(cursor: Any) -> list[str]:
    cursor.execute(_FUNCTIONS, [settings.DATABASE_LEDGER_ROLE])
    found = {name: tuple(said) for name, *said in cursor.fetchall()}
    return [name for name, said in FUNCTIONS.items() if found.get(name) != said]


_FUNCTIONS = """
    SELECT p.proname, p.prosrc, p.prosecdef, p.proconfig
    FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
    WHERE p.pronamespace = 'ledger'::regnamespace AND p.pronargs = 0 AND p.prokind = 'f'
        AND p.prorettype = 'trigger'::regtype AND l.lanname = 'plpgsql'
        AND pg_get_userbyid(p.proowner) = %s
"""


def _triggers(cursor: Any) -> list[str]:
    """Return the triggers of the ledger's tables that are missing, of another kind, or too many."""
    cursor.execute(_TRIGGERS, [TABLES])
    found = cursor.fetchall()
    due = {f"{table}_append_only" for table in TABLES}
    strange = {name for name, fits in found if not fits}
    return sorted((due - {name for name, _ in found}) | strange)


_TRIGGERS = """
    SELECT t.tgname, t.tgname = c.relname || '_append_only' AND t.tgenabled = 'O'
        AND t.tgtype = 58 AND t.tgqual IS NULL AND t.tgattr::text = ''
        AND t.tgfoid = to_regprocedure('ledger.refuse_change()')
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname = ANY (%s) AND NOT t.tgisinternal
"""
"""`tgtype` 58: before each UPDATE, DELETE and TRUNCATE, once a statement."""


def _tables(cursor: Any) -> list[str]:
    """Return the ledger's tables that are no plain ones (views, rules, hidden rows, others' rows
    among theirs), and what has their names where it is found before them."""
    cursor.execute(_TABLES, [TABLES])
    plain: dict[str, list[str]] = {"ledger": [], "public": [], **dict(cursor.fetchall())}
    missing = [f"ledger.{table}" for table in TABLES if table not in plain["ledger"]]
    return missing + [f"public.{table}" for table in sorted(plain["public"])]


_TABLES = """
    SELECT n.nspname::text, array_agg(c.relname::text)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relname = ANY (%s) AND (
        n.nspname = 'public' OR n.nspname = 'ledger'
        AND c.relkind = 'r' AND c.relpersistence = 'p' AND NOT c.relhasrules
        AND NOT c.relrowsecurity AND NOT c.relhassubclass
    )
    GROUP BY n.nspname
"""


def _unlike(
    cursor: Any, tables: list[str], due: dict[str, dict[str, str]], query: str
) -> list[str]:
    """Return, with their tables, the columns or constraints of these tables that are missing, say
    something else, or are too many."""
    cursor.execute(query, [tables])
    found = {f"{table}.{name}": said for table, name, said in cursor.fetchall()}
    ours = {f"{table}.{name}": said for table in tables for name, said in due[table].items()}
    return sorted(name for name in ours | found if ours.get(name) != found.get(name))


_COLUMNS = """
    SELECT c.relname, a.attname, concat(
        format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN ' NOT NULL' END,
        CASE WHEN a.attgenerated <> '' THEN ' GENERATED' END,
        CASE a.attidentity WHEN 'a' THEN ' ALWAYS' WHEN 'd' THEN ' BY DEFAULT' END || ' IDENTITY',
        ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
    )
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname = ANY (%s)
        AND a.attnum > 0 AND NOT a.attisdropped
"""
_CONSTRAINTS = """
    SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
    WHERE c.relnamespace = 'ledger'::regnamespace AND c.relname = ANY (%s) AND k.contype <> 'n'
"""
"""Without NOT NULL, which stands with its column and is a constraint only since PostgreSQL 18."""
