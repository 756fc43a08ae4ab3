"""Each version of a letter keeps, sealed, what stands beside its text; earlier ones keep nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column."""

    dependencies = [("liaison", "0008_letters_begin_as_drafts")]

    operations = [
        migrations.AddField(
            model_name="letterversion",
            name="beside",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
    ]
