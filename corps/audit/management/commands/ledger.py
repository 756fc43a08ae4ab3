"""`ledger`: verify, seal, prove, export."""

import json
from argparse import ArgumentParser
from base64 import b64decode
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from corps.audit.actions import COMMAND, record
from corps.audit.blocks import SIZE
from corps.audit.guards import own_names, replaced
from corps.audit.handing import HeadsDiverge, hand_out_heads
from corps.audit.heads import SignedHead, public_key
from corps.audit.proving import (
    NotProvable,
    prove_between,
    prove_entry,
    signed_head,
    whole_ledger,
)
from corps.audit.sealing import seal_ledger
from corps.audit.verifying import Unguarded, Wrong, one_snapshot, verify_ledger
from corps.audit.watching import unwatched

EACH = 50_000
"""After how many entries progress is told."""

REPLACED = "What guards the ledger was replaced:"


class Command(BaseCommand):
    """Prove that nothing in the ledger was changed, removed or slipped in."""

    help = "Verify, seal, prove or export the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and with what."""
        tasks = parser.add_subparsers(dest="task", required=True)
        verify = tasks.add_parser("verify", help="go through the whole ledger")
        verify.add_argument(
            "--head", type=Path, help="a file of heads that were kept outside, one JSON a line"
        )
        verify.add_argument(
            "--database", action="store_true", help="let the database hash the entries: faster"
        )
        verify.add_argument("--public-key", help="base64; by default that of the ledger's own key")
        tasks.add_parser("seal", help="seal what is settled, and hand the head outside")
        prove = tasks.add_parser("prove", help="write a proof to the standard output")
        prove.add_argument("entry", nargs="?", type=int, help="the number of an entry")
        prove.add_argument(
            "--between", nargs=2, metavar="HEAD", help="two heads: files, or numbers of seals"
        )
        export = tasks.add_parser("export", help="write the whole sealed ledger to a file")
        export.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        getattr(self, options["task"])(options)

    def verify(self, options: dict[str, Any]) -> None:
        """Print what was found; the first thing that is wrong ends it with exit code 1."""
        heads = heads_of(options["head"]) if options["head"] else []
        key = b64decode(options["public_key"]) if options["public_key"] else public_key()
        begun = perf_counter()
        try:
            with one_snapshot():
                found = verify_ledger(
                    public_key=key,
                    outside=heads,
                    by_database=options["database"],
                    progress=self._tell,
                )
                bare = unwatched(connection)
        except Unguarded as others:
            raise CommandError(f"{REPLACED} {others}") from None
        except Wrong as wrong:
            raise CommandError(f"The ledger is not what it was. {wrong}") from None
        if bare:
            raise CommandError(f"Changes of these tables would not be entered: {', '.join(bare)}")
        rate = found.entries / max(perf_counter() - begun, 1e-6)
        self.stdout.write(
            f"In order: {found.entries} entries under {found.seals} seals, {found.waiting} waiting"
            f" for the next; {len(heads)} heads from outside; {rate:,.0f} entries a second."
        )

    def _tell(self, done: int) -> None:
        before = (done - 1) // SIZE * SIZE
        if done // EACH > before // EACH:
            self.stdout.write(f"{done} entries verified")
            self.stdout.flush()

    def seal(self, options: dict[str, Any]) -> None:
        """Print the new head, or that there is nothing new."""
        now = timezone.now()
        sealed = seal_ledger(at=now)
        try:
            hand_out_heads(at=now)
        except HeadsDiverge as diverge:
            raise CommandError(str(diverge)) from None
        if sealed is None:
            self.stdout.write("Nothing new is settled.")
            return
        self.stdout.write(f"Sealed {sealed.added} entries.")
        self.stdout.write(sealed.head, ending="")

    def _warn(self) -> None:
        """Say on the standard error what guards the ledger no more; a proof tells only of what was
        sealed, and a copy only of what is there."""
        with own_names(connection) as cursor:
            others = replaced(cursor)
        if others:
            self.stderr.write(f"{REPLACED} {', '.join(others)}")

    def prove(self, options: dict[str, Any]) -> None:
        """Print the proof as JSON."""
        self._warn()
        if (options["entry"] is None) == (options["between"] is None):
            raise CommandError("Give the number of an entry, or --between and two heads.")
        try:
            if options["between"]:
                proof = prove_between(*map(_head, options["between"]))
            else:
                proof = prove_entry(options["entry"])
        except NotProvable as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps(proof, ensure_ascii=False, indent=1))

    def export(self, options: dict[str, Any]) -> None:
        """Write the file, with an entry that it was made."""
        self._warn()
        with transaction.atomic():
            record("ledger.exported", by=COMMAND, facts={"form": "jsonl"})
        count = 0
        with one_snapshot(), options["file"].open("x", encoding="utf-8") as file:
            for one in whole_ledger():
                file.write(json.dumps(one, ensure_ascii=False) + "\n")
                count += "entry" in one
        self.stdout.write(f"{count} entries written to {options['file']}")


def heads_of(file: Path) -> list[SignedHead]:
    """Return the heads of a file: one JSON object a line, or one in all. Raises CommandError."""
    try:
        text = file.read_text(encoding="utf-8")
        written = [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        written = _whole(text)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    heads = [one for one in written if isinstance(one, dict) and "head" in one]
    if not heads:
        raise CommandError(f"{file} holds no head.")
    try:
        return [SignedHead(str(one["head"]), b64decode(one["signature"])) for one in heads]
    except (KeyError, ValueError, TypeError):
        raise CommandError(f"A head in {file} has no signature.") from None


def _whole(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return []


def _head(named: str) -> SignedHead:
    """Return the head that a file ends in, or that of a seal. Raises CommandError."""
    if not named.isdecimal():
        return heads_of(Path(named))[-1]
    head = signed_head(int(named))
    if head is None:
        raise CommandError(f"There is no seal {named}.")
    return head
