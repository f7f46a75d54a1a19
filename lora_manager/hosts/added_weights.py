"""Several tags that name one file: the host applies it several times over, and that is one use with their sum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lora_manager.hosts.base import AppliedAdapter
from lora_manager.hosts.tolerant import finite_number


def add(applied: dict[Path, AppliedAdapter], adapter: AppliedAdapter) -> None:
    """Add an adapter to those applied so far, under the name of the first tag of its file."""
    before = applied.get(adapter.path)
    if before is not None:
        te_weight = finite_number(before.te_weight + adapter.te_weight, before.te_weight)
        unet_weight = finite_number(before.unet_weight + adapter.unet_weight, before.unet_weight)
        adapter = replace(before, te_weight=te_weight, unet_weight=unet_weight)
    applied[adapter.path] = adapter
