import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import timezone_field.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("vault", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "callsign",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w][\\w.-]*$", "Letters, digits, dots and hyphens only."
                            )
                        ],
                        verbose_name="callsign",
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("applicant", "Applicant"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("released", "Released"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="applicant",
                        max_length=12,
                        verbose_name="standing",
                    ),
                ),
                ("standing_since", models.DateTimeField(verbose_name="standing since")),
                (
                    "home_base",
                    models.CharField(blank=True, max_length=80, verbose_name="home base"),
                ),
                (
                    "time_zone",
                    timezone_field.fields.TimeZoneField(
                        default="Asia/Seoul", verbose_name="time zone"
                    ),
                ),
                (
                    "portal_language",
                    models.CharField(
                        choices=[("ko", "한국어"), ("en", "English"), ("uk", "Українська")],
                        default="ko",
                        max_length=5,
                        verbose_name="portal language",
                    ),
                ),
                (
                    "wishes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("interpreter", "Interpreting"),
                                ("broadcaster", "Broadcasting"),
                                ("leaflets", "Leaflets"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="wishes to do",
                    ),
                ),
                (
                    "registered_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="registered"),
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
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteers",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="volunteer",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "volunteer",
                "verbose_name_plural": "volunteers",
                "ordering": ["callsign"],
                "indexes": [
                    models.Index(
                        models.F("desk"), models.F("callsign"), name="volunteer_desk_callsign"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("callsign"),
                        name="volunteer_callsign",
                        violation_error_message="This callsign is taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "standing__in",
                                ["applicant", "active", "paused", "released", "withdrawn"],
                            )
                        ),
                        name="volunteer_standing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Language",
            fields=[
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
                (
                    "code",
                    models.CharField(
                        max_length=3,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ISO 639-3 code",
                    ),
                ),
            ],
            options={
                "verbose_name": "language",
                "verbose_name_plural": "languages",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "volunteer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="identity",
                        serialize=False,
                        to="volunteers.volunteer",
                    ),
                ),
                ("document", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AvailabilityWindow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("available", "Available"),
                            ("avoid", "Rather not"),
                            ("unavailable", "Unavailable"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "during",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="period"),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="windows",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "availability window",
                "verbose_name_plural": "availability windows",
                "ordering": ["during"],
                "indexes": [
                    models.Index(models.F("volunteer"), name="window_volunteer"),
                    django.contrib.postgres.indexes.GistIndex(
                        models.F("during"), name="window_during"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["available", "avoid", "unavailable"])),
                        name="window_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__endswith__isnull", False),
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__startswith__isnull", False),
                            ("during__upper_inc", False),
                        ),
                        name="window_half_open",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("volunteer", "="), ("kind", "="), ("during", "&&")],
                        name="window_one_of_a_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("mark", models.BinaryField(max_length=32)),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("kind"), models.F("mark"), name="identitymark_lookup")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("volunteer", "kind", "mark"), name="identitymark_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be read"),
                            ("reading", "Being read"),
                            ("preview", "Ready to confirm"),
                            ("confirmed", "Waiting to be imported"),
                            ("importing", "Being imported"),
                            ("done", "Imported"),
                            ("failed", "Not readable"),
                            ("discarded", "Discarded"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                ("beat_at", models.DateTimeField(null=True)),
                ("kind", models.CharField(max_length=4, verbose_name="kind of file")),
                ("upload", models.BinaryField(null=True)),
                (
                    "rows_expected",
                    models.PositiveIntegerField(default=0, verbose_name="rows expected"),
                ),
                ("rows_done", models.PositiveIntegerField(default=0, verbose_name="rows done")),
                ("imported", models.PositiveIntegerField(default=0, verbose_name="imported")),
                ("rejected", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                ("held", models.PositiveIntegerField(default=0, verbose_name="held")),
                ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                ("problem", models.CharField(blank=True, max_length=200, verbose_name="problem")),
                (
                    "data_key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.datakey",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-started_at"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.CharField(blank=True, max_length=60, verbose_name="sheet")),
                ("row", models.PositiveIntegerField(verbose_name="row")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("imported", "Imported"),
                            ("rejected", "Rejected"),
                            ("held", "Held"),
                            ("same", "Already known"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("column", models.CharField(blank=True, max_length=120, verbose_name="column")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="why")),
                ("content", models.BinaryField(null=True)),
                ("like_row", models.PositiveIntegerField(null=True, verbose_name="like row")),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "like",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="volunteers.volunteer",
                        verbose_name="like",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="volunteers.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="volunteers.importrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "row",
                "verbose_name_plural": "rows",
                "ordering": ["sheet", "row"],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "sheet", "row"), name="importrow_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by__isnull", True),
                            ("settled_at__isnull", False),
                            _connector="OR",
                        ),
                        name="importrow_settled_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LanguageHeld",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "listening",
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
                        verbose_name="listening",
                    ),
                ),
                (
                    "speaking",
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
                        verbose_name="speaking",
                    ),
                ),
                (
                    "reading",
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
                        verbose_name="reading",
                    ),
                ),
                (
                    "writing",
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
                        verbose_name="writing",
                    ),
                ),
                (
                    "variety",
                    models.CharField(blank=True, max_length=60, verbose_name="regional variety"),
                ),
                (
                    "language",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="volunteers.language",
                        verbose_name="language",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="languages",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "language",
                "verbose_name_plural": "languages",
                "ordering": ["language__code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("volunteer", "language"), name="languageheld_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("listening__range", (1, 7)),
                            ("reading__range", (1, 7)),
                            ("speaking__range", (1, 7)),
                            ("writing__range", (1, 7)),
                        ),
                        name="languageheld_levels",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Skill",
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
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("craft", "Craft"),
                            ("training", "Training"),
                            ("licence", "Licence"),
                        ],
                        default="craft",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "implies",
                    models.ManyToManyField(
                        blank=True,
                        related_name="implied_by",
                        to="volunteers.skill",
                        verbose_name="implies",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill",
                "verbose_name_plural": "skills",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="SkillHeld",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="verified"),
                ),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="The first day it no longer counts.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="volunteers.skill",
                        verbose_name="skill",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "skill",
                "verbose_name_plural": "skills",
                "ordering": ["skill__code"],
                "constraints": [
                    models.UniqueConstraint(fields=("volunteer", "skill"), name="skillheld_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 4))), name="skillheld_level"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_at__isnull", True), ("verified_by__isnull", True)),
                            models.Q(
                                ("verified_at__isnull", False), ("verified_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="skillheld_verified_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VettingCase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("checks", "Checks under way"),
                            ("recommended", "Recommended"),
                            ("cleared", "Cleared"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                            ("revoked", "Revoked"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                (
                    "from_register",
                    models.BooleanField(default=False, verbose_name="taken over from the register"),
                ),
                ("recommended_at", models.DateTimeField(null=True, verbose_name="recommended")),
                (
                    "recommended_level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 home"), (2, "2 abroad"), (3, "3 front")],
                        null=True,
                        verbose_name="recommended level",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "1 home"), (2, "2 abroad"), (3, "3 front")],
                        null=True,
                        verbose_name="clearance",
                    ),
                ),
                (
                    "holds",
                    django.contrib.postgres.fields.ranges.DateRangeField(
                        null=True, verbose_name="clearance holds"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "recommended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recommended by",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vetting",
                        to="volunteers.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "vetting case",
                "verbose_name_plural": "vetting cases",
                "ordering": ["-state_since"],
                "indexes": [
                    models.Index(
                        models.F("volunteer"), models.F("state"), name="vetting_volunteer_state"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("recommended_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="vetting_decider_is_not_recommender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("recommended_at__isnull", True),
                                ("recommended_by__isnull", True),
                                ("recommended_level__isnull", True),
                            ),
                            models.Q(
                                ("recommended_at__isnull", False),
                                ("recommended_by__isnull", False),
                                ("recommended_level__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_recommendation_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("recommended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_decision_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("holds__endswith__isnull", False),
                                ("holds__isempty", False),
                                ("holds__startswith__isnull", False),
                                ("level__range", (1, 3)),
                                ("state__in", ["cleared", "lapsed", "revoked"]),
                            ),
                            models.Q(
                                ("holds__isnull", True),
                                ("level__isnull", True),
                                ("state__in", ["open", "checks", "recommended", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_clearance_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_by__isnull", True),
                                ("state__in", ["open", "checks", "recommended"]),
                            ),
                            ("from_register", True),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state__in", ["cleared", "refused", "lapsed", "revoked"]),
                            ),
                            _connector="OR",
                        ),
                        name="vetting_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "checks", "recommended"])),
                        fields=("volunteer",),
                        name="vetting_one_under_way",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VettingCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("document", "Identity document"),
                            ("background", "Background"),
                            ("references", "References"),
                            ("interview", "Interview"),
                            ("medical", "Medical"),
                            ("psychological", "Psychological"),
                        ],
                        max_length=14,
                        verbose_name="check",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "Passed"),
                            ("concern", "Concern"),
                            ("failed", "Failed"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="entered")),
                (
                    "valid_until",
                    models.DateField(
                        blank=True,
                        help_text="The first day it no longer counts.",
                        null=True,
                        verbose_name="valid until",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="volunteers.vettingcase",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="officer",
                    ),
                ),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "constraints": [
                    models.UniqueConstraint(fields=("case", "kind"), name="vettingcheck_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VolunteerGroupObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="volunteers.volunteer"
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
            name="VolunteerUserObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="volunteers.volunteer"
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
            name="WeeklyRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                            (6, "Saturday"),
                            (7, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("available", "Available"),
                            ("avoid", "Rather not"),
                            ("unavailable", "Unavailable"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="weekly_rules",
                        to="volunteers.volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "weekly rule",
                "verbose_name_plural": "weekly rules",
                "ordering": ["weekday"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("volunteer", "weekday"), name="weeklyrule_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (1, 7))), name="weeklyrule_weekday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["available", "avoid", "unavailable"])),
                        name="weeklyrule_kind",
                    ),
                ],
            },
        ),
    ]
