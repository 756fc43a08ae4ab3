"""Enter what is changed around the application, and find entries by who and about what.

`ledger.enter_outside` stands behind a trigger on each table (`corps.audit.watching`), which calls
it for whoever is signed in to the database as another role than the application's. It tells the
table, the row's key, what was done and the names of the columns: never a value. Its arguments are
the label of the model, "" for a table that has none, and the column of the key, "" where the key
may say something of a person.
"""

from django.conf import settings
from django.db import migrations

LEDGER = settings.DATABASE_LEDGER_ROLE

FORWARD = f"""
SET LOCAL ROLE "{LEDGER}";
CREATE INDEX ledger_entry_actor ON ledger.ledger_entry (actor, number DESC);
CREATE INDEX ledger_entry_object ON ledger.ledger_entry (object, number DESC);

CREATE FUNCTION ledger.enter_outside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
END $$;
REVOKE ALL ON FUNCTION ledger.enter_outside FROM PUBLIC;
DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA ledger TO %I', session_user);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ledger.enter_outside TO %I', session_user);
END $$;
RESET ROLE;
"""  # noqa: S608  (names of roles, from the settings)


class Migration(migrations.Migration):
    """Create the function behind the triggers, and the indexes of actors and objects."""

    dependencies = [("audit", "0003_seals")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
