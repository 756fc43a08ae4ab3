"""A whole installation, from a path with spaces and Hangul: start, second start, crash, stop."""

import http.client
import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from corps.local.state import State
from tests.local.installations import (
    OWNER,
    Installation,
    Supervised,
    copy_checkout,
    free_port,
)

pytestmark = [pytest.mark.real_processes, pytest.mark.slow]

STOP_SECONDS = 6.0  # 3 where nothing else runs; a test run shares its machine


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A checkout in a folder with spaces and Hangul, started and stopped once."""
    checkout = copy_checkout(tmp_path_factory.mktemp("front") / "내 작업 공간" / "Corps 사본")
    installation = Installation(checkout, State(checkout / "var"), free_port())
    with installation.running():
        pass
    return installation


@pytest.fixture(scope="module")
def installation(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One that the tests of this module share, for those that look at a running one."""
    return prepared.another(tmp_path_factory.mktemp("shared") / "state")


@pytest.fixture
def other(prepared: Installation, tmp_path: Path) -> Installation:
    """One that a test may stop and kill."""
    return prepared.another(tmp_path / "state")


@pytest.fixture(scope="module")
def running(installation: Installation) -> Iterator[Supervised]:
    """The shared one, ready."""
    with installation.running() as supervised:
        yield supervised


def page(installation: Installation, path: str = "/") -> int:
    """Return the status with which a page answers."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def answers(installation: Installation) -> bool:
    """Tell whether anybody listens and serves a page."""
    try:
        return page(installation) in {200, 302}
    except OSError:
        return False


def environments(pids: set[int]) -> list[bytes]:
    """Return the environments that the kernel shows of some processes."""
    return [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids]


def test_start_prints_the_address_and_how_to_begin(
    running: Supervised, installation: Installation
) -> None:
    running.wait_for("first_admin")
    assert f"ready {installation.url}\n" in running.told


def test_start_serves_a_page(running: Supervised, installation: Installation) -> None:
    assert page(installation) in {200, 302}


def test_second_start_says_where_the_first_is_and_leaves_it_alone(
    running: Supervised, installation: Installation
) -> None:
    before = installation.processes()
    second = installation.command("run")
    assert (second.returncode, second.stdout) == (
        0,
        f"already running at {installation.url} (state {installation.state.folder})\n",
    )
    assert before <= installation.processes()


def test_secrets_are_readable_by_their_owner_only(
    running: Supervised, installation: Installation
) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in installation.state.keys.iterdir()
    }
    assert modes == dict.fromkeys(
        [
            "corps_admin.password",
            "corps_app.password",
            "corps_owner.password",
            "ledger.key",
            "master.key",
            "secret",
        ],
        0o600,
    )
    assert stat.S_IMODE(installation.state.keys.stat().st_mode) == 0o700
    for kind in ("pg", "kv"):
        assert stat.S_IMODE(installation.state.sockets(kind).stat().st_mode) == 0o700


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to look")
def test_no_running_process_knows_the_owner_of_the_tables(
    running: Supervised, installation: Installation
) -> None:
    running.wait_for("first_admin")
    known = environments(installation.processes())
    assert len(known) >= 5
    assert [seen for seen in known if OWNER in seen or b"DATABASE_ADMIN_URL=" in seen] == []


def test_manage_speaks_for_the_running_installation(
    running: Supervised, installation: Installation
) -> None:
    made = installation.command("manage", "first_admin")
    assert (made.returncode, made.stdout.startswith(f"{installation.url}/")) == (0, True), (
        made.stderr
    )


def test_a_fallen_web_is_started_again(running: Supervised, installation: Installation) -> None:
    web = next(
        pid
        for pid in sorted(installation.processes())
        if b"corps.wsgi" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    os.kill(web, signal.SIGKILL)
    running.wait_for("web fell")
    until = time.monotonic() + 30
    while not answers(installation):
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_fallen_database_is_started_again(
    running: Supervised, installation: Installation
) -> None:
    postmaster = int((installation.state.postgres / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    running.wait_for("postgres fell and was started again")
    assert installation.command("manage", "showmigrations", "-v0").returncode == 0


def test_the_lock_says_where_it_listens(running: Supervised, installation: Installation) -> None:
    noted = json.loads((installation.state.run / "lock").read_text())
    assert (noted["pid"], noted["port"]) == (running.popen.pid, installation.port)


def test_kill_of_everything_is_recovered_from_and_loses_nothing(other: Installation) -> None:
    with other.running() as first:
        assert other.command("manage", "first_admin", "--username", "kept").returncode == 0
        first.kill_all()
    with other.running():
        again = other.command("manage", "first_admin", "--username", "another")
        assert (again.returncode, "already" in again.stderr) == (1, True)


def test_kill_of_the_supervisor_alone_is_recovered_from(other: Installation) -> None:
    with other.running() as first:
        first.popen.kill()
        first.popen.wait(timeout=10)
        with other.running():
            assert answers(other)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_make_signalled_alone_leaves_no_process(
    other: Installation, number: signal.Signals
) -> None:
    with other.running("make", "run") as supervised:
        supervised.wait_for("first_admin")
        assert supervised.stop(number) < STOP_SECONDS
        assert other.processes() == set()
        assert not any(other.state.sockets(kind).exists() for kind in ("pg", "kv"))


@pytest.mark.parametrize("after", [0.3, 0.9, 1.5, 3.0])
def test_stop_during_the_start_leaves_no_process(
    prepared: Installation, tmp_path: Path, after: float
) -> None:
    fresh = Installation(prepared.checkout, State(tmp_path / "state"), free_port())
    supervised = fresh.start()
    time.sleep(after)
    assert supervised.stop(signal.SIGTERM) < STOP_SECONDS
    assert fresh.processes() == set()


def test_services_of_the_environment_are_used_and_none_of_our_own_started(
    prepared: Installation, tmp_path: Path
) -> None:
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CACHE_URL")
    outside = Installation(
        prepared.checkout,
        State(tmp_path / "state"),
        free_port(),
        {name: os.environ[name] for name in names},
    )
    with outside.running() as supervised:
        supervised.wait_for("first_admin")
        known = environments(outside.processes())
        assert len(known) >= 5
        assert [seen for seen in known if OWNER in seen] == []
        assert not outside.state.postgres.exists()
