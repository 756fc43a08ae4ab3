"""The roles, as groups."""

from typing import Any

from django.db import migrations

ROLES = [
    "coordinator",
    "vetting officer",
    "liaison officer",
    "editor",
    "approver",
    "auditor",
    "administrator",
]


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Make one group a role."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    """The roles of DESIGN.md section 6."""

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
