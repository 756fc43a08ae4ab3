"""What a row holds that may be personal is sealed with it: columns, names of sheets, warnings."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles"),
        ("vault", "0001_initial"),
        ("volunteers", "0002_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveField(
            model_name="importrow",
            name="column",
        ),
        migrations.RemoveField(
            model_name="importrun",
            name="warnings",
        ),
        migrations.AddField(
            model_name="importrow",
            name="data_key",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vault.datakey",
            ),
        ),
        migrations.AddField(
            model_name="importrow",
            name="like_sheet",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="mark",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="importrow",
            name="same",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                default=list,
                size=None,
                verbose_name="the same",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="remarks",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="importrun",
            name="state_since",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="since"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="importrow",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("imported", "Imported"),
                    ("rejected", "Rejected"),
                    ("held", "Held"),
                    ("same", "Already known"),
                    ("undecided", "Not decided in time"),
                ],
                max_length=10,
                verbose_name="outcome",
            ),
        ),
        migrations.RemoveConstraint(model_name="importrow", name="importrow_once"),
        migrations.RemoveField(model_name="importrow", name="sheet"),
        migrations.AddField(
            model_name="importrow",
            name="sheet",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="sheet"),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("run", "sheet", "row"), name="importrow_once"
            ),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="why",
            field=models.CharField(blank=True, max_length=80, verbose_name="why"),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to be read"),
                    ("reading", "Being read"),
                    ("preview", "Ready to confirm"),
                    ("confirmed", "Waiting to be imported"),
                    ("importing", "Being imported"),
                    ("done", "Imported"),
                    ("failed", "Not imported"),
                    ("discarded", "Discarded"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(models.F("run"), models.F("outcome"), name="importrow_run_outcome"),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                models.F("mark"), condition=models.Q(("outcome", "held")), name="importrow_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "held"), _negated=True),
                    ("settled_at__isnull", True),
                    _connector="OR",
                ),
                name="importrow_held_is_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting",
                            "reading",
                            "preview",
                            "confirmed",
                            "importing",
                            "done",
                            "failed",
                            "discarded",
                        ],
                    )
                ),
                name="importrun_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False), ("state__in", ["done", "failed", "discarded"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["done", "failed", "discarded"]), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="importrun_ended",
            ),
        ),
    ]
