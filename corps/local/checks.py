"""`make lint`: every check that needs no database, all of them even after one has failed."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping

from corps.local.state import ROOT
from corps.local.terminal import say
from corps.local.translations import catalogues

TOOLS = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
    "templates": ["-m", "djlint", "templates", "--lint", "--quiet"],
}
# mypy's plugins load the settings, which demand these; nothing is ever connected to.
STAND_INS = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "DJANGO_SETTINGS_MODULE": "corps.settings",
    "SECRET_KEY": "only for checks that start nothing",
}


def run_checks() -> int:
    """Run them all, print what each has to say, and return 0 when all are content."""
    environment = {**os.environ, **STAND_INS}
    failed = [
        name for name, arguments in TOOLS.items() if not _passes(name, arguments, environment)
    ]
    if not _translations_are_whole():
        failed.append("translations")
    say(f"lint: {', '.join(failed)} failed" if failed else "lint: all checks passed")
    return 1 if failed else 0


def _passes(name: str, arguments: list[str], environment: Mapping[str, str]) -> bool:
    say(f"== {name}")
    return (
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, check=False
        ).returncode
        == 0
    )


def _translations_are_whole() -> bool:
    """Tell whether every message of every catalogue is translated, and none only guessed at."""
    say("== translations")
    whole = True
    for path in catalogues():
        blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))[1:]
        messages = [block for block in blocks if "msgid " in block and not block.startswith("#~")]
        wanting = [block for block in messages if _is_wanting(block)]
        if wanting:
            whole = False
            counted = f"{len(wanting)} of {len(messages)} messages are untranslated or fuzzy"
            say(f"{path.relative_to(ROOT)}: {counted}")
    return whole


def _is_wanting(block: str) -> bool:
    fuzzy = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE)
    empty = re.search(r'^msgstr(\[\d\])? ""\s*$(?!\n")', block, re.MULTILINE)
    return bool(fuzzy or empty)
