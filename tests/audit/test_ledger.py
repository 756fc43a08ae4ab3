"""The ledger is written with the act, and nobody who runs the application can change it."""

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from corps.accounts.actions.invitations import invite_user
from corps.accounts.actions.staff import make_staff
from corps.accounts.models import Invitation, User
from corps.accounts.roles import Role
from corps.audit.actions import COMMAND, OutsideTransaction, record
from corps.audit.context import through
from corps.audit.models import OBJECT, Entry
from corps.audit.queries import entries_about, entries_visible_to
from tests.audit.ledgers import canonical_of
from tests.cast import (
    NOW,
    a_contact,
    a_coordinator,
    a_desk,
    a_stranger,
    a_user,
    a_volunteer,
    an_agency,
)
from tests.conftest import as_admin
from volunteers.models import Volunteer

_SAID = (
    "at, actor_kind, actor_id, actor, door, verb, object, about, desk, reason, facts, request_id"
)
_OVERRIDING = (
    f"INSERT INTO ledger_entry ({{}}, id, {_SAID}) OVERRIDING SYSTEM VALUE"
    f" SELECT {{}}, gen_random_uuid(), {_SAID} FROM ledger_entry"
)

CHANGES = [
    "UPDATE ledger_entry SET reason = 'nothing happened'",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "DROP TABLE ledger_entry",
    "DROP SCHEMA ledger CASCADE",
    "ALTER TABLE ledger_entry ADD COLUMN note text",
    "ALTER TABLE ledger_entry RENAME TO forgotten",
    "ALTER TABLE ledger_entry OWNER TO CURRENT_USER",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only",
    "DROP TRIGGER ledger_entry_append_only ON ledger_entry",
    (
        "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NULL; END $$"
    ),
    "CREATE RULE quiet AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "SET ROLE corps_ledger",
    _OVERRIDING.format("number", "number + 1"),
    _OVERRIDING.format("written_at", "written_at - interval '1 day'"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", CHANGES)
def test_the_application_cannot_change_the_ledger(statement: str) -> None:
    a_volunteer()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_a_temporary_table_does_not_stand_in_the_ledgers_place() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE ledger_entry (LIKE ledger.ledger_entry)")
        record("test.act", by=COMMAND, at=NOW)
        cursor.execute("SELECT count(*), min(written_at) < now() + '1 h' FROM ledger.ledger_entry")
        assert cursor.fetchone() == (1, True)


@pytest.mark.django_db
def test_an_entry_can_be_neither_saved_again_nor_deleted() -> None:
    a_volunteer()
    entry = Entry.objects.get()
    entry.reason = "another"
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        entry.delete()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE volunteers_volunteer ADD COLUMN note text",
        "DROP TABLE volunteers_volunteer",
        "TRUNCATE volunteers_volunteer CASCADE",
        "CREATE TABLE quiet (id int)",
        "CREATE SCHEMA quiet",
        "ALTER TABLE deployments_assignment DROP CONSTRAINT assignment_no_double_booking",
    ],
)
@pytest.mark.django_db
def test_the_running_application_cannot_alter_a_table(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_application_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles"
            " WHERE rolname = current_user)"
            " UNION ALL SELECT count(*) FROM pg_database WHERE datdba ="
            " (SELECT oid FROM pg_roles WHERE rolname = current_user)"
            " UNION ALL SELECT count(*) FROM pg_auth_members WHERE member ="
            " (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchall() == [(0,), (0,), (0,)]


@pytest.fixture
def broken_ledger(committed_db: str) -> None:
    """A database whose ledger takes no entries."""
    as_admin("REVOKE INSERT ON ledger.ledger_entry FROM {}", "corps_app", database=committed_db)


def test_without_the_entry_the_act_does_not_happen(broken_ledger: None) -> None:
    with pytest.raises(ProgrammingError):
        make_staff(username="newcomer", roles=[Role.COORDINATOR], by=COMMAND, at=NOW)
    assert not User.objects.filter(username="newcomer").exists()
    with pytest.raises(ProgrammingError):
        a_volunteer("매-99", desk=a_desk())
    assert not Volunteer.objects.exists()
    user = User.objects.create_user("waiting")
    with pytest.raises(ProgrammingError):
        invite_user(user=user, by=COMMAND, at=NOW)
    assert not Invitation.objects.exists()


def test_an_entry_outside_a_transaction_is_refused(committed_db: str) -> None:
    with pytest.raises(OutsideTransaction):
        record("quiet.act", by=COMMAND)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_an_entry_says_who_what_where_and_through_which_door() -> None:
    coordinator = a_coordinator()
    volunteer = a_volunteer("매-7")
    with through("admin", "request-1"):
        record("test.act", volunteer, by=coordinator, at=NOW, reason=" because ", facts={"n": 1})
    entry = entries_about(volunteer).get(verb="test.act")
    told = (entry.actor_kind, entry.actor_id, entry.actor, entry.door, entry.object, entry.desk)
    assert told == ("person", str(coordinator.pk), "coordinator", "admin", "매-7", "seoul")
    assert (entry.reason, entry.facts, entry.request_id) == ("because", {"n": 1}, "request-1")
    assert entry.about == [f"volunteers.volunteer:{volunteer.pk}"]


@pytest.mark.django_db
def test_an_entry_names_the_beginning_of_a_long_name() -> None:
    agency = an_agency("long")
    agency.name_ko = agency.name_en = agency.name_uk = "기관" * 80
    agency.save()
    contact = a_contact(agency, post="담당" * 60)
    entry = record("test.act", contact, by=COMMAND, at=NOW)
    assert len(str(contact)) > OBJECT
    assert Entry.objects.get(pk=entry.pk).object == str(contact)[:OBJECT]


@pytest.mark.django_db
def test_canonical_bytes_hold_every_column_as_the_database_keeps_it() -> None:
    at = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)
    written = record(
        "test.act", by=COMMAND, at=at, reason="사유", facts={"b": [1, "둘"], "a": None}
    )
    read = Entry.objects.get(pk=written.pk)
    said = json.loads(canonical_of(read))
    assert said[:2] == [read.pk, str(written.id)]
    assert said[2][0] == "2026-11-22T03:00:00.123456"
    assert (len(said[2]), said[3].isdigit()) == (2, True)
    texts = ["system", "command", "command", "command", "test.act", "", "", "사유", ""]
    assert said[4:] == [["corps_app", *texts], [], {"a": None, "b": [1, "둘"]}]


@pytest.mark.django_db
def test_canonical_bytes_are_the_same_whatever_the_session_shows() -> None:
    entry = record("test.act", by=COMMAND, at=NOW, facts={"n": 0.1})
    plain = canonical_of(entry)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Seoul'; SET LOCAL datestyle = 'German'")
        cursor.execute(
            "SET LOCAL extra_float_digits = -3; SET LOCAL intervalstyle = 'sql_standard'"
        )
    assert canonical_of(entry) == plain


@pytest.mark.django_db
def test_people_read_the_entries_of_their_own_desks_and_an_auditor_all() -> None:
    seoul, stranger = a_coordinator(), a_stranger()
    auditor = a_user("auditor", Role.AUDITOR)
    a_volunteer("매-1")
    a_volunteer("매-2", desk=a_desk("elsewhere"))
    seen = {
        viewer.username: sorted(entries_visible_to(viewer).values_list("object", flat=True))
        for viewer in (seoul, stranger, auditor)
    }
    assert seen == {"coordinator": ["매-1"], "stranger": ["매-2"], "auditor": ["매-1", "매-2"]}
