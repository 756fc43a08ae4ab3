"""Since when something is shared with an agency."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deployments", "0003_shares_end")]

    operations = [
        migrations.AddField(
            model_name="deploymentgroupobjectpermission",
            name="shared_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
