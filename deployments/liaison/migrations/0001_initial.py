import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0005_drop_django_sessions"),
        ("agencies", "0002_contacts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("deployments", "0003_shares_end"),
        ("materials", "0001_initial"),
        ("outbox", "0001_messages"),
        ("vault", "0004_sealed_files"),
        ("volunteers", "0006_consents"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseNumber",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PermitKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_ko", models.CharField(max_length=120, verbose_name="name in Korean")),
                ("name_en", models.CharField(max_length=120, verbose_name="name in English")),
                ("name_uk", models.CharField(max_length=120, verbose_name="name in Ukrainian")),
                (
                    "authority_ko",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="authority in Korean"
                    ),
                ),
                (
                    "authority_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="authority in English"
                    ),
                ),
                (
                    "authority_uk",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="authority in Ukrainian"
                    ),
                ),
                ("needs_ko", models.TextField(blank=True, verbose_name="what it needs, in Korean")),
                (
                    "needs_en",
                    models.TextField(blank=True, verbose_name="what it needs, in English"),
                ),
                (
                    "needs_uk",
                    models.TextField(blank=True, verbose_name="what it needs, in Ukrainian"),
                ),
                (
                    "lasts_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="lasts (days)"
                    ),
                ),
                (
                    "source",
                    models.CharField(blank=True, max_length=200, verbose_name="rule it comes from"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                        verbose_name="agency that is written to",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of permit",
                "verbose_name_plural": "kinds of permit",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("permits", "Permits"),
                            ("handover", "Handover of materials"),
                            ("proposal", "Proposal of a deployment"),
                            ("information", "Request for information"),
                            ("withdrawal", "Withdrawal of what was sent"),
                            ("other", "Other"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=160, verbose_name="subject")),
                ("due", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "overdue_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="overdue since"),
                ),
                ("outcome", models.CharField(blank=True, max_length=12, verbose_name="outcome")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("drafting", "Letter being written"),
                            ("in_review", "Letter in review"),
                            ("sent", "Sent"),
                            ("acknowledged", "Acknowledged"),
                            ("referred", "Referred"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="agencies.agency",
                        verbose_name="written to",
                    ),
                ),
                (
                    "deliveries",
                    models.ManyToManyField(
                        blank=True,
                        related_name="cases",
                        to="materials.delivery",
                        verbose_name="deliveries",
                    ),
                ),
                (
                    "deployment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="deployments.deployment",
                        verbose_name="deployment",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_cases",
                        to="agencies.agency",
                        verbose_name="held by",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="materials.materialversion",
                        verbose_name="material",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-year", "-number"],
                "indexes": [
                    models.Index(
                        models.F("desk"), models.F("state"), models.F("due"), name="case_desk_state"
                    ),
                    models.Index(models.F("holder"), models.F("due"), name="case_holder"),
                    models.Index(models.F("owner"), models.F("due"), name="case_owner"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("year", "number"), name="case_reference"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "open",
                                    "drafting",
                                    "in_review",
                                    "sent",
                                    "acknowledged",
                                    "referred",
                                    "answered",
                                    "closed",
                                ],
                            )
                        ),
                        name="case_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="case_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("holder__isnull", False),
                                ("state__in", ("sent", "acknowledged", "referred")),
                            ),
                            models.Q(
                                ("state__in", ("sent", "acknowledged", "referred")), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="case_held",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("overdue_since__isnull", True),
                            models.Q(
                                ("due__isnull", False),
                                ("state__in", ("sent", "acknowledged", "referred")),
                            ),
                            _connector="OR",
                        ),
                        name="case_overdue_with_an_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseGroupObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="liaison.case"
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
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                ("written_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="liaison.case",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CaseUserObjectPermission",
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
                        on_delete=django.db.models.deletion.CASCADE, to="liaison.case"
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
            name="CaseVolunteer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="concerned",
                        to="liaison.case",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="volunteers.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "volunteer"), name="casevolunteer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("permit_request", "Request for permits"),
                            ("handover_note", "Handover note"),
                            ("proposal", "Proposal of a deployment"),
                            ("information", "Request for information"),
                            ("reminder", "Reminder"),
                            ("withdrawal", "Withdrawal"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ko", "한국어"), ("en", "English"), ("uk", "Українська")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "discloses",
                    models.BooleanField(default=False, verbose_name="discloses identity"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("returned", "Returned"),
                            ("approved", "Approved"),
                            ("sent", "Sent"),
                            ("acknowledged", "Acknowledged"),
                            ("bounced", "Came back"),
                            ("discarded", "Discarded"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                ("text_hash", models.BinaryField(max_length=32, null=True)),
                ("pdf_hash", models.BinaryField(max_length=32, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "sent_through",
                    models.CharField(
                        blank=True,
                        choices=[("email", "E-mail"), ("post", "Post"), ("hand", "By hand")],
                        max_length=6,
                        verbose_name="sent by way of",
                    ),
                ),
                (
                    "receipt_by",
                    models.CharField(blank=True, max_length=120, verbose_name="received by (post)"),
                ),
                (
                    "receipt_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="received on"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="agencies.agency",
                        verbose_name="to",
                    ),
                ),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="liaison.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="agencies.contact",
                        verbose_name="contact",
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
                    "message",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.message",
                    ),
                ),
                (
                    "pdf",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
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
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["case", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="letter_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "returned",
                                    "approved",
                                    "sent",
                                    "acknowledged",
                                    "bounced",
                                    "discarded",
                                ],
                            )
                        ),
                        name="letter_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sent_at__isnull", True),
                                ("sent_by__isnull", True),
                                ("sent_through", ""),
                            ),
                            models.Q(
                                ("pdf__isnull", False),
                                ("pdf_hash__isnull", False),
                                ("sent_at__isnull", False),
                                ("sent_by__isnull", False),
                                ("text_hash__isnull", False),
                                models.Q(("sent_through", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_sent_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("sent_at__isnull", False),
                                ("state__in", ["sent", "acknowledged", "bounced"]),
                            ),
                            models.Q(
                                ("state__in", ["sent", "acknowledged", "bounced"]), _negated=True
                            ),
                            _connector="OR",
                        ),
                        name="letter_sent_as_its_state_says",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("receipt_at__isnull", True), ("receipt_by", "")),
                            models.Q(
                                ("receipt_at__isnull", False),
                                models.Q(("receipt_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="letter_receipt_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Permit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="authority's number"),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("needed", "Needed"),
                            ("applied", "Applied for"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="needed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="since")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="deployments.assignment",
                        verbose_name="assignment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="liaison.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permits",
                        to="liaison.permitkind",
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "permit",
                "verbose_name_plural": "permits",
                "ordering": ["assignment", "kind"],
                "indexes": [
                    models.Index(
                        models.F("until"),
                        condition=models.Q(("state", "granted")),
                        name="permit_until",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("assignment", "kind"), name="permit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["needed", "applied", "granted", "refused", "lapsed"])
                        ),
                        name="permit_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "needed"), ("case__isnull", False), _connector="OR"
                        ),
                        name="permit_applied_by_a_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("since__lte", models.F("until")),
                            _connector="OR",
                        ),
                        name="permit_since_until",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PermitNeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deployment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permit_needs",
                        to="deployments.deployment",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="liaison.permitkind",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("deployment", "kind"), name="permitneed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("due", models.DateField(blank=True, null=True, verbose_name="due")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="remark")),
                ("entered_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="liaison.case",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["entered_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_agency", models.F("to_agency")), _negated=True),
                        name="referral_to_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("says", models.CharField(max_length=200, verbose_name="what for")),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="liaison.case",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
                "indexes": [
                    models.Index(
                        models.F("on"),
                        condition=models.Q(("done_at__isnull", True)),
                        name="reminder_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reminder_done_together",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="fields"
                    ),
                ),
                ("purpose", models.CharField(max_length=20, verbose_name="purpose")),
                (
                    "disclosed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="disclosed"),
                ),
                (
                    "recalled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="recalled"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="volunteers.consent",
                        verbose_name="consent",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="volunteers.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="liaison.letter",
                        verbose_name="letter",
                    ),
                ),
                (
                    "recalled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="liaison.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "disclosure",
                "verbose_name_plural": "disclosures",
                "ordering": ["-disclosed_at", "id"],
                "indexes": [
                    models.Index(
                        models.F("volunteer"), models.F("agency"), name="disclosure_volunteer"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "volunteer"), name="disclosure_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosed_at__isnull", True),
                            ("consent__isnull", False),
                            _connector="OR",
                        ),
                        name="disclosure_by_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recalled_at__isnull", True), ("recalled_by__isnull", True)),
                            models.Q(
                                ("recalled_at__isnull", False), ("recalled_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_recalled_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("sha256", models.BinaryField(max_length=32)),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="liaison.letter",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="materials.materialversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("version__isnull", True)),
                            models.Q(("file__isnull", True), ("version__isnull", False)),
                            _connector="OR",
                        ),
                        name="letterattachment_one_file",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.BinaryField()),
                ("text_hash", models.BinaryField(max_length=32)),
                ("written_at", models.DateTimeField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="liaison.letter",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["letter", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "number"), name="letterversion_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("partly", "Granted in part"),
                            ("no_comment", "No comment"),
                            ("information", "Information"),
                        ],
                        max_length=12,
                        verbose_name="what it says",
                    ),
                ),
                ("came_on", models.DateField(verbose_name="came on")),
                ("content", models.BinaryField()),
                ("message_id", models.CharField(blank=True, max_length=250)),
                ("entered_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="agencies.agency",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="liaison.case",
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
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="liaison.letter",
                    ),
                ),
                (
                    "original",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "reply",
                "verbose_name_plural": "replies",
                "ordering": ["entered_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=("message_id",),
                        name="reply_message_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "approver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="liaison.letterversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "approver"), name="letterapproval_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approver", models.F("author")), _negated=True),
                        name="letterapproval_not_the_author",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.sealedfile",
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="liaison.reply",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
                "constraints": [
                    models.UniqueConstraint(fields=("reply", "place"), name="replyattachment_place")
                ],
            },
        ),
    ]
