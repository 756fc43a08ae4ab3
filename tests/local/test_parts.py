"""The small parts of the front door: addresses, who can sign in, lent accounts, locks."""

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from corps.local import account
from corps.local.account import Account, binaries_for, database_account
from corps.local.address import Address, chosen_address
from corps.local.errors import StopRequested
from corps.local.state import Lock, Running, State
from corps.local.stopping import StopRequest
from corps.local.testing import SERVICES_OF_EACH
from corps.local.welcome import FIRST_ADMINISTRATOR, FIRST_SIGN_IN, welcome
from tests.own_services import pytest_load_initial_conftests


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("", Address("127.0.0.1", 8000)),
        ("9000", Address("127.0.0.1", 9000)),
        (":9000", Address("127.0.0.1", 9000)),
        ("localhost", Address("localhost", 8000)),
        ("localhost:9000", Address("localhost", 9000)),
        ("0.0.0.0:80", Address("0.0.0.0", 80)),
        ("[::1]:9000", Address("::1", 9000)),
        ("[::1]", Address("::1", 8000)),
    ],
)
def test_bind_is_read(named: str, address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIND", named)
    assert chosen_address() == address


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (Address("127.0.0.1", 8000), "http://localhost:8000"),
        (Address("0.0.0.0", 80), "http://localhost:80"),
        (Address("::1", 9000), "http://localhost:9000"),
        (Address("192.0.2.7", 80), "http://192.0.2.7:80"),
    ],
)
def test_address_is_shown_as_a_browser_takes_it(address: Address, url: str) -> None:
    assert address.url == url


def test_welcome_names_who_can_sign_in_and_no_password(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.demo_accounts.write_text(
        "staff\tauditor\tpassword-one\tauditor\n"
        "staff\tapprover2\tpassword-two\tapprover\n"
        "client\t1f0c\tsecret-three\tembassy\n",
        encoding="utf-8",
    )
    assert welcome(state) == (
        "Who can sign in:\n"
        "  Staff: auditor, approver2 (approver)\n"
        "  Partner clients: 1f0c (embassy)\n"
        f"Their passwords are in {state.demo_accounts}\n"
        f"{FIRST_SIGN_IN}"
    )


def test_welcome_without_a_demo_tells_how_to_begin(tmp_path: Path) -> None:
    assert welcome(State(tmp_path)) == FIRST_ADMINISTRATOR


def test_lock_is_had_by_one_and_tells_the_other_where(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.run.mkdir()
    running = Running(
        pid=os.getpid(), host="127.0.0.1", port=8000, public_url="http://corps.example"
    )
    first, second = Lock(state), Lock(state)
    assert (second.holder(), first.take(running)) == (None, True)
    assert (second.take(running), second.holder()) == (False, running)
    first.release()
    assert second.holder() is None


def test_secret_is_made_once(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.keys.mkdir()
    made = state.secret("word")
    assert (len(made), state.secret("word"), State(tmp_path).secret("word")) == (43, made, made)


def test_stop_request_ends_a_wait() -> None:
    taken = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in taken}
    request = StopRequest()
    request.install()
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(StopRequested):
            request.pause(30)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture
def shared_place() -> Iterator[Path]:
    """A folder that every account can reach."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database an account")
def test_binaries_below_a_closed_folder_are_copied_to_where_the_account_can_reach(
    tmp_path: Path, shared_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = account.installed_package()
    for name in (account.PACKAGE, account.LIBRARIES):
        shutil.copytree(installed.with_name(name), tmp_path / name, symlinks=True)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(account, "installed_package", lambda: tmp_path / account.PACKAGE)
    monkeypatch.setattr(account, "SHARED_PLACES", (shared_place,))
    lent = database_account(tmp_path / "no data yet")
    assert isinstance(lent, Account)
    first, second = binaries_for(lent), binaries_for(lent)
    assert first == second
    assert [first.is_relative_to(shared_place), len(list(shared_place.iterdir()))] == [True, 1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the database an account")
def test_data_keep_the_account_they_were_made_with(tmp_path: Path) -> None:
    os.chown(tmp_path, 4711, 4712)
    assert database_account(tmp_path) == Account(4711, 4712)


def test_each_test_process_takes_services_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    each = {name: {"DATABASE_URL": f"postgres:///{name}"} for name in ("gw0", "gw1")}
    for name in each:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", name)
        monkeypatch.setenv(SERVICES_OF_EACH, json.dumps(each))
        monkeypatch.setenv("DATABASE_URL", "")
        next(pytest_load_initial_conftests())
        assert os.environ["DATABASE_URL"] == f"postgres:///{name}"
        assert SERVICES_OF_EACH not in os.environ
