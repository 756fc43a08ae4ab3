"""What keeps Corps from starting is said in one sentence, and nothing has been started."""

import ast
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corps.local import bootstrap
from corps.local.state import MINIMUM_FREE_BYTES, ROOT, State
from tests.local.installations import Installation, free_port


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """This checkout with a state folder of its own."""
    return Installation(ROOT, State(tmp_path / "state"), free_port())


def refusal(installation: Installation) -> str:
    """Return the one line with which a start is refused."""
    done = installation.command("run")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert installation.processes() == set()
    return done.stderr.strip()


def test_a_taken_port_is_named_with_the_way_out(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        port = installation.port
        assert refusal(installation) == (
            f"Port {port} on 127.0.0.1 is taken by another program: stop that one, or choose "
            f"another port, for example BIND=127.0.0.1:{port + 1} make run."
        )
    assert not installation.state.postgres.exists()


def test_a_state_folder_that_is_a_file_is_named(installation: Installation) -> None:
    installation.state.folder.write_text("in the way")
    assert refusal(installation) == (
        f"Corps cannot write to its state folder {installation.state.folder} (File exists): "
        "make it writable, or choose another with CORPS_STATE=/path/to/folder."
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is one of Linux")
def test_an_unwritable_state_folder_is_named() -> None:
    installation = Installation(ROOT, State(Path("/proc/corps")), free_port())
    assert refusal(installation).startswith("Corps cannot write to its state folder /proc/corps (")


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with less room than Corps needs, where one can be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    size = MINIMUM_FREE_BYTES // 4
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a small file system needs root and its permission")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_named(full_disk: Path) -> None:
    installation = Installation(ROOT, State(full_disk / "state"), free_port())
    assert refusal(installation).startswith("Only ")


def test_a_malformed_address_is_named(installation: Installation) -> None:
    installation.chosen = {"BIND": "here:x"}
    assert refusal(installation) == (
        "BIND=here:x is not an address to listen on: write it like 127.0.0.1:8000."
    )


def test_manage_says_that_the_database_is_down(installation: Installation) -> None:
    done = installation.command("manage", "first_admin")
    assert done.returncode == 1
    assert done.stderr == (
        f"The database of {installation.state.folder} is not running: start Corps with `make run` "
        "in another terminal first.\n"
    )


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    """Give the signals back that the bootstrap takes."""
    taken = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in taken}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_an_old_python_is_told_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main(["requirements.txt"]) == 1
    assert capsys.readouterr().err == (
        f"Corps needs Python 3.11 or newer, and {sys.executable} is 3.9: install a newer one, or "
        "name it with PYTHON=/path/to/python3 make …\n"
    )


def test_a_python_without_venv_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(bootstrap, "has", lambda module: module == "venv")
    assert bootstrap.main(["requirements.txt"]) == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_the_bootstrap_is_understood_by_an_old_python() -> None:
    source = (ROOT / "corps" / "local" / "bootstrap.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
