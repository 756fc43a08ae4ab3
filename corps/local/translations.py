"""Compiling the translations: Django reads .mo files, the repository keeps only the .po ones."""

import os
import subprocess
import sys
from pathlib import Path

from corps.local.errors import LocalError
from corps.local.state import ROOT


def catalogues() -> list[Path]:
    """Return every catalogue of the project."""
    return sorted(ROOT.glob("corps/locale/*/LC_MESSAGES/*.po"))


def compile_translations() -> None:
    """Compile each catalogue that is newer than what was compiled from it. Raises LocalError."""
    for source in catalogues():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    """Compile beside the target and move it there, so that nobody reads half a file."""
    part = target.with_name(f"{target.name}.{os.getpid()}")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            "compile",
            "-i",
            source,
            "-o",
            part,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        part.unlink(missing_ok=True)
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise LocalError(f"The translation {source.relative_to(ROOT)} cannot be compiled: {last}")
    part.replace(target)
