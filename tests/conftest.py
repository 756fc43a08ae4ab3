"""What every test stands on: the real PostgreSQL, used as the application's role.

`python -m corps.local test` starts the servers and sets the environment. Each test process has a
database of its own, migrated once by the owner; a test that must commit works on a clone of it.
"""

import gc
import os
import shutil
import time
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as RECORDS_OF,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as RECORDS
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation
from psycopg import sql

from corps.vault.actions import register_keys
from corps.vault.keys import make_keyring_file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests: of two test processes none then waits at the end
    for the other's last long file."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays to the end: it took a fifteenth of the run."""
    gc.collect()
    gc.freeze()


def as_admin(statement: str, *names: str, database: str = "postgres") -> None:
    """Run a statement as the server's superuser; `{}` stands for the names, in order."""
    with psycopg.connect(
        os.environ["DATABASE_ADMIN_URL"], dbname=database, autocommit=True
    ) as admin:
        admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def point_at(name: str) -> None:
    """Let every connection of this process speak to the database `name`."""
    for wrapper in connections.all():
        wrapper.close()
        wrapper.settings_dict["NAME"] = name
        settings.DATABASES[wrapper.alias]["NAME"] = name


def leave(name: str) -> None:
    """End whatever still speaks to a database, such as a thread of a live server."""
    with psycopg.connect(
        os.environ["DATABASE_ADMIN_URL"], dbname="postgres", autocommit=True
    ) as admin:
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        admin.execute(ending, [name])


def drop(name: str) -> None:
    """Drop a database if it is there, whoever still uses it."""
    as_admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in English, whatever language an installation begins with."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def files_lie_in_a_folder_of_the_test(settings: Any, tmp_path_factory: Any) -> Iterator[None]:
    """What a test seals is stored in a folder of its own, made when the first file is."""
    place = tmp_path_factory.getbasetemp() / "sealed" / token_hex(8)
    sealed = settings.STORAGES["sealed"]
    options = {**sealed["OPTIONS"], "location": str(place)}
    settings.STORAGES = {**settings.STORAGES, "sealed": {**sealed, "OPTIONS": options}}
    yield
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(autouse=True)
def with_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever a test signs in by `Client.force_login` has used a passkey just now; tests of the
    sign-in itself walk through its pages."""
    sign_in = Client.force_login

    def signed_in(client: Client, user: Any, backend: str | None = None) -> None:
        sign_in(client, user, backend)
        session = client.session
        session[RECORDS] = [{"method": "mfa", "type": "webauthn", "at": time.time()}]
        session[RECORDS_OF] = user_id_to_str(user)
        session.save()

    monkeypatch.setattr(Client, "force_login", signed_in)


@pytest.fixture(scope="session")
def database_name() -> str:
    """The database of this test process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"corps_test{os.environ.get('CORPS_TEST_NAME', '')}_{worker}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, database_name: str) -> Iterator[None]:
    """Make and migrate the database as its owner; everything after runs as the application."""
    owner = settings.DATABASES["owner"]["USER"]
    drop(database_name)
    as_admin("CREATE DATABASE {} OWNER {}", database_name, owner)
    as_admin("ALTER SCHEMA public OWNER TO {}", owner, database=database_name)
    as_admin("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database=database_name)
    point_at(database_name)
    with django_db_blocker.unblock():
        make_keyring_file()
        call_command("migrate", verbosity=0, interactive=False)
        register_keys()
        connections.close_all()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    drop(database_name)


@pytest.fixture
def committed_db(
    django_db_setup: None, django_db_blocker: Any, database_name: str
) -> Iterator[str]:
    """A clone of the database in which commits are real; gives its name. Slower than `db`."""
    clone = f"{database_name}_clone"
    with django_db_blocker.unblock():
        connections.close_all()
        drop(clone)
        leave(database_name)
        as_admin("CREATE DATABASE {} TEMPLATE {}", clone, database_name)
        point_at(clone)
        yield clone
        connections.close_all()
        point_at(database_name)
    drop(clone)
