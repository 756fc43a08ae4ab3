"""An agency's share of a case says since when it stands, so that it goes with a letter that never
left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("liaison", "0013_a_case_is_about_several_deployments")]

    operations = [
        migrations.AddField(
            model_name="casegroupobjectpermission",
            name="since",
            field=models.DateTimeField(blank=True, null=True, verbose_name="since"),
        ),
    ]
