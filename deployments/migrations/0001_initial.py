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
        ("agencies", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("volunteers", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "verbose_name": "composition rule",
                "verbose_name_plural": "composition rules",
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
            ],
            options={
                "verbose_name": "deployment",
                "verbose_name_plural": "deployments",
                "ordering": ["codename"],
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
            ],
            options={
                "abstract": False,
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
            ],
            options={
                "abstract": False,
            },
        ),
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
            ],
            options={
                "abstract": False,
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
            ],
            options={
                "abstract": False,
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
            ],
            options={
                "verbose_name": "place",
                "verbose_name_plural": "places",
                "ordering": ["deployment", "number"],
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
            ],
            options={
                "abstract": False,
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
            ],
            options={
                "abstract": False,
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
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["name"],
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
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "ordering": ["-state_since"],
            },
        ),
        migrations.AddField(
            model_name="assignment",
            name="volunteer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="volunteers.volunteer",
                verbose_name="volunteer",
            ),
        ),
        migrations.AddField(
            model_name="compositionrule",
            name="language",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.language",
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="deployment",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deployments",
                to="accounts.desk",
                verbose_name="desk",
            ),
        ),
        migrations.AddField(
            model_name="deployment",
            name="host_agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hosted",
                to="agencies.agency",
                verbose_name="host agency",
            ),
        ),
        migrations.AddField(
            model_name="deploymentgroupobjectpermission",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="deployments.deployment"
            ),
        ),
        migrations.AddField(
            model_name="deploymentgroupobjectpermission",
            name="group",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
        ),
        migrations.AddField(
            model_name="deploymentgroupobjectpermission",
            name="permission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
            ),
        ),
        migrations.AddField(
            model_name="deploymentuserobjectpermission",
            name="content_object",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="deployments.deployment"
            ),
        ),
        migrations.AddField(
            model_name="deploymentuserobjectpermission",
            name="permission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
            ),
        ),
        migrations.AddField(
            model_name="deploymentuserobjectpermission",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="compositionrule",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deployments.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolelanguage",
            name="language",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.language",
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="rolelanguage",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="languages",
                to="deployments.role",
            ),
        ),
        migrations.AddField(
            model_name="roleskill",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="skills",
                to="deployments.role",
            ),
        ),
        migrations.AddField(
            model_name="roleskill",
            name="skill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.skill",
                verbose_name="skill",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="deployment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="slots",
                to="deployments.deployment",
                verbose_name="deployment",
            ),
        ),
        migrations.AddField(
            model_name="slot",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="slots",
                to="deployments.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="deployments.slot",
                verbose_name="place",
            ),
        ),
        migrations.AddField(
            model_name="slotlanguage",
            name="language",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.language",
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="slotlanguage",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="languages",
                to="deployments.slot",
            ),
        ),
        migrations.AddField(
            model_name="slotskill",
            name="skill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="volunteers.skill",
                verbose_name="skill",
            ),
        ),
        migrations.AddField(
            model_name="slotskill",
            name="slot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="skills",
                to="deployments.slot",
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="deployment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="teams",
                to="deployments.deployment",
                verbose_name="deployment",
            ),
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
        migrations.AddField(
            model_name="compositionrule",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="deployments.team",
            ),
        ),
        migrations.AddIndex(
            model_name="deployment",
            index=models.Index(models.F("desk"), models.F("state"), name="deployment_desk_state"),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("codename"),
                name="deployment_codename",
                violation_error_message="This codename is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__endswith__isnull", False),
                    ("period__isempty", False),
                    ("period__lower_inc", True),
                    ("period__startswith__isnull", False),
                    ("period__upper_inc", False),
                ),
                name="deployment_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "open", "ready", "active", "closed", "cancelled"])
                ),
                name="deployment_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.CheckConstraint(
                condition=models.Q(("clearance__range", (1, 3))), name="deployment_clearance"
            ),
        ),
        migrations.AlterUniqueTogether(
            name="deploymentgroupobjectpermission",
            unique_together={("group", "permission", "content_object")},
        ),
        migrations.AlterUniqueTogether(
            name="deploymentuserobjectpermission",
            unique_together={("user", "permission", "content_object")},
        ),
        migrations.AddConstraint(
            model_name="rolelanguage",
            constraint=models.UniqueConstraint(
                fields=("role", "language", "mode"), name="rolelanguage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolelanguage",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 7))), name="rolelanguage_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleskill",
            constraint=models.UniqueConstraint(fields=("role", "skill"), name="roleskill_once"),
        ),
        migrations.AddConstraint(
            model_name="roleskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 4))), name="roleskill_level"
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                models.F("volunteer"), models.F("state"), name="assignment_volunteer_state"
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(models.F("slot"), models.F("state"), name="assignment_slot_state"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                models.F("answer_by"),
                condition=models.Q(("state", "offered")),
                name="assignment_answer_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("state__in", ("offered", "accepted", "confirmed", "active", "lost_contact"))
                ),
                expressions=[("volunteer", "="), ("period", "&&")],
                name="assignment_no_double_booking",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("offered", "accepted", "confirmed", "active", "lost_contact"))
                ),
                fields=("slot",),
                name="assignment_one_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("slot", "volunteer"),
                name="assignment_proposed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__endswith__isnull", False),
                    ("period__isempty", False),
                    ("period__lower_inc", True),
                    ("period__startswith__isnull", False),
                    ("period__upper_inc", False),
                ),
                name="assignment_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer_by__isnull", True), ("offered_at__isnull", True)),
                    models.Q(("answer_by__isnull", False), ("offered_at__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_offered_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="slotlanguage",
            constraint=models.UniqueConstraint(
                fields=("slot", "language", "mode"), name="slotlanguage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="slotlanguage",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 7))), name="slotlanguage_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="slotskill",
            constraint=models.UniqueConstraint(fields=("slot", "skill"), name="slotskill_once"),
        ),
        migrations.AddConstraint(
            model_name="slotskill",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__range", (1, 4))), name="slotskill_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(fields=("deployment", "name"), name="team_name"),
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
        migrations.AddConstraint(
            model_name="compositionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("language__isnull", True), ("level__isnull", True), ("role__isnull", False)
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
        ),
        migrations.AddConstraint(
            model_name="compositionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum__gte", 1)), name="compositionrule_minimum"
            ),
        ),
    ]
