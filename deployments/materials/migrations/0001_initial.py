import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_drop_django_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("agencies", "0002_contacts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("vault", "0004_sealed_files"),
        ("volunteers", "0006_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leaflet", "Leaflet"),
                            ("audio", "Audio"),
                            ("video", "Video"),
                            ("script", "Script"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "material",
                "verbose_name_plural": "materials",
                "ordering": ["title"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("desk"),
                        django.db.models.functions.text.Lower("title"),
                        name="material_title",
                        violation_error_message="This desk has a material of that title.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["leaflet", "audio", "video", "script"])),
                        name="material_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaterialGroupObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="materials.material"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("group", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="MaterialUserObjectPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="materials.material"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="MaterialVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "variety",
                    models.CharField(blank=True, max_length=60, verbose_name="regional variety"),
                ),
                ("sha256", models.BinaryField(max_length=32)),
                ("pages", models.PositiveIntegerField(blank=True, null=True, verbose_name="pages")),
                (
                    "length",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="length"),
                ),
                ("remarks", models.CharField(blank=True, max_length=200, verbose_name="remarks")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
                    ),
                ),
                (
                    "language",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.language",
                        verbose_name="language",
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="materials.material",
                        verbose_name="material",
                    ),
                ),
                (
                    "previews",
                    models.ManyToManyField(editable=False, related_name="+", to="vault.sealedfile"),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["material", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("material", "number"), name="version_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "in_review", "approved", "rejected", "retired"])
                        ),
                        name="version_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("author")), _negated=True),
                        name="version_author_not_approver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state__in", ["draft", "in_review"]),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "rejected", "retired"]),
                            ),
                            _connector="OR",
                        ),
                        name="version_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "medium",
                    models.CharField(
                        choices=[
                            ("printed", "Printed copies"),
                            ("storage", "Storage medium"),
                            ("electronic", "Electronically"),
                        ],
                        max_length=10,
                        verbose_name="medium",
                    ),
                ),
                ("made", models.PositiveIntegerField(verbose_name="made")),
                (
                    "handed_over",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="handed over"),
                ),
                (
                    "acknowledged",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="acknowledged"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("handed_over", "Handed over"),
                            ("acknowledged", "Acknowledged"),
                            ("failed", "Failed"),
                        ],
                        default="prepared",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                (
                    "handed_over_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="handed over on"),
                ),
                (
                    "receipt_by",
                    models.CharField(blank=True, max_length=120, verbose_name="received by (post)"),
                ),
                (
                    "receipt_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="received on"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="agencies.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "handed_over_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed over by",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "receipt_scan",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="materials.materialversion",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-state_since", "id"],
                "indexes": [
                    models.Index(models.F("desk"), models.F("state"), name="delivery_desk_state")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["prepared", "handed_over", "acknowledged", "failed"])
                        ),
                        name="delivery_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("made__gte", 1)), name="delivery_made"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("handed_over__isnull", True),
                                ("handed_over_at__isnull", True),
                                ("handed_over_by__isnull", True),
                            ),
                            models.Q(
                                ("handed_over__isnull", False),
                                ("handed_over__lte", models.F("made")),
                                ("handed_over_at__isnull", False),
                                ("handed_over_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_handed_over_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("acknowledged__isnull", True),
                                ("receipt_at__isnull", True),
                                ("receipt_by", ""),
                            ),
                            models.Q(
                                ("acknowledged__isnull", False),
                                ("acknowledged__lte", models.F("handed_over")),
                                ("receipt_at__isnull", False),
                                models.Q(("receipt_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_receipt_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_over__isnull", True), ("state", "prepared")),
                            models.Q(
                                ("acknowledged__isnull", True),
                                ("handed_over__isnull", False),
                                ("state", "handed_over"),
                            ),
                            models.Q(("acknowledged__isnull", False), ("state", "acknowledged")),
                            ("state", "failed"),
                            _connector="OR",
                        ),
                        name="delivery_as_its_state_says",
                    ),
                ],
            },
        ),
    ]
