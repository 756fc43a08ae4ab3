"""The ledger's schema and table, under the role that owns nothing else."""

import uuid

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from corps.audit.guards import REFUSE_CHANGE

APP = settings.DATABASE_APP_ROLE
LEDGER = settings.DATABASE_LEDGER_ROLE

FORWARD = f"""
CREATE SCHEMA IF NOT EXISTS ledger AUTHORIZATION "{LEDGER}";
SET LOCAL ROLE "{LEDGER}";
CREATE TABLE ledger.ledger_entry (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    actor_kind varchar(10) NOT NULL,
    actor_id varchar(64) NOT NULL,
    actor varchar(150) NOT NULL,
    door varchar(10) NOT NULL,
    verb varchar(60) NOT NULL,
    object varchar(200) NOT NULL,
    about varchar(120)[] NOT NULL,
    desk varchar(60) NOT NULL,
    reason text NOT NULL,
    facts jsonb NOT NULL,
    request_id varchar(64) NOT NULL
);
CREATE INDEX ledger_entry_about ON ledger.ledger_entry USING gin (about);
CREATE INDEX ledger_entry_desk ON ledger.ledger_entry (desk, number DESC);
CREATE INDEX ledger_entry_verb ON ledger.ledger_entry (verb, number DESC);
CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${REFUSE_CHANGE}$$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON ledger.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
REVOKE ALL ON SCHEMA ledger FROM PUBLIC;
REVOKE ALL ON ledger.ledger_entry FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO "{APP}";
GRANT SELECT, INSERT ON ledger.ledger_entry TO "{APP}";
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Create the ledger."""

    initial = True
    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD)],
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "number",
                            models.BigAutoField(
                                primary_key=True, serialize=False, verbose_name="number"
                            ),
                        ),
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("at", models.DateTimeField(verbose_name="time")),
                        (
                            "actor_kind",
                            models.CharField(
                                choices=[
                                    ("person", "Person"),
                                    ("client", "Partner client"),
                                    ("system", "System"),
                                    ("nobody", "Nobody signed in"),
                                ],
                                max_length=10,
                                verbose_name="kind of actor",
                            ),
                        ),
                        ("actor_id", models.CharField(blank=True, max_length=64)),
                        (
                            "actor",
                            models.CharField(blank=True, max_length=150, verbose_name="who"),
                        ),
                        (
                            "door",
                            models.CharField(
                                choices=[
                                    ("admin", "Admin"),
                                    ("portal", "Portal"),
                                    ("api", "API"),
                                    ("clock", "Clock"),
                                    ("command", "Command"),
                                ],
                                max_length=10,
                                verbose_name="door",
                            ),
                        ),
                        ("verb", models.CharField(max_length=60, verbose_name="what")),
                        (
                            "object",
                            models.CharField(blank=True, max_length=200, verbose_name="object"),
                        ),
                        (
                            "about",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=120),
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "desk",
                            models.CharField(blank=True, max_length=60, verbose_name="desk"),
                        ),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("facts", models.JSONField(default=dict, verbose_name="facts")),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "verbose_name": "entry",
                        "verbose_name_plural": "entries",
                        "db_table": "ledger_entry",
                        "ordering": ["-number"],
                    },
                ),
            ],
        ),
    ]
