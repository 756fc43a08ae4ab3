"""Walking through the admin's doors as somebody of the cast."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from corps.accounts.models import User
from corps.audit.models import Entry

BACKEND = "corps.accounts.backends.SignInBackend"


def as_(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def list_url(model: type[Model]) -> str:
    """The list of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_url(obj: Model, page: str = "change") -> str:
    """A page of an object: `change`, `history`."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{page}", args=[obj.pk])


def do_url(obj: Model, name: str) -> str:
    """The page of a button."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_do", args=[obj.pk, name])


def list_do_url(model: type[Model], name: str) -> str:
    """The page of a button of a list."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_list_do", args=[name])


def entries_since(number: int) -> list[str]:
    """The verbs entered after the entry `number`, oldest first."""
    found = Entry.objects.filter(number__gt=number).order_by("number")
    return list(found.values_list("verb", flat=True))


def last_number() -> int:
    """The number of the newest entry."""
    newest = Entry.objects.order_by("-number").first()
    return newest.number if newest else 0


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())
