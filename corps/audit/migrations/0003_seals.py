"""The tree over the ledger: which entry stands at which position, and the signed heads.

Entries get their numbers when they are written, and count when their transaction commits, in
another order. `xact` says which transaction wrote an entry, so that the sealer can take those that
are settled (below the oldest transaction still running), in one order for ever. `written_by` is the
role that signed in, nothing for entries from before this migration. Both are the database's own:
the application may not give them.

`canonical` makes the bytes over which an entry's hash is taken, until migration 0005.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APP = settings.DATABASE_APP_ROLE
LEDGER = settings.DATABASE_LEDGER_ROLE

FORWARD = f"""
SET LOCAL ROLE "{LEDGER}";
ALTER TABLE ledger.ledger_entry
    ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD COLUMN written_by name NOT NULL DEFAULT '';
ALTER TABLE ledger.ledger_entry ALTER COLUMN written_by SET DEFAULT session_user;
CREATE INDEX ledger_entry_xact ON ledger.ledger_entry (xact);

CREATE FUNCTION ledger.canonical(e ledger.ledger_entry) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT convert_to(concat(
        '[', e.number, ',"', e.id, '",',
        array_to_json(ARRAY[e.at AT TIME ZONE 'UTC', e.written_at AT TIME ZONE 'UTC']),
        ',"', e.xact, '",',
        array_to_json(ARRAY[
            e.written_by::text, e.actor_kind, e.actor_id, e.actor, e.door, e.verb, e.object,
            e.desk, e.reason, e.request_id
        ]),
        ',', array_to_json(e.about), ',', e.facts, ']'
    ), 'UTF8')
$$;

CREATE TABLE ledger.ledger_leaf (
    position bigint PRIMARY KEY CHECK (position >= 0),
    entry bigint NOT NULL UNIQUE,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE TABLE ledger.ledger_seal (
    number bigint PRIMARY KEY CHECK (number >= 1),
    size bigint NOT NULL UNIQUE CHECK (size >= 0),
    at timestamptz NOT NULL,
    head text NOT NULL,
    signature bytea NOT NULL,
    horizon xid8 NOT NULL,
    ceiling xid8 NOT NULL,
    top bigint NOT NULL,
    frontier bytea[] NOT NULL
);
CREATE TRIGGER ledger_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger.ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger.ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
REVOKE ALL ON ledger.ledger_leaf, ledger.ledger_seal FROM PUBLIC;
GRANT SELECT, INSERT ON ledger.ledger_leaf, ledger.ledger_seal TO "{APP}";
REVOKE ALL ON FUNCTION ledger.canonical FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.canonical TO "{APP}";
RESET ROLE;
"""  # noqa: S608  (names of roles, from the settings)


class Migration(migrations.Migration):
    """Create leaves and seals."""

    dependencies = [("audit", "0002_number_by_the_database")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD)],
            state_operations=[
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                        (
                            "entry",
                            models.OneToOneField(
                                db_column="entry",
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="leaf",
                                to="audit.entry",
                            ),
                        ),
                        ("hash", models.BinaryField(max_length=32)),
                    ],
                    options={"db_table": "ledger_leaf", "ordering": ["position"]},
                ),
                migrations.CreateModel(
                    name="Seal",
                    fields=[
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("size", models.BigIntegerField(unique=True)),
                        ("at", models.DateTimeField()),
                        ("head", models.TextField()),
                        ("signature", models.BinaryField()),
                        ("top", models.BigIntegerField()),
                        (
                            "frontier",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BinaryField(), size=None
                            ),
                        ),
                    ],
                    options={"db_table": "ledger_seal", "ordering": ["number"]},
                ),
            ],
        ),
    ]
