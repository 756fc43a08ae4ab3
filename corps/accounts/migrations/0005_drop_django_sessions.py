"""Django's own table of sessions goes: what it kept could be read by whoever holds the database."""

from django.db import migrations


class Migration(migrations.Migration):
    """Whoever is signed in at the time signs in again."""

    dependencies = [("accounts", "0004_requests_for_a_second_person")]

    operations = [
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
    ]
