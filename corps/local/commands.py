"""`manage.py` with the environment of this installation."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from corps.local.address import Address, chosen_address
from corps.local.environment import for_commands, for_running
from corps.local.errors import LocalError
from corps.local.services import Services
from corps.local.state import ROOT, Lock, State

# These speak as the owner of the tables; everything else runs as the application.
OWNERS_COMMANDS = {"migrate", "set_up", "showmigrations"}
NEED_NO_DATABASE = {"check", "diffsettings", "help", "makemigrations", "routes", "statemachines"}


def manage(state: State, arguments: Sequence[str]) -> NoReturn:
    """Become `manage.py` with these arguments. Raises LocalError when the database is down."""
    command = arguments[0] if arguments else "help"
    running = Lock(state).holder()
    services = Services(state, throw_away=False, durable=True)
    if running is None and services.postgres is not None and command not in NEED_NO_DATABASE:
        raise LocalError(
            f"The database of {state.folder} is not running: start Corps with `make run` in "
            "another terminal first."
        )
    address = Address(running.host, running.port) if running else chosen_address()
    environment = for_running(state, services, address)
    if running is not None and not os.environ.get("CORPS_URL"):
        environment["CORPS_URL"] = running.public_url
    if command in OWNERS_COMMANDS:
        environment = for_commands(environment, services)
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), *arguments], environment)  # noqa: S606
