"""The catalogue, which everybody who works here may read."""

from django.db.models import QuerySet

from volunteers.models import Language, Skill


def all_skills() -> QuerySet[Skill]:
    """Return every skill."""
    return Skill.objects.order_by("code")


def all_languages() -> QuerySet[Language]:
    """Return every language."""
    return Language.objects.order_by("code")
