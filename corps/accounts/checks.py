"""What `manage.py check --deploy` looks for in accounts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

IN_ONE_PROCESS = ("locmem.LocMemCache", "dummy.DummyCache")


@register(deploy=True)
def codes_are_remembered_by_all(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Find a cache that each process has for itself: the codes of authenticator apps that were
    used are remembered there, and one that was used here would be taken once more there."""
    if not settings.CACHES["default"]["BACKEND"].endswith(IN_ONE_PROCESS):
        return []
    says = "CACHE_URL is not set: a used code of an authenticator app would be taken again."
    hint = "Set CACHE_URL to a Valkey or Redis that all processes share."
    return [Error(says, hint=hint, id="corps.E001")]
