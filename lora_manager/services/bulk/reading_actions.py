"""What can be done with many adapters that edits nothing: reading their files again, the tags for a prompt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lora_manager.db.chunks import chunks
from lora_manager.db.engine import Database
from lora_manager.db.read_again import read_again
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.finding import FoundCard

MOST_TAGS = 5000
"""Tags that are copied at once: more fit no prompt, and few clipboards."""


class _ReadingAction:
    kind = ""
    is_restricted = False

    def is_backed_up(self, params: Mapping[str, Any]) -> bool:
        """Nothing is lost by it that cannot be taken back."""
        return False

    def check(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Take no parameters."""
        return {}


class Reread(_ReadingAction):
    """Reads the files and sidecars of adapters again; the user's edits stay."""

    name = "reread"

    def __init__(self, database: Database, scan: Callable[..., Any]) -> None:
        self._database = database
        self._scan = scan

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Read them by a scan, which looks at whatever else changed as well."""
        with self._database.write() as connection:
            read_again(connection, ids, sidecars=True)
        report = self._scan(on_progress=context.on_progress, cancelled=context.cancelled)
        return BulkResult(report.updated, extra={"scan": {"added": report.added, "removed": report.removed}})


class CopyTags(_ReadingAction):
    """Writes the `<lora:...>` tags of adapters into one text."""

    name = "copy_tags"

    def __init__(self, cards: Callable[[Sequence[int]], list[FoundCard]]) -> None:
        self._cards = cards

    def run(self, ids: Sequence[int], params: Mapping[str, Any], context: ChangeContext) -> BulkResult:
        """Return the text in the result. Raises BadInputError for too many."""
        if len(ids) > MOST_TAGS:
            raise BadInputError(f"At most {MOST_TAGS} tags are copied at once, and {len(ids)} LoRAs are selected.")
        found = [card for part in chunks(ids) for card in self._cards(part)]
        tags = [f"<lora:{card.tag_name}:{card.weight:g}>" for card in found]
        return BulkResult(len(tags), extra={"text": " ".join(tags)})
