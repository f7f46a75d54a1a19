from __future__ import annotations

import contextlib
import gzip
import io
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.backup.facts import (
    BackupDamagedError,
    BackupFacts,
    header_of,
    name_of,
    parse_name,
    read_facts,
)

MOMENT = datetime(2026, 11, 21, 1, 2, 3, tzinfo=timezone.utc)
FACTS = BackupFacts("2026-11-21T01:02:03.123Z", "manual", "0.5.0", "0005", 4096, "mark", {"adapter": 3, "use": 0})


@pytest.mark.parametrize("number", [0, 3])
def test_a_name_says_the_moment_and_the_reason(number: int) -> None:
    name = name_of("lora_manager", MOMENT.astimezone(timezone(timedelta(hours=2))), "before_delete", number)
    assert name.startswith("lora_manager-20261121-010203-before_delete")
    assert parse_name(name, "lora_manager") == (MOMENT, "before_delete")
    assert parse_name(name, "other") is None


@pytest.mark.parametrize(
    "name",
    [
        "", "lora_manager.sqlite3", "lora_manager-20261121-010203-manual.sqlite3", "../lora_manager.sqlite3.gz",
        "lora_manager-20261321-010203-manual.sqlite3.gz", "lora_manager-20261121-010203-man/ual.sqlite3.gz",
        "x-lora_manager-20261121-010203-manual.sqlite3.gz", "lora_manager-20261121-010203-manual.sqlite3.gz\n",
    ],
)  # fmt: skip
def test_other_names_are_no_backups(name: str) -> None:
    assert parse_name(name, "lora_manager") is None


def test_the_facts_come_back_and_any_gunzip_opens_the_file() -> None:
    head = header_of(FACTS)
    assert read_facts(io.BytesIO(head)) == FACTS
    plain = gzip.compress(b"database")
    assert gzip.decompress(head + plain[10:]) == b"database"


@given(st.integers(0, len(header_of(FACTS)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_or_harmless(at: int, change: int) -> None:
    head = bytearray(header_of(FACTS))
    head[at] ^= change
    with contextlib.suppress(BackupDamagedError):
        assert read_facts(io.BytesIO(bytes(head))) == FACTS


@given(st.integers(0, len(header_of(FACTS)) - 1))
def test_a_cut_off_head_is_damaged(length: int) -> None:
    with pytest.raises(BackupDamagedError):
        read_facts(io.BytesIO(header_of(FACTS)[:length]))


def test_another_programs_gzip_is_no_backup() -> None:
    with pytest.raises(BackupDamagedError, match="no backup of LoRA Manager"):
        read_facts(io.BytesIO(gzip.compress(b"something else, and long enough")))
