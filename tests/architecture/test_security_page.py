"""docs/security.md promises nothing that no test keeps: every test it names is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/.-]+?)(?:::(\w+)(?:\[([^\]`]+)\])?)?`")


def functions_of(path: Path) -> set[str]:
    """The names of the tests of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def words_beside(path: Path) -> set[str]:
    """Every text that stands in a folder's modules: cases of a parametrised test are among them."""
    trees = (ast.parse(one.read_text(encoding="utf-8")) for one in path.parent.glob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def missing(text: str, root: Path = ROOT) -> list[str]:
    """Return what a page names that is not there: files, tests, cases of a parametrised test."""
    return [found[0].strip("`") for found in NAMED.finditer(text) if not _is_there(found, root)]


def _is_there(found: re.Match[str], root: Path) -> bool:
    path = root / found[1]
    if found[2] is None:
        return path.exists()
    if not path.is_file() or found[2] not in functions_of(path):
        return False
    return found[3] is None or found[3] in words_beside(path)


def rows(text: str) -> list[str]:
    """The rows of the table that has a column of tests, its head left out."""
    lines = text.split("\n")
    begin = next(at for at, line in enumerate(lines) if line.startswith("| Asset |"))
    table = lines[begin + 2 :]
    end = next(at for at, line in enumerate([*table, ""]) if not line.startswith("|"))
    return table[:end]


def test_every_test_that_the_page_names_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(NAMED.findall(text)) > 50
    assert missing(text) == []


def test_every_wall_is_kept_by_a_test() -> None:
    table = rows(PAGE.read_text(encoding="utf-8"))
    assert len(table) > 20
    assert [row for row in table if not any(found[1] for found in NAMED.findall(row))] == []


@pytest.mark.parametrize(
    "named",
    [
        "tests/architecture/test_security_page.py::test_that_nobody_wrote",
        "tests/architecture/test_that_nobody_wrote.py::test_every_wall_is_kept_by_a_test",
        "tests/architecture/test_that_nobody_wrote.py",
        "tests/architecture/test_security_page.py::missing",
        "tests/architecture/test_security_page.py::test_the_control[nowhere]",
    ],
)
def test_the_control_misses_what_is_not_there(named: str) -> None:
    assert missing(f"| a | wall | `{named}` |") == [named]


def test_the_control_finds_what_is_there() -> None:
    here = "tests/architecture/test_security_page.py"
    assert missing(f"`{here}`, `{here}::test_every_wall_is_kept_by_a_test`") == []
