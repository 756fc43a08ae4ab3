"""Heads handed outside: whoever holds one can tell whether the ledger was changed afterwards."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from corps.audit.heads import SignedHead
from corps.audit.models import Seal
from corps.audit.proving import signed_head, told

Receiver = Callable[[Seal, datetime], object]
_receivers: list[Receiver] = []


class HeadsDiverge(Exception):
    """The last head in the file is not one of this ledger's: one of the two was put back or
    altered. The text says what to do."""


def hand_also_to(receiver: Receiver) -> None:
    """Let `receiver(seal, at)` be called for the last seal, each time that there is a new one."""
    _receivers.append(receiver)


def hand_out_heads(*, at: datetime) -> int:
    """Append to LEDGER_HEADS_FILE every head that it lacks, then call the receivers for the last;
    return how many heads were appended.

    Each line is a JSON object with head and signature; the file is on the disk when this returns.
    Raises HeadsDiverge.
    """
    path = Path(settings.LEDGER_HEADS_FILE)
    since = _last_handed(path)
    lines = [
        line_of(seal)
        for seal in Seal.objects.filter(number__gt=since).order_by("number").iterator()
    ]
    if not lines:
        return 0
    _append(path, "".join(lines))
    seal = Seal.objects.latest("number")
    for receiver in _receivers:
        receiver(seal, at)
    return len(lines)


def line_of(seal: Seal) -> str:
    """Return a seal's head and signature as a line of the file."""
    head = SignedHead(seal.head, bytes(seal.signature))
    return json.dumps({"number": seal.number, **told(head)}) + "\n"


def _last_handed(path: Path) -> int:
    """Return the number of the newest head in the file, 0 for none."""
    last = _last_line(path)
    if not last:
        return 0
    try:
        written = json.loads(last)
        number = int(written["number"])
    except (ValueError, KeyError, TypeError):
        written, number = {}, 0
    head = signed_head(number) if number else None
    if head is None or head.text != written["head"]:
        raise HeadsDiverge(
            f"The last head in {path} is none of this ledger's. If the database was put back from "
            "a backup, keep the file elsewhere and let a new one begin; else find out who changed "
            "what: manage.py ledger verify --head with that file."
        )
    return number


def _last_line(path: Path) -> str:
    """Return the last whole line of the file, "" for none; a line that was cut off is removed."""
    if not path.exists():
        return ""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 65536))
        tail = file.read()
        whole = tail[: tail.rfind(b"\n") + 1]
        if len(whole) < len(tail):
            file.truncate(end - len(tail) + len(whole))
    lines = whole.decode().splitlines()
    return lines[-1] if lines else ""


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
