"""A matter may concern several deployments: a case is linked to each of them.

Going back is refused while a case is about more than one: there would be room for one of them.
"""

from django.db import migrations, models


def link(to: str, **names: str) -> models.ForeignKey:
    """Return one side of the link."""
    kept = models.CASCADE if to == "liaison.case" else models.PROTECT
    return models.ForeignKey(on_delete=kept, related_name="+", to=to, **names)


class Migration(migrations.Migration):
    """Make the links, take over the one deployment that a case had, and drop its column."""

    dependencies = [
        ("deployments", "0003_shares_end"),
        ("liaison", "0012_replies_name_their_columns"),
    ]

    operations = [
        migrations.CreateModel(
            "CaseDeployment",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("case", link("liaison.case")),
                ("deployment", link("deployments.deployment", verbose_name="deployment")),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "deployment"), name="casedeployment_once"
                    )
                ]
            },
        ),
        migrations.RunSQL(
            "INSERT INTO liaison_casedeployment (case_id, deployment_id)"
            " SELECT id, deployment_id FROM liaison_case WHERE deployment_id IS NOT NULL",
            "UPDATE liaison_case SET deployment_id = (SELECT deployment_id"
            " FROM liaison_casedeployment WHERE case_id = liaison_case.id)",
        ),
        migrations.RemoveField("case", "deployment"),
        migrations.AddField(
            "case",
            "deployments",
            models.ManyToManyField(
                blank=True,
                related_name="cases",
                through="liaison.CaseDeployment",
                to="deployments.deployment",
                verbose_name="deployments",
            ),
        ),
    ]
