"""Sealed bytes open with their own key, at their own place, and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from corps.vault.actions import (
    Erased,
    check_keys,
    destroy_data_key,
    new_data_key,
    open_data_key,
    seal_under,
    unseal_under,
)
from corps.vault.keys import KeyUnavailable, forget_keyring, keyring, make_keyring_file, new_keyring
from corps.vault.marks import NAME, PHONE, mark, pseudonym
from corps.vault.sealing import Place, SealBroken, seal, unseal
from tests.cast import NOW

KEY = bytes(range(32))
PLACE = Place("table", "column", "row")


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert unseal(KEY, PLACE, seal(KEY, PLACE, plain)) == plain


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, PLACE, plain))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        unseal(KEY, PLACE, bytes(sealed))


@given(st.binary(max_size=60), st.data())
def test_cut_bytes_are_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, PLACE, plain)
    with pytest.raises(SealBroken):
        unseal(KEY, PLACE, sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("other", "column", "row"),
        Place("table", "other", "row"),
        Place("table", "column", "other"),
    ],
)
def test_bytes_moved_to_another_place_are_refused(elsewhere: Place) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY, elsewhere, seal(KEY, PLACE, b"word"))


@pytest.mark.django_db
def test_a_destroyed_data_key_opens_nothing() -> None:
    key = new_data_key()
    sealed = seal_under(key, PLACE, b"word")
    assert unseal_under(key, PLACE, sealed) == b"word"
    destroy_data_key(key, at=NOW)
    key.refresh_from_db()
    with pytest.raises(Erased):
        open_data_key(key)


def test_marks_tell_kinds_apart() -> None:
    assert mark(PHONE, "1") == mark(PHONE, "1")
    assert mark(PHONE, "1") != mark(NAME, "1")
    assert len(mark(PHONE, "1")) == 32


def test_two_agencies_know_one_person_by_different_names() -> None:
    assert pseudonym("agency-1", "person") == pseudonym("agency-1", "person")
    assert pseudonym("agency-1", "person") != pseudonym("agency-2", "person")
    assert len(pseudonym("agency-1", "person")) == len("XXXX-XXXX-XXXX-XXXX")


@pytest.fixture
def fresh_keyring(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """A keyring file that is not this database's."""
    settings.MASTER_KEY = settings.MASTER_KEY_COMMAND = ""
    settings.MASTER_KEY_FILE = str(tmp_path / "keys" / "master.key")
    forget_keyring()
    yield Path(settings.MASTER_KEY_FILE)
    forget_keyring()


def test_the_first_start_makes_a_private_key_file_once(fresh_keyring: Path) -> None:
    assert make_keyring_file()
    made = fresh_keyring.read_text()
    assert (oct(fresh_keyring.stat().st_mode & 0o777), make_keyring_file()) == ("0o600", False)
    assert fresh_keyring.read_text() == made


@pytest.mark.django_db
def test_the_wrong_key_refuses_to_start_in_a_sentence(fresh_keyring: Path) -> None:
    make_keyring_file()
    with pytest.raises(SystemExit) as refused:
        check_keys()
    assert "not the one this database was sealed with" in str(refused.value)


@pytest.mark.django_db
def test_no_key_refuses_to_start_in_a_sentence(fresh_keyring: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        check_keys()
    assert "There is no master key" in str(refused.value)


def test_a_key_file_that_others_may_read_is_refused(fresh_keyring: Path) -> None:
    make_keyring_file()
    fresh_keyring.chmod(0o644)
    with pytest.raises(KeyUnavailable, match="chmod 600"):
        keyring()


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"master": 1}'])
def test_what_is_not_a_keyring_is_refused(fresh_keyring: Path, text: str) -> None:
    fresh_keyring.parent.mkdir(mode=0o700)
    fresh_keyring.write_text(text)
    fresh_keyring.chmod(0o600)
    with pytest.raises(KeyUnavailable):
        keyring()


def test_a_keyring_may_come_from_a_command(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "ring").write_text(new_keyring())
    settings.MASTER_KEY = ""
    settings.MASTER_KEY_FILE = str(tmp_path / "absent")
    settings.MASTER_KEY_COMMAND = f"cat {tmp_path / 'ring'}"
    forget_keyring()
    assert sorted(keyring().keys) == ["index", "master", "pseudonym"]
    forget_keyring()
