"""Sight is said in one place: guardian brings no page, and no shortcut of its own is used."""

import ast
from collections.abc import Iterator
from pathlib import Path

import guardian.admin
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission

from corps.accounts.roles import Role
from corps.adminkit.guarded import GuardedAdmin
from deployments.queries.deployments import deployments_visible_to
from deployments.routes import all_routes
from tests.cast import a_deployment, a_desk, a_user, a_volunteer
from volunteers.queries.people import volunteers_visible_to

ROOT = Path(settings.BASE_DIR)
SIGHT = "corps/accounts/queries/sight.py"
MODELS = {
    "volunteers/models/people.py",
    "deployments/models/deployments.py",
    "deployments/materials/models.py",
    "deployments/liaison/models/cases.py",
}

SHORTCUTS = {
    "get_objects_for_user",
    "get_objects_for_group",
    "get_perms",
    "get_user_perms",
    "get_group_perms",
    "get_users_with_perms",
    "get_groups_with_perms",
    "ObjectPermissionChecker",
    "assign_perm",
    "remove_perm",
    "has_perm",
    "has_perms",
    "has_module_perms",
    "get_all_permissions",
    "permission_required",
    "PermissionRequiredMixin",
    "DjangoObjectPermissions",
    "DjangoModelPermissions",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every source file of ours, parsed."""
    for package in ("corps", "volunteers", "deployments"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def shortcuts_in(tree: ast.Module) -> set[str]:
    """The shortcuts that a file imports or calls as a method."""
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names & SHORTCUTS


def test_no_shortcut_of_guardian_or_django_is_used() -> None:
    assert {path: found for path, tree in sources() if (found := shortcuts_in(tree))} == {}


def test_a_shortcut_is_found_where_one_is_planted() -> None:
    planted = ast.parse(
        "from guardian.shortcuts import get_objects_for_user\n"
        "def see(user): return user.has_perm('volunteers.view_volunteer')\n"
    )
    assert shortcuts_in(planted) == {"get_objects_for_user", "has_perm"}


def test_guardian_is_imported_for_its_tables_alone() -> None:
    importing = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "guardian"
    }
    assert importing == {SIGHT, *MODELS}


def test_no_admin_is_guardian_s_and_every_one_is_ours() -> None:
    doors = admin.site._registry.values()
    theirs = (guardian.admin.GuardedModelAdminMixin, guardian.admin.GuardedInlineAdminMixin)
    assert [door for door in doors if isinstance(door, theirs)] == []
    assert [door for door in doors if not isinstance(door, GuardedAdmin)] == []


def test_no_address_is_guardian_s() -> None:
    found = [route.path for route in all_routes() if "permissions" in route.path]
    named = [route.name for route in all_routes() if "permissions" in route.name]
    assert (found, named) == ([], [])


@pytest.mark.django_db
def test_a_global_permission_shows_nothing() -> None:
    a_volunteer("heron")
    a_deployment("HERON")
    person = a_user("person", Role.COORDINATOR, desk=a_desk("elsewhere"))
    person.user_permissions.set(Permission.objects.all())
    for group in person.groups.all():
        group.permissions.set(Permission.objects.all())
    assert list(volunteers_visible_to(person)) == []
    assert list(deployments_visible_to(person)) == []
