from __future__ import annotations

from pathlib import Path

from lora_manager.hosts.added_weights import add
from lora_manager.hosts.base import AppliedAdapter

INK, PAPER = Path("/lora/ink.safetensors"), Path("/lora/paper.safetensors")


def test_weights_of_one_file_add_up_under_its_first_name() -> None:
    applied: dict[Path, AppliedAdapter] = {}
    for adapter in (
        AppliedAdapter("ink", INK, 0.5, 0.25),
        AppliedAdapter("paper", PAPER, 1.0, 1.0),
        AppliedAdapter("/lora/ink.safetensors", INK, 0.25, -0.5),
    ):
        add(applied, adapter)
    assert list(applied.values()) == [AppliedAdapter("ink", INK, 0.75, -0.25), AppliedAdapter("paper", PAPER, 1.0, 1.0)]


def test_a_sum_stays_a_number() -> None:
    applied: dict[Path, AppliedAdapter] = {}
    for _ in range(2):
        add(applied, AppliedAdapter("ink", INK, 1e308, -1e308))
    assert applied[INK] == AppliedAdapter("ink", INK, 1e308, -1e308)
