"""Let the database alone give entries their numbers, and say when it wrote them.

A right to insert into a whole table includes `OVERRIDING SYSTEM VALUE`: whoever speaks as the
application could take numbers ahead, or fill gaps behind. `written_at` is the database's own clock;
`at`, which the application says, may tell of another instant.
"""

from django.conf import settings
from django.db import migrations

APP = settings.DATABASE_APP_ROLE
LEDGER = settings.DATABASE_LEDGER_ROLE
GIVEN = "id, at, actor_kind, actor_id, actor, door, verb, object, about, desk, reason, facts, request_id"

FORWARD = f"""
SET LOCAL ROLE "{LEDGER}";
ALTER TABLE ledger.ledger_entry
    ADD COLUMN written_at timestamptz NOT NULL DEFAULT clock_timestamp();
REVOKE INSERT ON ledger.ledger_entry FROM "{APP}";
GRANT INSERT ({GIVEN}) ON ledger.ledger_entry TO "{APP}";
RESET ROLE;
"""


class Migration(migrations.Migration):
    """Grant the insertion of every column but the number and the database's own time."""

    dependencies = [("audit", "0001_ledger")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
