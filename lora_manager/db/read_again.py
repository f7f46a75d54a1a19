"""Having the next scan read files once more, though nothing of them changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from lora_manager.db.chunks import chunks
from lora_manager.db.scan_state import write_scanned_folders
from lora_manager.db.tables import NetworkFile, Sidecar

_NEVER = -1
"""The time of no file that is read."""


def read_again(connection: Connection, adapter_ids: Sequence[int], *, sidecars: bool = False) -> None:
    """Have the next scan read the files of these adapters, however quiet their folders are.

    `sidecars`: open those too, though by size and time they are as they were when they were read.
    """
    folders: defaultdict[int, set[str]] = defaultdict(set)
    for part in chunks(adapter_ids):
        connection.execute(update(NetworkFile).where(NetworkFile.adapter_id.in_(part)).values(fingerprint=""))
        if sidecars:
            files = select(NetworkFile.id).where(NetworkFile.adapter_id.in_(part))
            connection.execute(update(Sidecar).where(Sidecar.network_file_id.in_(files)).values(mtime_ns=_NEVER))
        places = select(NetworkFile.root_id, NetworkFile.folder).where(NetworkFile.adapter_id.in_(part)).distinct()
        for root_id, folder in connection.execute(places):
            folders[root_id].add(folder)
    for root_id, names in folders.items():
        write_scanned_folders(connection, root_id, dict.fromkeys(names))
