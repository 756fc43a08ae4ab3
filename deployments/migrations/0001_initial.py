"""Deployments, slots, teams, assignments, and the constraints that keep them true."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django_countries.fields
import timezone_field.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("agencies", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("volunteers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_ko", models.CharField(max_length=120, verbose_name="name in Korean")),
                ("name_en", models.CharField(max_length=120, verbose_name="name in English")),
                ("name_uk", models.CharField(max_length=120, verbose_name="name in Ukrainian")),
                (
                    "also",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="also called",
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("codename", models.CharField(max_length=60, verbose_name="codename")),
                (
                    "country",
                    django_countries.fields.CountryField(
                        default="UA", max_length=2, verbose_name="country"
                    ),
                ),
                ("region", models.CharField(blank=True, max_length=80, verbose_name="region")),
                (
                    "time_zone",
                    timezone_field.fields.TimeZoneField(
                        default="Europe/Kyiv", verbose_name="time zone"
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period"),
                ),
                (
                    "clearance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 home"), (2, "2 abroad"), (3, "3 front")],
                        default=2,
                        verbose_name="clearance needed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Open"),
                            ("ready", "Ready"),
                            ("active", "Active"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "host_agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hosted",
                        to="agencies.agency",
                        verbose_name="host agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "deployment",
                "verbose_name_plural": "deployments",
                "ordering": ["codename"],
                "indexes": [
                    models.Index(models.F("desk"), models.F("state"), name="deployment_desk_state")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("codename"),
                        name="deployment_codename",
                        violation_error_message="This codename is taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__endswith__isnull", False),
                            ("period__isempty", False),
                            ("period__lower_inc", True),
                            ("period__startswith__isnull", False),
                            ("period__upper_inc", False),
                        ),
                        name="deployment_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["draft", "open", "ready", "active", "closed", "cancelled"],
                            )
                        ),
                        name="deployment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clearance__range", (1, 3))),
                        name="deployment_clearance",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeploymentGroupObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="deployments.deployment"
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
            name="DeploymentUserObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="deployments.deployment"
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
            name="RoleLanguage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("listening", "listening"),
                            ("speaking", "speaking"),
                            ("reading", "reading"),
                            ("writing", "writing"),
                        ],
                        default="speaking",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "A1"),
                            (2, "A2"),
                            (3, "B1"),
                            (4, "B2"),
                            (5, "C1"),
                            (6, "C2"),
                            (7, "native"),
                        ],
                        default=3,
                        verbose_name="level",
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
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="languages",
                        to="deployments.role",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("role", "language", "mode"), name="rolelanguage_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 7))), name="rolelanguage_level"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleSkill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="level")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="deployments.role",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.skill",
                        verbose_name="skill",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("role", "skill"), name="roleskill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 4))), name="roleskill_level"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period"),
                ),
                (
                    "clearance",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 home"), (2, "2 abroad"), (3, "3 front")],
                        verbose_name="clearance needed",
                    ),
                ),
                (
                    "deployment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="deployments.deployment",
                        verbose_name="deployment",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                        to="deployments.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "place",
                "verbose_name_plural": "places",
                "ordering": ["deployment", "number"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "period",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("confirmed", "Confirmed"),
                            ("active", "Active"),
                            ("lost_contact", "Lost contact"),
                            ("completed", "Completed"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="proposed",
                        max_length=14,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("offered_at", models.DateTimeField(null=True, verbose_name="offered")),
                ("answer_by", models.DateTimeField(null=True, verbose_name="answer by")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="volunteers.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="deployments.slot",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "ordering": ["-state_since"],
                "indexes": [
                    models.Index(
                        models.F("volunteer"), models.F("state"), name="assignment_volunteer_state"
                    ),
                    models.Index(models.F("slot"), models.F("state"), name="assignment_slot_state"),
                    models.Index(
                        models.F("answer_by"),
                        condition=models.Q(("state", "offered")),
                        name="assignment_answer_by",
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("offered", "accepted", "confirmed", "active", "lost_contact"),
                            )
                        ),
                        expressions=[("volunteer", "="), ("period", "&&")],
                        name="assignment_no_double_booking",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("offered", "accepted", "confirmed", "active", "lost_contact"),
                            )
                        ),
                        fields=("slot",),
                        name="assignment_one_holder",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("slot", "volunteer"),
                        name="assignment_proposed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period__endswith__isnull", False),
                            ("period__isempty", False),
                            ("period__lower_inc", True),
                            ("period__startswith__isnull", False),
                            ("period__upper_inc", False),
                        ),
                        name="assignment_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "proposed",
                                    "offered",
                                    "accepted",
                                    "confirmed",
                                    "active",
                                    "lost_contact",
                                    "completed",
                                    "declined",
                                    "expired",
                                    "withdrawn",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="assignment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_by__isnull", True), ("offered_at__isnull", True)),
                            models.Q(("answer_by__isnull", False), ("offered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="assignment_offered_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlotLanguage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("listening", "listening"),
                            ("speaking", "speaking"),
                            ("reading", "reading"),
                            ("writing", "writing"),
                        ],
                        default="speaking",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "A1"),
                            (2, "A2"),
                            (3, "B1"),
                            (4, "B2"),
                            (5, "C1"),
                            (6, "C2"),
                            (7, "native"),
                        ],
                        default=3,
                        verbose_name="level",
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
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="languages",
                        to="deployments.slot",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("slot", "language", "mode"), name="slotlanguage_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 7))), name="slotlanguage_level"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlotSkill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=1, verbose_name="level")),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.skill",
                        verbose_name="skill",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="deployments.slot",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("slot", "skill"), name="slotskill_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 4))), name="slotskill_level"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "deployment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="teams",
                        to="deployments.deployment",
                        verbose_name="deployment",
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("deployment", "name"), name="team_name")
                ],
            },
        ),
        migrations.AddField(
            model_name="slot",
            name="team",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="slots",
                to="deployments.team",
                verbose_name="team",
            ),
        ),
        migrations.CreateModel(
            name="CompositionRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minimum", models.PositiveSmallIntegerField(default=1, verbose_name="at least")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("listening", "listening"),
                            ("speaking", "speaking"),
                            ("reading", "reading"),
                            ("writing", "writing"),
                        ],
                        default="speaking",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "A1"),
                            (2, "A2"),
                            (3, "B1"),
                            (4, "B2"),
                            (5, "C1"),
                            (6, "C2"),
                            (7, "native"),
                        ],
                        null=True,
                        verbose_name="level",
                    ),
                ),
                (
                    "language",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.language",
                        verbose_name="language",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deployments.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="deployments.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "composition rule",
                "verbose_name_plural": "composition rules",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("language__isnull", True),
                                ("level__isnull", True),
                                ("role__isnull", False),
                            ),
                            models.Q(
                                ("language__isnull", False),
                                ("level__isnull", False),
                                ("role__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="compositionrule_role_or_language",
                        violation_error_message="Name either a role, or a language with a level.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__gte", 1)), name="compositionrule_minimum"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("deployment", "number"), name="slot_number"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__endswith__isnull", False),
                    ("period__isempty", False),
                    ("period__lower_inc", True),
                    ("period__startswith__isnull", False),
                    ("period__upper_inc", False),
                ),
                name="slot_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("clearance__range", (1, 3))), name="slot_clearance"
            ),
        ),
    ]
