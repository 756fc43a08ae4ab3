"""The administrators' door to the catalogue of skills and languages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from corps.accounts.models import User
from corps.adminkit.buttons import viewer_of
from corps.adminkit.guarded import GuardedAdmin, changes
from volunteers.actions.catalogue import add_to_catalogue, change_in_catalogue
from volunteers.models import Language, Skill
from volunteers.queries.catalogue import all_languages, all_skills

NAMES = ("name_ko", "name_en", "name_uk", "also")


def every_skill(viewer: User) -> QuerySet[Skill]:
    """The catalogue is for everybody who works here."""
    return all_skills()


def every_language(viewer: User) -> QuerySet[Language]:
    """The catalogue is for everybody who works here."""
    return all_languages()


@admin.register(Skill)
class SkillAdmin(GuardedAdmin[Skill]):
    """Skills and what they imply."""

    visible_to = staticmethod(every_skill)
    list_display = ("code", "name_ko", "name_en", "name_uk", "kind")
    list_filter = ("kind",)
    search_fields = ("code", "name_ko", "name_en", "name_uk")
    sortable_by = ("code", "name_ko", "name_en", "name_uk", "kind")
    ordering = ("code",)
    fields = ("code", "kind", *NAMES, "implies")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code that is in use stays."""
        return ("code",) if obj else ()

    def create(self, request: HttpRequest, form: Any) -> Skill:
        """Add a skill."""
        by = viewer_of(request)
        return add_to_catalogue(Skill, form.cleaned_data, by=by, at=timezone.now())

    def change(self, request: HttpRequest, obj: Skill, form: Any) -> None:
        """Change a skill."""
        change_in_catalogue(obj, changes(form), by=viewer_of(request), at=timezone.now())


@admin.register(Language)
class LanguageAdmin(GuardedAdmin[Language]):
    """Languages by their ISO 639-3 codes."""

    visible_to = staticmethod(every_language)
    list_display = ("code", "name_ko", "name_en", "name_uk")
    search_fields = ("code", "name_ko", "name_en", "name_uk")
    sortable_by = ("code", "name_ko", "name_en", "name_uk")
    ordering = ("code",)
    fields = ("code", *NAMES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code that is in use stays."""
        return ("code",) if obj else ()

    def create(self, request: HttpRequest, form: Any) -> Language:
        """Add a language."""
        by = viewer_of(request)
        return add_to_catalogue(Language, form.cleaned_data, by=by, at=timezone.now())

    def change(self, request: HttpRequest, obj: Language, form: Any) -> None:
        """Change a language."""
        change_in_catalogue(obj, changes(form), by=viewer_of(request), at=timezone.now())
