"""Keep what is needed to make every blind index again under another key.

Rows of workbooks that were imported before have no source: their index goes at the next rotation,
and the same row, imported once more, waits for a decision instead of counting as known.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0004_shares_end"),
    ]

    operations = [
        migrations.AddField(
            model_name="identitymark",
            name="source",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="mark_key_id",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
    ]
