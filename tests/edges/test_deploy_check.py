"""Under the variables of a production installation, Django's own check finds nothing to warn of."""

import os
import subprocess
import sys

from django.conf import settings


def check(**chosen: str) -> "subprocess.CompletedProcess[str]":
    """Run `manage.py check --deploy` with other variables than this test's."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("CORPS_")
    }
    environment |= {
        "CORPS_STATE": str(settings.STATE),
        "CORPS_URL": "https://corps.example.org",
        "ALLOWED_HOSTS": "corps.example.org",
        "SECRET_KEY": "9b7e".join(chr(97 + number % 26) for number in range(60)),
        "CACHE_URL": "redis://127.0.0.1:6379/1",
        **chosen,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_warned_of() -> None:
    done = check()
    assert (done.returncode, "no issues (1 silenced)" in done.stdout) == (0, True), done.stderr


def test_the_control_is_warned_of() -> None:
    done = check(SECRET_KEY="short", CORPS_URL="http://corps.example.org")
    assert done.returncode == 1
    assert {"security.W004", "security.W009"} <= {
        word.strip("()") for word in done.stderr.split() if "security.W" in word
    }


def test_a_cache_of_each_process_for_itself_is_an_error() -> None:
    done = check(CACHE_URL="locmemcache://")
    assert (done.returncode, "(corps.E001)" in done.stderr) == (1, True)


def test_what_is_silenced_has_its_reason_beside_it() -> None:
    source = (settings.BASE_DIR / "corps" / "settings.py").read_text().splitlines()
    [line] = [at for at, text in enumerate(source) if text.startswith("SILENCED_SYSTEM_CHECKS")]
    for check_id in settings.SILENCED_SYSTEM_CHECKS:
        assert source[line - 1].startswith(f"# {check_id.removeprefix('security.')}: ")
