"""Whoever may act as the ledger's owner replaces what guards it, and is found out."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from corps.audit.canonical import CANONICAL
from corps.audit.guards import ENTER_OUTSIDE, REFUSE_CHANGE, own_names, replaced
from corps.audit.models import Entry
from tests.audit.ledgers import a_sealed_ledger, numbers
from tests.cast import a_desk

Captured = pytest.CaptureFixture[str]
BOTH = pytest.mark.parametrize("more", [[], ["--database"]], ids=["python", "sql"])

TAMPERED = """
    ALTER TABLE ledger.ledger_entry DISABLE TRIGGER ledger_entry_append_only;
    UPDATE ledger.ledger_entry SET reason = 'x' WHERE number = {number};
    ALTER TABLE ledger.ledger_entry ENABLE TRIGGER ledger_entry_append_only;
"""
OLD_BYTES = """
    CREATE OR REPLACE FUNCTION ledger.canonical(e ledger.ledger_entry) RETURNS bytea
    LANGUAGE sql STABLE AS $$ SELECT CASE e.number WHEN {number} THEN '\\x{old}'::bytea
    ELSE {expression} END $$;
"""
OLD_TEXT = """
    CREATE FUNCTION ledger.concat(
        text, bigint, text, uuid, text, json, text, xid8, text, json, text, json, text, jsonb, text
    ) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CASE $2 WHEN {number}
        THEN convert_from('\\x{old}', 'UTF8') ELSE pg_catalog.concat({given}) END $$;
    GRANT EXECUTE ON FUNCTION ledger.concat TO PUBLIC;
"""
SAYS_OTHERWISE = (
    "CREATE OR REPLACE FUNCTION ledger.{name}() RETURNS trigger LANGUAGE plpgsql {more}"
    " AS $body${body}$body$"
)
QUIET = "BEGIN RETURN NULL; END"
AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"


@pytest.fixture
def ledgers_owner(committed_db: str) -> Iterator["psycopg.Connection[Any]"]:
    """psql, signed in as the owner of the tables, acting as the owner of the ledger."""
    with psycopg.connect(
        os.environ["DATABASE_OWNER_URL"], dbname=committed_db, autocommit=True
    ) as session:
        session.execute("SET ROLE corps_ledger")
        yield session


def body_of(owner: Any, name: str, kind: str = "trigger") -> str:
    """A function's body as it stands."""
    [body] = owner.execute(
        "SELECT prosrc FROM pg_proc WHERE proname = %s AND pronamespace = 'ledger'::regnamespace"
        " AND prorettype = %s::regtype",
        [name, kind],
    ).fetchone()
    return str(body)


def written(name: str, body: str, more: str = "") -> str:
    """The statement that gives a function of the ledger a body."""
    return SAYS_OTHERWISE.format(name=name, body=body, more=more)


def verify(*more: str) -> str:
    """What the command says that is wrong, "" for nothing."""
    try:
        call_command("ledger", "verify", *more)
    except CommandError as wrong:
        return str(wrong)
    return ""


@BOTH
@pytest.mark.parametrize("lie", [OLD_BYTES, OLD_TEXT], ids=["function", "name"])
def test_an_altered_entry_is_named_whatever_functions_say_of_it(
    ledgers_owner: Any, lie: str, more: list[str]
) -> None:
    a_sealed_ledger(3)
    number = numbers()[1]
    [old] = ledgers_owner.execute(
        f"SELECT encode({CANONICAL}, 'hex') FROM ledger.ledger_entry AS e WHERE number = %s",
        [number],
    ).fetchone()
    ledgers_owner.execute(TAMPERED.format(number=number))
    given = ", ".join(f"${place}" for place in range(1, 16))
    ledgers_owner.execute(lie.format(number=number, old=old, expression=CANONICAL, given=given))
    assert verify(*more).endswith(f"entry {number}: it was altered")


