"""A case that no agency has is held by none, as one that an agency has is held by one."""

from django.db import migrations, models
from django.db.models import Q

HELD = ("sent", "acknowledged", "referred")


class Migration(migrations.Migration):
    """Let the constraint hold both ways."""

    dependencies = [("liaison", "0006_disclosures_passed_on")]

    operations = [
        migrations.RemoveConstraint(model_name="case", name="case_held"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                name="case_held",
                condition=Q(state__in=HELD, holder__isnull=False)
                | (~Q(state__in=HELD) & Q(holder__isnull=True)),
            ),
        ),
    ]
