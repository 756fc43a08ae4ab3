"""Let the program alone make the bytes over which an entry's hash is taken.

`ledger.canonical` could be given another body by whoever acts as its owner, and the whole ledger be
verified by that. The same expression stands in `corps.audit.canonical` now.
"""

from django.conf import settings
from django.db import migrations

from corps.audit.canonical import CANONICAL

APP = settings.DATABASE_APP_ROLE
LEDGER = settings.DATABASE_LEDGER_ROLE

FORWARD = f"""
SET LOCAL ROLE "{LEDGER}";
DROP FUNCTION IF EXISTS ledger.canonical(ledger.ledger_entry);
RESET ROLE;
"""
BACKWARD = f"""
SET LOCAL ROLE "{LEDGER}";
CREATE FUNCTION ledger.canonical(e ledger.ledger_entry) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT {CANONICAL} $$;
REVOKE ALL ON FUNCTION ledger.canonical FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.canonical TO "{APP}";
RESET ROLE;
"""  # noqa: S608  (names of roles, from the settings)


class Migration(migrations.Migration):
    """Drop the function that made the bytes."""

    dependencies = [("audit", "0004_changes_from_outside")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
