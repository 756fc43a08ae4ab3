"""The four roles that ship with Corps, with what each needs by default."""

from typing import Any

from django.db import migrations

B1, B2, NATIVE = 3, 4, 7

ROLES = [
    (
        "interpreter",
        "통역",
        "Interpreter",
        "Перекладач",
        [("interpreting-consecutive", 2)],
        [("kor", "speaking", NATIVE), ("ukr", "speaking", B1)],
    ),
    (
        "broadcaster",
        "방송원",
        "Broadcaster",
        "Диктор",
        [("presenting", 2)],
        [("kor", "speaking", NATIVE)],
    ),
    (
        "leaflet-member",
        "전단조원",
        "Leaflet team member",
        "Учасник групи листівок",
        [("first-aid", 1)],
        [("kor", "reading", B2)],
    ),
    (
        "leaflet-leader",
        "전단조장",
        "Leaflet team leader",
        "Керівник групи листівок",
        [("leaflet-editing", 2)],
        [("kor", "reading", B2)],
    ),
]


def fill(apps: Any, schema_editor: Any) -> None:
    """Enter the roles and their default requirements."""
    alias = schema_editor.connection.alias
    roles = apps.get_model("deployments", "Role").objects.using(alias)
    skills = {s.code: s for s in apps.get_model("volunteers", "Skill").objects.using(alias)}
    role_skills = apps.get_model("deployments", "RoleSkill").objects.using(alias)
    role_languages = apps.get_model("deployments", "RoleLanguage").objects.using(alias)
    for code, ko, en, uk, needs, languages in ROLES:
        role = roles.create(code=code, name_ko=ko, name_en=en, name_uk=uk)
        for skill, level in needs:
            role_skills.create(role=role, skill=skills[skill], level=level)
        for language, mode, level in languages:
            role_languages.create(role=role, language_id=language, mode=mode, level=level)


class Migration(migrations.Migration):
    """Fill the catalogue of roles."""

    dependencies = [("deployments", "0001_initial"), ("volunteers", "0002_catalogue")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
