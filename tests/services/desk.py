"""A shelf whose edits are written into sidecars, by the services as the application wires them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lora_manager.db.edits.apply import apply_edits
from lora_manager.db.history import Act, close_set, note_set, open_set
from lora_manager.services.actor import Actor
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.editing import check_edit
from lora_manager.services.history.service import History
from lora_manager.services.sidecar_files import SidecarFiles
from lora_manager.services.write_back import WriteBack
from tests.helpers.shelf import Shelf

ME = Actor("page", "ada")
EDITED: dict[str, Any] = {
    "name": "Mine", "notes": "for dusk", "tags": ["lamp"], "trigger_groups": [["lantern light", "dusk"], ["dawn"]],
    "weight": 0.8, "rating": 4, "base_model": "Pony", "description": "<p>Soft</p>", "active": False,
}  # fmt: skip


class Desk:
    """A shelf whose sidecars are written."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.root, self.database = shelf, shelf.root, shelf.database
        self.files = SidecarFiles(shelf.database)
        self.write_back = WriteBack(shelf.database, self.files)
        self.history = History(shelf.database, lambda ids: None)
        self.history.reverters["sidecar"] = self.files.undo
        self.actor = ME
        self.set_id = 0

    def edit(self, stem: str, values: dict[str, Any], *resets: str) -> None:
        """As the page does."""
        edit = check_edit(self.id_of(stem), values, resets)
        with self.database.write() as connection:
            changes = apply_edits(connection, [edit])
            note_set(connection, Act("edit", "page"), changes)

    def id_of(self, stem: str) -> int:
        """The adapter of a file."""
        rows = self.shelf.rows()
        return rows.get(f"{stem}.safetensors", rows.get(stem)).adapter_id  # type: ignore[union-attr]

    def write(self, *stems: str, fields: str = "edited", cancelled: Callable[[], bool] = lambda: False) -> BulkResult:
        """The bulk action."""
        with self.database.write() as connection:
            self.set_id = open_set(connection, Act("write_back", "page"))
        context = ChangeContext(self.set_id, ME, lambda done, total, message: None, cancelled)
        result = self.write_back.run([self.id_of(stem) for stem in stems], {"fields": fields}, context)
        with self.database.write() as connection:
            close_set(connection, self.set_id)
        return result

    def json(self, stem: str) -> Any:
        """What stands in a sidecar."""
        return json.loads((self.root / f"{stem}.json").read_bytes())

    def seen(self, stem: str) -> dict[str, Any]:
        """All that the catalogue says of what can be edited."""
        detail = self.shelf.detail(f"{stem}.safetensors")
        return {
            **{name: detail.fields[name] for name in (*EDITED, "family") if name in detail.fields},
            "tags": detail.tags,
        }
