"""Let the application add a key check and read it, and neither change nor remove one.

Whoever speaks as the application could else make the check of a keyring of their own, and have
the next start accept it in place of the right one. Keys are rotated by a command that is given the
owner's address, as migrations are.
"""

from django.conf import settings
from django.db import migrations

APP = settings.DATABASE_APP_ROLE

FORWARD = f'REVOKE UPDATE, DELETE, TRUNCATE ON vault_keycheck FROM "{APP}"'
BACKWARD = f'GRANT UPDATE, DELETE ON vault_keycheck TO "{APP}"'


class Migration(migrations.Migration):
    """Take the rights away."""

    dependencies = [("vault", "0002_house_keys"), ("accounts", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
