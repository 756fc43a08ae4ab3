"""One import in a process of its own: `python -m tests.bench.measured_import FILE DATABASE DESK …`.

Prints counts, rows a second and megabytes (the largest resident set) as one line of JSON.
"""

import json
import os
import re
import sys
import time
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection


def megabytes() -> int:
    """Return the largest resident set this process has had (of Linux, since its own start)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


def main(file: str, database: str, desk: str, *flags: str) -> None:
    """Import a workbook into a database, and tell how that went."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")
    django.setup()
    connection.settings_dict["NAME"] = database
    before, out = megabytes(), StringIO()
    begun, busy = time.perf_counter(), time.process_time()
    call_command("import_register", file, "--desk", desk, "--json", *flags, stdout=out)
    seconds = time.perf_counter() - begun
    found = json.loads(out.getvalue())
    counts = {name: len(found[name]) for name in ("imported", "rejected", "held")}
    figures = {
        "rows": found["rows"],
        **counts,
        "seconds": round(seconds, 1),
        "rows/s": round(found["rows"] / seconds),
        "own CPU seconds": round(time.process_time() - busy, 1),
        "MB before": before,
        "MB peak": megabytes(),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
