"""Every variable that an installation reads is told in docs/operating.md, and none besides."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTERNAL = {"CORPS_TESTING", "CORPS_UNDER_MAKE"}
"""What our own commands tell one another: not for people to set."""


def variables_read() -> set[str]:
    """The names that the settings and the supervisor read from the environment."""
    sources = [ROOT / "corps" / "settings.py", *(ROOT / "corps" / "local").glob("*.py")]
    found = set()
    for source in sources:
        text = source.read_text()
        found |= set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))
        found |= set(re.findall(r'required\(\s*"([A-Z_]+)"', text))
        found |= set(re.findall(r'environ(?:\.get\(|\[)\s*"(BIND|CORPS_[A-Z_]+)"', text))
    return found


def variables_told() -> set[str]:
    """The names in the table of docs/operating.md."""
    table = (ROOT / "docs" / "operating.md").read_text().split("## Variables")[1].split("## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE))


def test_the_table_of_variables_is_whole() -> None:
    read = variables_read()
    assert len(read) > 15
    assert variables_told() == read - INTERNAL
