"""No page tells HEAD from GET: whoever may not read a page by the one may not by the other.

So that whoever asks every page by GET (tests/access/test_matrix.py) need not ask it by HEAD again.
The answers of programs' addresses differ, and are asked by both.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("corps", "volunteers", "deployments")
OF_PROGRAMS = ROOT / "deployments" / "api"
NOT_OF_PAGES = (
    ROOT / "corps" / "edges" / "answers.py",  # makes a question of its own, to try a refusal
    ROOT / "corps" / "local",  # asks a server, answers nobody
    ROOT / "corps" / "audit" / "management",  # an option's value is a head of the ledger
)
READING = {"GET", "HEAD"}


def told_apart(source: str) -> list[int]:
    """Return the lines of a module in which one of GET and HEAD stands without the other."""
    tree = ast.parse(source)
    together = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and {part.value for part in node.elts if isinstance(part, ast.Constant)} >= READING
        for part in node.elts
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.FunctionDef) and node.name == "head")
        or (_names_a_method(node) and id(node) not in together)
    ]


def _names_a_method(node: ast.AST) -> bool:
    """Whether a text names one of the two; `head` in small letters also names a part of a page."""
    return isinstance(node, ast.Constant) and node.value in READING


def modules() -> list[Path]:
    """The modules whose functions answer pages."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    apart = (OF_PROGRAMS, *NOT_OF_PAGES)
    return [path for path in found if not any(path.is_relative_to(other) for other in apart)]


def test_no_page_tells_head_from_get() -> None:
    read = modules()
    assert len(read) > 200
    told = {str(path.relative_to(ROOT)): told_apart(path.read_text("utf-8")) for path in read}
    assert {path: lines for path, lines in told.items() if lines} == {}


def test_a_page_that_does_is_found() -> None:
    assert told_apart('if request.method == "HEAD":\n    answer()') == [1]
    assert told_apart('SAFE = {"GET", "HEAD"}\n\nx = request.method != "GET"') == [3]
    assert told_apart("class Page(View):\n    def head(self, request): ...") == [2]
    assert told_apart('if request.method in ("GET", "HEAD", "OPTIONS"): ...') == []
