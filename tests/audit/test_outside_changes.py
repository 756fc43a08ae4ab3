"""What is changed around the application stands in the ledger, without a single value."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from corps.accounts.models import Desk
from corps.audit.models import Entry
from corps.audit.watching import unwatched, watch_tables
from tests.audit.ledgers import seal_all, verified
from tests.cast import a_desk, a_volunteer

Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def owner(committed_db: str) -> Iterator["psycopg.Connection[Any]"]:
    """psql, signed in as the owner of the tables."""
    with psycopg.connect(
        os.environ["DATABASE_OWNER_URL"], dbname=committed_db, autocommit=True
    ) as session:
        yield session


@pytest.fixture
def superuser(committed_db: str) -> Iterator["psycopg.Connection[Any]"]:
    """psql, signed in as the superuser."""
    with psycopg.connect(
        os.environ["DATABASE_ADMIN_URL"], dbname=committed_db, autocommit=True
    ) as session:
        yield session


def told() -> Told:
    """Who changed something outside, and what the ledger says of it."""
    entries = Entry.objects.filter(verb="outside.changed").order_by("number")
    return [(entry.actor, entry.facts) for entry in entries]


def said(operation: str, row: Any = None, *changed: str) -> dict[str, Any]:
    """The facts of a change of a desk."""
    facts: dict[str, Any] = {"table": "accounts_desk", "operation": operation}
    if row is not None:
        facts["row"] = str(row)
    if changed:
        facts["changed"] = list(changed)
    return facts


def test_the_application_s_own_changes_are_not_entered_twice(committed_db: str) -> None:
    a_volunteer()
    Desk.objects.update(name="X")
    assert told() == []


def test_a_change_in_psql_as_the_owner(owner: Any) -> None:
    desk = a_desk()
    owner.execute("UPDATE accounts_desk SET name = '홍길동', slug = slug")
    owner.execute("UPDATE accounts_desk SET name = name")
    owner.execute("DELETE FROM accounts_desk")
    assert told() == [
        ("corps_owner", said("update", desk.pk, "name")),
        ("corps_owner", said("delete", desk.pk)),
    ]
    entry = Entry.objects.filter(verb="outside.changed").first()
    assert entry is not None
    assert entry.about == [f"accounts.desk:{desk.pk}"]
    assert (entry.actor_kind, entry.door, entry.reason) == ("system", "command", "")


def test_a_change_by_the_superuser_also_as_a_replica(superuser: Any) -> None:
    desk = a_desk()
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE accounts_desk SET name = 'X'")
    superuser.execute("SET ROLE corps_app")
    superuser.execute("UPDATE accounts_desk SET name = 'Y'")
    assert told() == [("corps_admin", said("update", desk.pk, "name"))] * 2


def test_a_restored_row(owner: Any) -> None:
    with (
        owner.cursor() as cursor,
        cursor.copy("COPY accounts_desk (id, slug, name) FROM STDIN") as copy,
    ):
        copy.write_row((700, "restored", "Restored"))
        copy.write_row((701, "again", "Again"))
    assert told() == [("corps_owner", said("insert", 700)), ("corps_owner", said("insert", 701))]


def test_a_table_that_is_emptied(owner: Any) -> None:
    owner.execute("TRUNCATE accounts_notice")
    assert told() == [("corps_owner", {"table": "accounts_notice", "operation": "truncate"})]


def test_a_key_that_may_say_something_is_not_told(owner: Any) -> None:
    owner.execute("INSERT INTO accounts_allowance VALUES ('someone', now(), 1)")
    assert told() == [("corps_owner", {"table": "accounts_allowance", "operation": "insert"})]


def test_a_migration(committed_db: str) -> None:
    with connections["owner"].schema_editor() as editor:
        editor.execute("INSERT INTO accounts_desk (slug, name) VALUES ('x', 'X')")
    desk = Desk.objects.get()
    assert told() == [("corps_owner", said("insert", desk.pk))]


def test_where_the_entry_cannot_be_written_nothing_is_changed(owner: Any, superuser: Any) -> None:
    a_desk()
    superuser.execute("REVOKE INSERT ON ledger.ledger_entry FROM corps_ledger")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute("UPDATE accounts_desk SET name = 'X'")
    assert Desk.objects.get().name == "Seoul"


def test_a_new_table_is_watched_after_migrating(owner: Any) -> None:
    assert unwatched(connection) == []
    owner.execute("CREATE TABLE quiet (id int)")
    assert unwatched(connection) == ["quiet"]
    call_command("migrate", verbosity=0)
    assert (unwatched(connection), watch_tables(connections["owner"])) == ([], [])
    owner.execute("INSERT INTO quiet VALUES (1)")
    assert told() == [("corps_owner", {"table": "quiet", "operation": "insert"})]


def test_a_trigger_that_was_switched_off_is_seen_and_put_back(owner: Any) -> None:
    owner.execute("ALTER TABLE accounts_desk DISABLE TRIGGER ledger_watches_rows")
    owner.execute("DROP TRIGGER ledger_watches_whole ON accounts_notice")
    assert unwatched(connection) == ["accounts_desk", "accounts_notice"]
    assert watch_tables(connections["owner"]) == ["accounts_desk", "accounts_notice"]
    assert unwatched(connection) == []


EVENTS, OTHERS = "INSERT OR UPDATE OR DELETE", "session_user <> 'corps_app'"
ENTERS = "ledger.enter_outside('accounts.desk', 'id')"


@pytest.mark.parametrize(
    ("events", "condition", "act"),
    [
        (EVENTS, OTHERS, "quiet('accounts.desk', 'id')"),
        (EVENTS, OTHERS, "ledger.enter_outside('', '')"),
        (EVENTS, "session_user = 'nobody'", ENTERS),
        (EVENTS, f"{OTHERS} AND current_user <> 'corps_owner'", ENTERS),
        ("INSERT", OTHERS, ENTERS),
        ("INSERT OR DELETE OR UPDATE OF slug", OTHERS, ENTERS),
    ],
    ids=["function", "arguments", "condition", "narrower", "only inserts", "one column"],
)
def test_a_trigger_that_was_replaced_is_seen_and_put_back(
    owner: Any, events: str, condition: str, act: str
) -> None:
    owner.execute(
        "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    )
    owner.execute(
        f"CREATE OR REPLACE TRIGGER ledger_watches_rows AFTER {events} ON accounts_desk"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION {act}"
    )
    owner.execute("ALTER TABLE accounts_desk ENABLE ALWAYS TRIGGER ledger_watches_rows")
    assert unwatched(connection) == ["accounts_desk"]
    assert watch_tables(connections["owner"]) == ["accounts_desk"]
    assert unwatched(connection) == []


def test_the_ledger_with_outside_changes_is_in_order(owner: Any) -> None:
    a_desk()
    owner.execute("UPDATE accounts_desk SET name = 'X'")
    seal_all()
    assert verified().entries == 1


def test_the_control_without_triggers_sees_nothing(owner: Any) -> None:
    a_desk()
    owner.execute("ALTER TABLE accounts_desk DISABLE TRIGGER USER")
    owner.execute("UPDATE accounts_desk SET name = 'X'")
    assert told() == []
