from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from lora_manager.db.backup.archive import pack, unpack, why_cut_off
from lora_manager.db.backup.facts import BackupDamagedError
from lora_manager.db.backup.work import BackupCancelledError, Work
from tests.db.backup.test_facts import FACTS

CONTENT = os.urandom(1_500_000) + b"lantern" * 200_000
SAID = replace(FACTS, database_bytes=len(CONTENT))


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    pack(source, tmp_path / "packed.gz", SAID, Work())
    return tmp_path / "packed.gz"


def test_what_was_packed_comes_back(packed: Path, tmp_path: Path) -> None:
    shares: list[int] = []
    assert unpack(packed, tmp_path / "back", Work(lambda done, *_: shares.append(done))) == SAID
    assert (tmp_path / "back").read_bytes() == gzip.decompress(packed.read_bytes()) == CONTENT
    assert shares == sorted(shares)
    assert shares[-1] == 1000
    assert why_cut_off(packed, SAID) == ""


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999999])
def test_a_cut_off_file_is_damaged(packed: Path, tmp_path: Path, share: float) -> None:
    whole = packed.read_bytes()
    packed.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupDamagedError, match="cut off"):
        unpack(packed, tmp_path / "back", Work())


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999999])
def test_a_changed_byte_is_noticed(packed: Path, tmp_path: Path, share: float) -> None:
    changed = bytearray(packed.read_bytes())
    changed[int(len(changed) * share)] ^= 0x10
    packed.write_bytes(changed)
    with pytest.raises(BackupDamagedError):
        unpack(packed, tmp_path / "back", Work())


@pytest.mark.parametrize(("more", "words"), [(-1, "more than it says"), (1, "less than it says")])
def test_another_length_than_it_says_is_damaged(tmp_path: Path, more: int, words: str) -> None:
    """A bomb ends there too."""
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    pack(source, tmp_path / "packed.gz", replace(SAID, database_bytes=len(CONTENT) + more), Work())
    with pytest.raises(BackupDamagedError, match=words):
        unpack(tmp_path / "packed.gz", tmp_path / "back", Work())


def test_the_end_alone_shows_that_it_is_cut_off(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-100])
    assert "cut off" in why_cut_off(packed, SAID)


def test_it_stops_on_the_way(packed: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupCancelledError):
        unpack(packed, tmp_path / "back", Work(cancelled=lambda: True))
    with pytest.raises(BackupCancelledError):
        pack(tmp_path / "source", tmp_path / "again.gz", SAID, Work(cancelled=lambda: True))
