"""The environment each kind of process gets: who may know which address and which secret."""

import os

from corps.local.address import Address
from corps.local.postgres import ADMIN, OWNER
from corps.local.processes import MARK
from corps.local.services import Services
from corps.local.state import State

# Addresses that speak for the owner or a superuser: no web, worker or clock ever gets one.
PRIVILEGED = ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")
# What only matters to this supervisor, or would make the programs of others behave differently.
NOT_PASSED_ON = (
    "CORPS_UNDER_MAKE",
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
)


def _inherited() -> dict[str, str]:
    hidden = {*PRIVILEGED, *NOT_PASSED_ON}
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _own(state: State, services: Services) -> dict[str, str]:
    """Return what follows from the state folder, whatever the environment says."""
    return {
        **services.addresses(),
        "CORPS_STATE": str(state.folder),
        "DJANGO_SETTINGS_MODULE": "corps.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def public_url(address: Address) -> str:
    """Return how this installation calls itself in links: CORPS_URL, or where it listens."""
    return os.environ.get("CORPS_URL") or address.url


def for_running(state: State, services: Services, address: Address) -> dict[str, str]:
    """Return the environment of web, worker and clock; what a person has set themselves stays."""
    defaults = {
        "ALLOWED_HOSTS": address.allowed_hosts,
        "CORPS_DEMO": "1",
        "CORPS_MASTER_KEY_FILE": str(state.keys / "master.key"),
        "CORPS_URL": address.url,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or state.secret("secret"),
    }
    return {**defaults, **_inherited(), **_own(state, services)}


def for_commands(environment: dict[str, str], services: Services) -> dict[str, str]:
    """Return `environment` with the owner's address added, for migrations and setting up."""
    if services.postgres is not None:
        return {**environment, "DATABASE_OWNER_URL": services.postgres.url(OWNER)}
    owner = os.environ.get("DATABASE_OWNER_URL")
    return {**environment, "DATABASE_OWNER_URL": owner} if owner else environment


def marked(environment: dict[str, str], state: State) -> dict[str, str]:
    """Return `environment` with the mark by which a later start finds a process left behind."""
    return {**environment, MARK: state.marker}


def for_testing(state: State, services: Services) -> dict[str, str]:
    """Return the environment of a test run: throw-away services, nothing of a real installation."""
    assert services.postgres is not None
    mine = ("CORPS_", "DATABASE_", "BROKER_", "CACHE_", "FILES_", "DJANGO_", "PG")
    inherited = {name: value for name, value in _inherited().items() if not name.startswith(mine)}
    return {
        **inherited,
        **_own(state, services),
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "CORPS_DEMO": "0",
        "CORPS_MASTER_KEY_FILE": str(state.keys / "master.key"),
        "CORPS_TESTING": "1",
        "CORPS_URL": "http://127.0.0.1:8000",
        "DATABASE_ADMIN_URL": services.postgres.url(ADMIN),
        "DATABASE_OWNER_URL": services.postgres.url(OWNER),
        "SECRET_KEY": state.secret("secret"),
        MARK: state.marker,
    }
