"""Proofs that stand alone, checked by the page of standard-library Python in docs/."""

import importlib.util
import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from pymerkle import InmemoryTree, InvalidProof, verify_consistency, verify_inclusion
from pymerkle.proof import ConsistencyProof, InclusionProof, MerkleProof

from corps.audit.heads import RAW, Head, SignedHead, head_of, public_key
from corps.audit.models import Entry, Seal
from corps.audit.proving import NotProvable, prove_between, prove_entry, signed_head
from tests.audit.ledgers import a_sealed_ledger, canonical_of, numbers, text, write

DOCS = Path(__file__).parents[2] / "docs"
PAGE, WHOLE = DOCS / "verify_proof.py", DOCS / "verify_ledger.py"


@pytest.fixture(scope="module")
def page() -> ModuleType:
    """The page in docs/ as a module."""
    spec = importlib.util.spec_from_file_location("verify_proof", PAGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def holds(file: Path, *asked: str) -> bool:
    """Whether the script in docs/ for the whole ledger says that a file holds, by its exit code."""
    command = [sys.executable, str(WHOLE), str(file), *asked]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode == 0


def held(page: ModuleType, proof: Any, key: bytes | None = None) -> bool:
    """Whether the page says that a proof holds."""
    try:
        page.check(proof if isinstance(proof, str) else json.dumps(proof), key)
    except page.DoesNotHold:
        return False
    return True


@pytest.mark.parametrize(("script", "beside"), [(PAGE, set()), (WHOLE, {"verify_proof"})])
def test_the_pages_import_the_standard_library_alone(script: Path, beside: set[str]) -> None:
    imported = {
        line.split()[1].split(".")[0]
        for line in script.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names) | beside


def test_the_page_is_a_page() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.strip()]
    assert len(lines) <= 100


def test_every_entry_is_proved(committed_db: str, page: ModuleType) -> None:
    a_sealed_ledger(3, 6)
    assert [held(page, prove_entry(number)) for number in numbers()] == [True] * 9


def test_an_altered_proof_does_not_hold(committed_db: str, page: ModuleType) -> None:
    a_sealed_ledger(9)
    proof = prove_entry(numbers()[4])
    other = prove_entry(numbers()[5])
    changed = [
        {"content": proof["content"].replace("사유 4", "사유 5")},
        {"content": other["content"]},
        {"entry": other["entry"]},
        {"position": 5},
        {"size": 8},
        {"path": proof["path"][:-1]},
        {"path": proof["path"][::-1]},
        {"path": other["path"]},
        {"head": proof["head"].replace("number 1", "number 2")},
        {"signature": text(bytes(64))},
        {"public_key": text(bytes(32))},
        {"kind": "corps-ledger-inclusion-2"},
        {"path": None},
    ]
    assert [held(page, {**proof, **change}) for change in changed] == [False] * len(changed)
    assert held(page, proof)
    assert held(page, proof, public_key())
    assert not held(page, proof, Ed25519PrivateKey.generate().public_key().public_bytes(*RAW))


def test_an_entry_that_is_not_sealed_is_not_provable(committed_db: str) -> None:
    a_sealed_ledger(1)
    waiting = write(1)[0]
    with pytest.raises(NotProvable, match="not sealed yet"):
        prove_entry(waiting.number)
    with pytest.raises(NotProvable, match="There is no entry 999"):
        prove_entry(999)


def test_two_heads_are_proved_to_be_of_one_ledger(committed_db: str, page: ModuleType) -> None:
    a_sealed_ledger(3, 4, 6)
    heads = [SignedHead(seal.head, bytes(seal.signature)) for seal in Seal.objects.all()]
    pairs = [(one, other) for one in heads for other in heads]
    assert [held(page, prove_between(*pair)) for pair in pairs] == [True] * 9
    proof = prove_between(heads[0], heads[2])
    other = prove_between(heads[1], heads[2])
    for change in ({"path": other["path"]}, {"old": other["old"]}, {"new": proof["old"]}):
        assert not held(page, {**proof, **change})


def test_the_root_is_that_of_pymerkle(committed_db: str) -> None:
    a_sealed_ledger(5, 6)
    tree = their_tree()
    for seal in Seal.objects.all():
        assert head_of(seal.head).root == tree.get_root(seal.size)


def their_tree() -> InmemoryTree:
    """The sealed ledger as a tree of pymerkle's."""
    tree = InmemoryTree(algorithm="sha256")
    for number in numbers():
        tree.append_entry(canonical_of(Entry.objects.get(pk=number)))
    return tree


def path_of(proof: Any) -> list[bytes]:
    """The nodes of a written proof."""
    return [b64decode(node) for node in proof["path"]]


def test_the_written_proof_of_every_entry_holds_for_pymerkle(committed_db: str) -> None:
    a_sealed_ledger(5, 6)
    tree = their_tree()
    for number in numbers():
        proof = prove_entry(number)
        index, size, root = proof["position"] + 1, proof["size"], head_of(proof["head"]).root
        leaf = tree.hash_buff(proof["content"].encode())
        rule = tree.prove_inclusion(index, size).rule
        theirs = InclusionProof("sha256", True, size, index, rule, [leaf, *path_of(proof)])
        verify_inclusion(leaf, root, theirs, index=index, size=size)
        with pytest.raises(InvalidProof):
            verify_inclusion(tree.hash_buff(b"another"), root, theirs, index=index, size=size)


