"""A browser at the pages of an import."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from corps.accounts.models import Desk, User
from tests.cast import a_desk

LIST = "admin:volunteers_importrun_changelist"
UPLOAD = "admin:volunteers_importrun_list_do"
PAGE = "admin:volunteers_importrun_change"
DO = "admin:volunteers_importrun_do"
ROW = "admin:volunteers_importrun_row"
PROGRESS = "admin:volunteers_importrun_progress"


def signed_in(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def send(
    client: Client, content: bytes, name: str = "register.xlsx", desk: Desk | None = None
) -> Any:
    """Upload a file onto a desk."""
    return client.post(
        reverse(UPLOAD, args=["upload"]),
        {"file": SimpleUploadedFile(name, content), "desk": (desk or a_desk()).pk},
    )


def said(response: Any) -> list[str]:
    """The errors that a page shows."""
    found = re.findall(
        r'<ul class="errorlist[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL
    )
    return [re.sub(r"<[^>]+>", "", text).strip() for text in found]
