"""How a field goes back to what it was: by hand again, or to its sources; a tag is taken back one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lora_manager.db.edits.apply import Edit
from lora_manager.db.edits.fields import OWN, USER, is_same
from lora_manager.db.edits.state import Held
from lora_manager.db.history import StoredChange
from lora_manager.services.history.outcome import RevertOutcome

SCAN = "import"


def edits_back(
    changes: Sequence[StoredChange], held: Mapping[int, Mapping[str, Held]], outcome: RevertOutcome, *, by_force: bool
) -> list[Edit]:
    """Return the edits that take these changes back; of one adapter and field there is one change, the oldest.

    What was changed again since stays, and is skipped with the reason, but for tags: those that came go, and those
    that went come. `by_force` puts the old value back whatever stands there.
    """
    values: dict[int, dict[str, Any]] = {}
    resets: dict[int, set[str]] = {}
    for change in changes:
        adapter_id = change.adapter_id
        if adapter_id is None or adapter_id not in held:
            outcome.skip(change, "Its LoRA is not in the catalogue any more.")
            continue
        now = held[adapter_id][change.field]
        old = change.old
        if not by_force and not is_same(change.field, now.value, change.new):
            if change.field != "tags":
                outcome.skip(change, "It was changed again since.")
                continue
            old = tags_back(change, now.value)
        outcome.reverted += 1
        if change.old_source == USER or change.field in OWN or change.kind == SCAN or _is_other(change, old):
            values.setdefault(adapter_id, {})[change.field] = old
        else:
            resets.setdefault(adapter_id, set()).add(change.field)
    return [Edit(key, values.get(key, {}), frozenset(resets.get(key, ()))) for key in {**values, **resets}]


def tags_back(change: StoredChange, now: Sequence[str]) -> list[str]:
    """Return the tags of now, without those that the change brought and with those that it took."""
    old, new = ({tag.casefold(): tag for tag in tags or ()} for tags in (change.old, change.new))
    kept = [tag for tag in now if tag.casefold() in old or tag.casefold() not in new]
    there = {tag.casefold() for tag in kept}
    back = [tag for key, tag in old.items() if key not in new and key not in there]
    return kept + back


def _is_other(change: StoredChange, old: Any) -> bool:
    """Say whether what is to be put back is no longer quite the old value."""
    return not is_same(change.field, old, change.old)
