"""A granted permit has a last day, so that it lapses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the constraint."""

    dependencies = [("liaison", "0009_versions_keep_what_stands_beside")]

    operations = [
        migrations.AddConstraint(
            model_name="permit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "granted"), _negated=True),
                    ("until__isnull", False),
                    _connector="OR",
                ),
                name="permit_granted_until",
            ),
        ),
    ]
