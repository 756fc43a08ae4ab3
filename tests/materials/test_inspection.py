"""Files from outside: hostile ones are refused, each with its reason and in little memory; honest
ones are taken, and tell nothing of their makers any more."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from deployments.materials import files
from deployments.materials.files import REASONS, FileRefused, Inspected, inspect_upload
from deployments.materials.inspection.findings import MIB
from deployments.materials.inspection.photographs import without_tales
from tests.materials import measured
from tests.materials.honest import (
    HONEST,
    a_pdf,
    a_photograph,
    a_wav,
    filled,
    in_scans,
    told_by_jfif,
    told_late,
)
from tests.materials.hostile import HOSTILE, Hostile


def refusal_of(case: Hostile) -> str:
    """Why a file is refused; "" for one that is taken."""
    _what, name, content, takes, _code = case
    try:
        inspect_upload(content(), name, takes=takes, previews=True)
    except FileRefused as refused:
        return refused.code
    return ""


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the peak of memory, in KiB, of every process that looked at a file."""
    return tmp_path_factory.mktemp("peaks") / "peaks"


@pytest.fixture(autouse=True)
def with_its_memory_measured(monkeypatch: pytest.MonkeyPatch, peaks: Path) -> None:
    """Let each look at a file note its peak of memory."""
    around = [sys.executable, str(measured.__file__), str(peaks)]
    monkeypatch.setattr(files, "COMMAND", [*around, *files.COMMAND])


def test_the_corpus_holds_sixty_files_with_a_reason_each() -> None:
    """Each is another file, and each reason is a sentence."""
    assert len(HOSTILE) >= 60
    assert {case[4] for case in HOSTILE} <= set(REASONS)


def test_hostile_files_are_refused_each_with_its_reason_in_little_memory(peaks: Path) -> None:
    """None is taken; what looked at them stayed under 300 MB."""
    told = {f"{case[0]} ({case[1]!r})": (refusal_of(case), case[4]) for case in HOSTILE}
    assert {what: reasons for what, reasons in told.items() if reasons[0] != reasons[1]} == {}
    assert max(int(line) for line in peaks.read_text().split()) * 1024 < 300 * MIB


@pytest.mark.parametrize(("name", "content", "takes", "kind"), HONEST, ids=[h[0] for h in HONEST])
def test_honest_files_are_taken(
    name: str, content: Callable[[], bytes], takes: frozenset[str], kind: str
) -> None:
    """The control: each is taken as what it is, and what it told of its maker is gone."""
    sent = content()
    found = inspect_upload(iter([sent[:100], sent[100:]]), name, takes=takes, previews=True)
    assert found.media_type == kind
    assert b"Secret" not in found.content
    assert (found.pages is None) != (found.seconds is None)
    again = inspect_upload(found.content, name, takes=takes)
    assert (again.pages, again.seconds) == (found.pages, found.seconds)


def test_pages_are_counted_and_drawn() -> None:
    """Each page of a leaflet becomes a picture."""
    found = inspect_upload(a_pdf(pages=3), "a.pdf", previews=True)
    assert (found.pages, len(found.previews)) == (3, 3)
    assert all(picture.startswith(b"\x89PNG") for picture in found.previews)


def test_a_sound_is_kept_to_the_sample() -> None:
    """Of an honest recording nothing is lost."""
    assert inspect_upload(a_wav(), "a.wav", takes=files.SOUNDS) == Inspected(
        "audio/wav", a_wav(), None, 2, ()
    )


def test_a_photograph_tells_its_place_before_and_not_after() -> None:
    """The control of the stripping: what was to be taken out was there."""
    assert b"SecretCamera" in a_photograph()
    assert b"Exif" not in inspect_upload(a_photograph(), "a.jpg").content


TELLING = {
    "plain": a_photograph,
    "filled": lambda: filled(a_photograph()),
    "late": lambda: told_late(a_photograph()),
    "jfif": lambda: told_by_jfif(a_photograph()),
    "scans": in_scans,
}


@pytest.mark.parametrize("telling", TELLING.values(), ids=TELLING.keys())
def test_a_photograph_in_a_document_keeps_its_pixels_alone(telling: Callable[[], bytes]) -> None:
    """What it tells is gone wherever it stood; what it shows stays as it was."""
    photograph = telling()
    kept = without_tales(photograph)
    assert (b"Secret" in photograph, b"Secret" in kept) == (True, False)
    assert pixels(kept) == pixels(photograph)


def pixels(photograph: bytes) -> bytes:
    """What a JPEG shows."""
    return Image.open(io.BytesIO(photograph + b"\xff\xd9")).convert("RGB").tobytes()


def test_a_file_is_read_no_further_than_its_longest() -> None:
    """An endless body is left where it becomes too long."""
    read = []

    def endless() -> object:
        while True:
            read.append(1)
            yield b"\0" * MIB

    with pytest.raises(FileRefused) as refused:
        inspect_upload(endless(), "a.pdf")
    assert (refused.value.code, len(read)) == ("long", 26)


def test_a_crash_of_the_looking_process_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a library breaks down over is not taken."""
    dying = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"]
    monkeypatch.setattr(files, "COMMAND", dying)
    with pytest.raises(FileRefused) as refused:
        inspect_upload(a_pdf(), "a.pdf")
    assert refused.value.code == "resources"


def test_a_process_that_does_not_end_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too long is not taken."""
    monkeypatch.setattr(files, "COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(files, "WALL_SECONDS", 1)
    with pytest.raises(FileRefused) as refused:
        inspect_upload(a_pdf(), "a.pdf")
    assert refused.value.code == "resources"
