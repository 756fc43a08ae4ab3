"""Reads one order and one file, looks at the file under limits, and answers.

The order is a line of JSON on standard input, the file is what follows it. The answer is a line of
JSON on standard output, then the bytes that are kept. Ends with 0 also where the file is refused.
"""

import json
import resource
import sys

from deployments.materials.inspection.findings import CPU_SECONDS, MEMORY, Found, Unfit
from deployments.materials.inspection.kinds import inspect_content


def main() -> None:
    """Answer one order."""
    _take_little()
    order = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    _answer(_inspect(content, order))


def _inspect(content: bytes, order: dict[str, object]) -> Found | str:
    try:
        takes = frozenset(str(kind) for kind in _list(order["takes"]))
        return inspect_content(
            content, takes=takes, suffix=str(order["suffix"]), previews=bool(order["previews"])
        )
    except Unfit as unfit:
        return unfit.code
    except (MemoryError, RecursionError):
        return "resources"
    except Exception:  # noqa: BLE001  (whatever a parser stumbles over, the file is not taken)
        return "broken"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _take_little() -> None:
    """Give up what this process does not need: memory, time, files to write, core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def _answer(found: Found | str) -> None:
    out = sys.stdout.buffer
    if isinstance(found, str):
        out.write(json.dumps({"refused": found}).encode() + b"\n")
        return
    parts = (found.content, *found.previews)
    told = {
        "type": found.media_type,
        "pages": found.pages,
        "seconds": found.seconds,
        "lengths": [len(part) for part in parts],
    }
    out.write(json.dumps(told).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()


if __name__ == "__main__":
    main()
