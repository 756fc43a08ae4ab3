import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("vault", "0004_sealed_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="languages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[("ko", "한국어"), ("en", "English"), ("uk", "Українська")],
                    max_length=5,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="languages of letters",
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="letters_by",
            field=models.CharField(
                choices=[("email", "E-mail"), ("post", "Post"), ("hand", "By hand")],
                default="email",
                max_length=6,
                verbose_name="takes letters by",
            ),
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("post", models.CharField(max_length=120, verbose_name="post")),
                (
                    "language",
                    models.CharField(
                        choices=[("ko", "한국어"), ("en", "English"), ("uk", "Українська")],
                        default="en",
                        max_length=5,
                        verbose_name="preferred language",
                    ),
                ),
                ("details", models.BinaryField()),
                (
                    "has_openpgp_key",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="has an OpenPGP key"
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "data_key",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.datakey",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="agencies.contact",
                        verbose_name="merged into",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "ordering": ["agency", "post", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("since__lte", models.F("until")),
                            _connector="OR",
                        ),
                        name="contact_since_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="contact_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("mark", models.BinaryField(max_length=32)),
                ("key_id", models.CharField(max_length=60)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="agencies.contact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("kind"), models.F("mark"), name="contactmark_lookup")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contact", "kind", "mark"), name="contactmark_once"
                    )
                ],
            },
        ),
    ]
