"""Enter what is changed around the application, and find entries by who and about what.

`ledger.enter_outside` stands behind a trigger on each table (`corps.audit.watching`), which calls
it for whoever is signed in to the database as another role than the application's. It tells the
table, the row's key, what was done and the names of the columns: never a value. Its arguments are
the label of the model, "" for a table that has none, and the column of the key, "" where the key
may say something of a person.
"""

from django.conf import settings
from django.db import migrations

from corps.audit.guards import ENTER_OUTSIDE

LEDGER = settings.DATABASE_LEDGER_ROLE

FORWARD = f"""
SET LOCAL ROLE "{LEDGER}";
CREATE INDEX ledger_entry_actor ON ledger.ledger_entry (actor, number DESC);
CREATE INDEX ledger_entry_object ON ledger.ledger_entry (object, number DESC);

CREATE FUNCTION ledger.enter_outside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $${ENTER_OUTSIDE}$$;
REVOKE ALL ON FUNCTION ledger.enter_outside FROM PUBLIC;
DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA ledger TO %I', session_user);
    EXECUTE format('GRANT EXECUTE ON FUNCTION ledger.enter_outside TO %I', session_user);
END $$;
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Create the function behind the triggers, and the indexes of actors and objects."""

    dependencies = [("audit", "0003_seals")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
