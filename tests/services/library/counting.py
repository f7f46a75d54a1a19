"""Words that the tests of scans share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lora_manager.db.edits.apply import edit_adapter
from lora_manager.services.library.scan import ScanReport
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.helpers.shelf import Shelf


def edit(shelf: Shelf, path: str, **values: Any) -> int:
    """Set fields by the user's hand; returns the adapter's id."""
    adapter_id = shelf.adapter_id(path)
    with shelf.database.write() as connection:
        edit_adapter(connection, adapter_id, values)
    return adapter_id


def counts(report: ScanReport) -> tuple[int, int, int, int, int]:
    """(found, added, updated, unchanged, removed)."""
    return report.found, report.added, report.updated, report.unchanged, report.removed


def small_files(root: Path, count: int) -> None:
    """Write so many tiny network files."""
    for number in range(count):
        write_network_file(root / f"{number:03d}.safetensors", lora_tensors(rank=1, width=8, out_width=8))
