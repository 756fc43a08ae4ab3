"""The columns of the list of replies are named in the reader's language."""

from django.db import migrations, models


def a_key(to: str, name: str) -> models.ForeignKey:
    """Return what the reply is of."""
    return models.ForeignKey(
        on_delete=models.PROTECT, related_name="replies", to=to, verbose_name=name
    )


class Migration(migrations.Migration):
    """Name them; nothing in the database changes."""

    dependencies = [
        ("agencies", "0003_merged_contacts_lead_on"),
        ("liaison", "0011_ids_of_mail_are_sealed"),
    ]

    operations = [
        migrations.AlterField("reply", "agency", a_key("agencies.agency", "agency")),
        migrations.AlterField("reply", "case", a_key("liaison.case", "case")),
    ]
