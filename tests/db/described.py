"""What a scan would hand over, written down in a line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from lora_manager.db.engine import Database
from lora_manager.db.ingest import ingest
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.rows import AdapterRow, DescribedFile, FileRow, SidecarRow
from lora_manager.db.scan_state import root_ids


def described(
    path: str,
    name: str | None = None,
    *,
    root_id: int = 1,
    tags: Sequence[str] = (),
    triggers: Sequence[Sequence[str]] = (),
    sidecars: Sequence[SidecarRow] = (),
    description_text: str = "",
    file: dict[str, Any] | None = None,
    **adapter: Any,
) -> DescribedFile:
    """A network file at `path` with the columns given; `file` holds columns of the file itself."""
    folder, _, file_name = path.rpartition("/")
    stem = os.path.splitext(file_name)[0]
    columns = {"size": 100, "mtime_ns": 10**18, "inode": 0, "state": "present", "fingerprint": "100:1", **(file or {})}
    return DescribedFile(
        file=FileRow(root_id, path, folder, file_name, stem, **columns),
        adapter=AdapterRow(name or stem, **adapter),
        tags=list(tags),
        trigger_groups=[list(group) for group in triggers],
        sidecars=list(sidecars),
        description_text=description_text,
    )


def put(database: Database, *items: DescribedFile) -> list[int]:
    """Write them as a scan does; returns the adapters' ids. Root 1 is made on demand."""
    with database.write() as connection:
        root_ids(connection, ["/lora"])
        ingest(connection, items)
        touch_catalogue(connection)
    return [item.adapter_id or 0 for item in items]
