"""Having the next scan read files once more, though nothing of them changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from lora_manager.db.chunks import chunks
from lora_manager.db.scan_state import write_scanned_folders
from lora_manager.db.tables import NetworkFile


def read_again(connection: Connection, adapter_ids: Sequence[int]) -> None:
    """Have the next scan read the files of these adapters, however quiet their folders are."""
    folders: defaultdict[int, set[str]] = defaultdict(set)
    for part in chunks(adapter_ids):
        connection.execute(update(NetworkFile).where(NetworkFile.adapter_id.in_(part)).values(fingerprint=""))
        places = select(NetworkFile.root_id, NetworkFile.folder).where(NetworkFile.adapter_id.in_(part)).distinct()
        for root_id, folder in connection.execute(places):
            folders[root_id].add(folder)
    for root_id, names in folders.items():
        write_scanned_folders(connection, root_id, dict.fromkeys(names))
