"""Since when something is shared with an agency."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("materials", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="materialgroupobjectpermission",
            name="shared_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
