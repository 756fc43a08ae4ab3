"""`make`'s first step: the virtual environment, and in it what is pinned.

Run by whatever `python3` the machine has, so it keeps to what an old one understands, imports
nothing of ours, and explains itself instead of failing on syntax.

Usage: python3 corps/local/bootstrap.py REQUIREMENTS.txt …
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
OLDEST = (3, 11)


class CannotPrepare(Exception):
    """What is wanting, as a sentence for the person at the terminal."""


def main(names: list[str]) -> int:
    """Make the environment, install the named files when they have changed; 0 when ready."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    with Path(__file__).open() as own_text:
        fcntl.flock(own_text, fcntl.LOCK_EX)  # two starts at once must not install at once
        try:
            demand_python()
            make_environment()
            install(names)
        except CannotPrepare as reason:
            print(reason, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
    return 0


def demand_python() -> None:
    """Raise CannotPrepare when this interpreter is too old."""
    if sys.version_info[:2] < OLDEST:
        have = ".".join(map(str, sys.version_info[:2]))
        raise CannotPrepare(
            f"Corps needs Python 3.11 or newer, and {sys.executable} is {have}: install a newer "
            "one, or name it with PYTHON=/path/to/python3 make …"
        )


def works() -> bool:
    """Tell whether the environment is there and its interpreter starts and is new enough."""
    asked = "import sys; sys.exit(sys.version_info[:2] < (3, 11))"
    try:
        return subprocess.call([str(PYTHON), "-c", asked], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def has(module: str) -> bool:
    """Tell whether this interpreter has a module."""
    return importlib.util.find_spec(module) is not None


def make_environment() -> None:
    """Make `.venv` unless it works. Raises CannotPrepare."""
    if works():
        return
    if not has("venv") or not (has("ensurepip") or has("pip")):
        raise CannotPrepare(
            "this Python cannot make virtual environments (its venv or ensurepip is missing): "
            "install that part of it, on Debian and Ubuntu with: apt-get install python3-venv"
        )
    say("Making the virtual environment …")
    without_pip = [] if has("ensurepip") else ["--without-pip"]
    run([sys.executable, "-m", "venv", "--clear", *without_pip, str(HOME)], "making .venv")


def install(names: list[str]) -> None:
    """Install the named requirement files, each package checked against its pinned hash.

    Does nothing when all of them are installed as they are now. Raises CannotPrepare.
    """
    files = [ROOT / name for name in names]
    wanted = {stamp_of(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    if all(stamp.exists() and stamp.read_text() == digest for stamp, digest in wanted.items()):
        return
    say(f"Installing {' and '.join(names)} (a minute, once) …")
    chosen = [part for file in files for part in ("-r", str(file))]
    quietly = ("-qq", "--no-input", "--disable-pip-version-check", "--no-compile")
    run([*pip(), "install", "--require-hashes", *quietly, *chosen], f"installing {names[-1]}")
    for stamp, digest in wanted.items():
        stamp.write_text(digest)


def stamp_of(file: Path) -> Path:
    """Return the file that remembers which edition of a requirements file is installed."""
    return HOME / f"installed-{file.stem}.sha256"


def pip() -> list[str]:
    """Return the command that installs into the environment."""
    if subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def run(command: list[str], doing: str) -> None:
    """Run a command that prints its own troubles; whatever ends this, ends it as well.

    Raises CannotPrepare when it fails.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"}
    popen = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
    )
    try:
        code = popen.wait()
    except KeyboardInterrupt:
        os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()
        raise
    if code != 0:
        raise CannotPrepare(f"{doing} did not succeed; the reason stands above.")


def on_signal(_number: int, _frame: object) -> None:
    """Take any wish to stop as Ctrl-C."""
    raise KeyboardInterrupt


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
