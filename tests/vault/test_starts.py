"""Web, worker, clock and commands do not start with a wrong key or none, and say so."""

import subprocess
import sys
from pathlib import Path

import pytest

from corps.vault.keys import new_keyring
from tests.vault.rings import environment

STARTS = {
    "web": ["-m", "gunicorn", "corps.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
    "worker": ["-m", "celery", "-A", "corps", "worker", "--pool", "solo"],
    "clock": ["-m", "celery", "-A", "corps", "beat", "--schedule", ""],
    "command": ["manage.py", "vault", "status"],
}
WORDS = {
    "another": "the master key is not the one this database was sealed with",
    "absent": "There is no master key: set CORPS_MASTER_KEY_FILE",
    "open": "The master key file may be read by others: chmod 600",
}


@pytest.mark.parametrize("key", sorted(WORDS))
@pytest.mark.parametrize("start", sorted(STARTS))
def test_a_start_is_refused_in_a_sentence(
    committed_db: str, tmp_path: Path, start: str, key: str
) -> None:
    path = tmp_path / "master.key"
    if key != "absent":
        path.touch(mode=0o600)
        path.write_text(new_keyring())
    if key == "open":
        path.chmod(0o644)
    arguments = [part or str(tmp_path / "beat") for part in STARTS[start]]
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**environment(committed_db, path), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    told = done.stdout + done.stderr
    assert done.returncode != 0
    assert WORDS[key] in told
    assert "Corps does not start" in told