def test_the_written_proofs_between_heads_hold_for_pymerkle(committed_db: str) -> None:
    a_sealed_ledger(3, 1, 7, 2)
    tree = their_tree()
    seals = [SignedHead(seal.head, bytes(seal.signature)) for seal in Seal.objects.all()]
    assert len(seals) >= 4
    for place, first in enumerate(seals):
        for second in seals[place + 1 :]:
            proof = prove_between(first, second)
            old, new = head_of(proof["old"]["head"]), head_of(proof["new"]["head"])
            theirs = as_theirs(path_of(proof), old, new, tree)
            verify_consistency(old.root, new.root, theirs, old.size, new.size)
            theirs.path[-1] = bytes(32)
            with pytest.raises(InvalidProof):
                verify_consistency(old.root, new.root, theirs, old.size, new.size)


def as_theirs(path: list[bytes], old: Head, new: Head, tree: InmemoryTree) -> ConsistencyProof:
    """A proof of ours as pymerkle writes one.

    Ours, the RFC's, begins with the subtree that ends the old tree, left out where it is the whole
    of it, then its sibling. Theirs has the first leaf of that sibling, and what leads to it, in the
    sibling's place; all other nodes are the same.
    """
    ending, sibling, *rest = [old.root, *path] if old.size.bit_count() == 1 else path
    given = tree.prove_consistency(old.size, new.size)
    pieces = given.path[: -1 - len(rest)]
    folded = MerkleProof("sha256", True, new.size, given.rule[: len(pieces)], pieces)
    assert folded.compute_root() == sibling
    nodes = [*pieces, ending, *rest]
    return ConsistencyProof("sha256", True, new.size, old.size, given.rule, given.subset, nodes)


def test_the_page_checks_signatures_as_cryptography_does(page: ModuleType) -> None:
    chance = Random(20261122)
    for size in (0, 1, 33, 500):
        key = Ed25519PrivateKey.generate()
        public, message = key.public_key().public_bytes(*RAW), chance.randbytes(size)
        signature = key.sign(message)
        assert page.signed(public, message, signature)
        for given in (bytearray(signature), bytearray(public)):
            given[chance.randrange(len(given))] ^= 1 << chance.randrange(8)
            pair = (public, bytes(given)) if len(given) == 64 else (bytes(given), signature)
            assert not page.signed(pair[0], message, pair[1])
        assert not page.signed(public, message + b"x", signature)
        high = int.from_bytes(signature[32:], "little") + page.ORDER
        assert not page.signed(public, message, signature[:32] + high.to_bytes(32, "little"))
    assert not page.signed(bytes(31), b"", bytes(64))


def test_an_export_is_checked_without_the_database(committed_db: str, tmp_path: Path) -> None:
    a_sealed_ledger(3, 4)
    file, asked = tmp_path / "ledger.jsonl", ["--public-key", text(public_key())]
    call_command("ledger", "export", str(file))
    exported = file.read_text()
    assert exported.count('"entry"') == 7
    assert holds(file, *asked)
    assert not holds(file)
    lines = exported.splitlines(keepends=True)
    heads = [line for line in lines if '"entry"' not in line]
    wrong = [
        exported.replace("사유 1", "사유 2", 1),
        "".join(lines[:1] + lines[2:]),
        "".join([*lines, lines[0]]),
        "".join(lines[:-1]),
        "".join(heads).replace("number 2", "number 3"),
        "".join([heads[0], heads[0].replace("number 1", "number 2")]),
        "",
        "no ledger",
        '{"head": null}',
    ]
    for given in wrong:
        file.write_text(given)
        assert not holds(file, *asked), given[:40]
    file.write_text("".join(heads))
    assert holds(file, *asked)
    assert Entry.objects.latest("number").verb == "ledger.exported"


def test_the_page_says_so_by_its_exit_code(committed_db: str, tmp_path: Path) -> None:
    a_sealed_ledger(3)
    proof = prove_entry(numbers()[1])
    for name, given, code in (("right", proof, 0), ("wrong", {**proof, "position": 2}, 1)):
        file = tmp_path / name
        file.write_text(json.dumps(given))
        done = subprocess.run([sys.executable, "-I", PAGE, file], capture_output=True, check=False)
        assert done.returncode == code, done.stdout


def test_the_command_writes_proofs(
    committed_db: str, page: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_sealed_ledger(3, 4)
    first = signed_head(1)
    assert first is not None
    file = tmp_path / "head.json"
    file.write_text(json.dumps({"head": first.text, "signature": text(first.signature)}))
    for asked in ([str(numbers()[2])], ["--between", "1", "2"], ["--between", str(file), "2"]):
        call_command("ledger", "prove", *asked)
        assert held(page, capsys.readouterr().out)
    for wrong in ([], ["999"], ["--between", "1", "9"], ["--between", str(tmp_path / "x"), "1"]):
        with pytest.raises(CommandError):
            call_command("ledger", "prove", *wrong)