REPLACED = {
    "quiet watch": (
        written("enter_outside", QUIET, AS_OWNER),
        "the function ledger.enter_outside()",
    ),
    "watch that looks elsewhere": (
        "ALTER FUNCTION ledger.enter_outside SET search_path = public, pg_catalog",
        "the function ledger.enter_outside()",
    ),
    "watch that may not write": (
        "ALTER FUNCTION ledger.enter_outside SECURITY INVOKER",
        "the function ledger.enter_outside()",
    ),
    "refuses nothing": (
        written("refuse_change", QUIET),
        "the function ledger.refuse_change()",
    ),
    "trigger off": (
        "ALTER TABLE ledger.ledger_leaf DISABLE TRIGGER ledger_leaf_append_only",
        "the trigger ledger_leaf_append_only",
    ),
    "trigger gone": (
        "DROP TRIGGER ledger_seal_append_only ON ledger.ledger_seal",
        "the trigger ledger_seal_append_only",
    ),
    "trigger for less": (
        (
            "CREATE OR REPLACE TRIGGER ledger_entry_append_only BEFORE UPDATE"
            " ON ledger.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()"
        ),
        "the trigger ledger_entry_append_only",
    ),
    "trigger too many": (
        (
            "CREATE TRIGGER other BEFORE INSERT ON ledger.ledger_entry"
            " FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change()"
        ),
        "the trigger other",
    ),
    "rule": (
        "CREATE RULE nothing AS ON INSERT TO ledger.ledger_entry DO INSTEAD NOTHING",
        "the table ledger.ledger_entry",
    ),
    "view": (
        (
            "ALTER TABLE ledger.ledger_seal RENAME TO kept;"
            "CREATE VIEW ledger.ledger_seal AS SELECT * FROM ledger.kept;"
            "GRANT SELECT ON ledger.ledger_seal TO PUBLIC"
        ),
        "the trigger ledger_seal_append_only, the table ledger.ledger_seal",
    ),
    "hidden rows": (
        (
            "ALTER TABLE ledger.ledger_entry ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY all_but_one ON ledger.ledger_entry FOR SELECT USING (number <> 1)"
        ),
        "the table ledger.ledger_entry",
    ),
    "no key": (
        "ALTER TABLE ledger.ledger_entry DROP CONSTRAINT ledger_entry_pkey",
        "the constraint ledger_entry.ledger_entry_pkey",
    ),
    "constraint for less": (
        (
            "ALTER TABLE ledger.ledger_leaf DROP CONSTRAINT ledger_leaf_position_check,"
            ' ADD CONSTRAINT ledger_leaf_position_check CHECK ("position" >= 0) NOT VALID'
        ),
        "the constraint ledger_leaf.ledger_leaf_position_check",
    ),
    "may be empty": (
        "ALTER TABLE ledger.ledger_entry ALTER xact DROP NOT NULL",
        "the column ledger_entry.xact",
    ),
    "says another wrote it": (
        "ALTER TABLE ledger.ledger_entry ALTER written_by SET DEFAULT 'corps_app'",
        "the column ledger_entry.written_by",
    ),
    "number may be chosen": (
        "ALTER TABLE ledger.ledger_entry ALTER number SET GENERATED BY DEFAULT",
        "the column ledger_entry.number",
    ),
    "column too many": (
        "ALTER TABLE ledger.ledger_seal ADD COLUMN more text",
        "the column ledger_seal.more",
    ),
    "in front": (
        "RESET ROLE; CREATE VIEW public.ledger_entry AS SELECT 1 AS number",
        "the table public.ledger_entry",
    ),
}


@pytest.mark.parametrize("act", REPLACED)
def test_what_was_replaced_is_named(ledgers_owner: Any, act: str) -> None:
    a_sealed_ledger(2)
    statement, named = REPLACED[act]
    ledgers_owner.execute(statement)
    assert verify() == f"What guards the ledger was replaced: {named}"


def test_all_that_was_replaced_is_named(ledgers_owner: Any) -> None:
    a_sealed_ledger(1)
    for act in ("quiet watch", "refuses nothing", "trigger off"):
        ledgers_owner.execute(REPLACED[act][0])
    named = [REPLACED[act][1] for act in ("quiet watch", "refuses nothing", "trigger off")]
    assert verify("--database") == f"What guards the ledger was replaced: {', '.join(named)}"


def test_the_same_text_put_there_again_is_in_order(ledgers_owner: Any) -> None:
    a_sealed_ledger(2)
    assert verify() == ""
    for act in ("quiet watch", "refuses nothing"):
        ledgers_owner.execute(REPLACED[act][0])
    ledgers_owner.execute(written("enter_outside", ENTER_OUTSIDE, AS_OWNER))
    ledgers_owner.execute(written("refuse_change", REFUSE_CHANGE))
    assert (verify(), body_of(ledgers_owner, "enter_outside")) == ("", ENTER_OUTSIDE)


def test_verifying_leaves_the_names_of_the_session_alone(committed_db: str) -> None:
    a_sealed_ledger(1)
    with transaction.atomic():
        with own_names(connection) as cursor:
            assert replaced(cursor) == []
        assert Entry.objects.count() == 1


def test_proofs_and_exports_warn(ledgers_owner: Any, tmp_path: Any, capsys: Captured) -> None:
    a_sealed_ledger(2)
    tasks = (["prove", str(numbers()[0])], ["export", str(tmp_path / "one.jsonl")])
    for task in tasks:
        call_command("ledger", *task)
    assert capsys.readouterr().err == ""
    ledgers_owner.execute(REPLACED["quiet watch"][0])
    told = "What guards the ledger was replaced: the function ledger.enter_outside()"
    for task in (tasks[0], ["export", str(tmp_path / "two.jsonl")]):
        call_command("ledger", *task)
        assert capsys.readouterr().err.strip() == told


def test_the_control_with_the_quiet_watch_enters_nothing(ledgers_owner: Any) -> None:
    a_desk()
    ledgers_owner.execute(REPLACED["quiet watch"][0])
    ledgers_owner.execute("RESET ROLE; UPDATE accounts_desk SET name = 'X'")
    assert not Entry.objects.filter(verb="outside.changed").exists()
