"""The import contracts hold, and each of them catches a violation planted for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ["corps", "volunteers", "deployments"]

PLANTED = [
    ("corps/workflow/moves.py", "import volunteers.states", "Imports point one way"),
    ("volunteers/queries/people.py", "import deployments.states", "Imports point one way"),
    ("volunteers/models/people.py", "import volunteers.queries.people", "In every app"),
    ("deployments/queries/deployments.py", "import deployments.actions", "In every app"),
    ("deployments/agencies/models.py", "import deployments.agencies.actions", "In every app"),
    ("corps/accounts/queries/sight.py", "import corps.accounts.actions", "In every app"),
    ("volunteers/forms/__init__.py", "import volunteers.actions.people", "In every app"),
    ("deployments/portal.py", "import deployments.api", "In every app"),
    ("volunteers/states.py", "import corps.audit.actions", "State tables import nothing"),
    ("deployments/tasks.py", "import deployments.models", "Portal, API and tasks import no models"),
    ("corps/vault/keys.py", "import corps.audit.models", "Inside corps"),
    ("volunteers/workbook/results.py", "import django.utils", "know nothing of Django"),
]

NEW_FILES = ["volunteers/helpers.py", "deployments/agencies/extra.py", "corps/utils.py"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the source in which anything may be planted."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "locale", "*.mo"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts on the source in `folder`."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept(copy: Path) -> None:
    result = lint(copy)
    assert (result.returncode, "0 broken" in result.stdout) == (0, True), result.stdout


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED)
def test_a_planted_import_is_caught(copy: Path, file: str, line: str, contract: str) -> None:
    place = copy / file
    place.write_text(place.read_text() + f"\n{line}\n")
    result = lint(copy)
    broken = [row for row in result.stdout.splitlines() if "BROKEN" in row and contract in row]
    assert (result.returncode, len(broken)) == (1, 1), result.stdout


@pytest.mark.parametrize("file", NEW_FILES)
def test_a_new_kind_of_file_is_caught_until_it_is_named(copy: Path, file: str) -> None:
    (copy / file).write_text('"""A room the design does not name."""\n')
    result = lint(copy)
    assert result.returncode == 1
    assert Path(file).stem in result.stdout


def test_the_top_level_holds_what_the_design_says() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(PACKAGES)
    assert {"templates", "tests"} <= {path.name for path in ROOT.iterdir() if path.is_dir()}
