"""Writing tags of adapters that have some: only what comes and what goes, for most tags of most adapters stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from lora_manager.db.ingest import tag_ids
from lora_manager.db.plain_rows import WANTED, rows_of

_KNOWN = (
    f"SELECT adapter_id, tag_id, position FROM adapter_tag WHERE adapter_id IN {WANTED} ORDER BY adapter_id, position"
)
_DELETE = "DELETE FROM adapter_tag WHERE adapter_id = ? AND tag_id = ?"
_INSERT = "INSERT INTO adapter_tag (adapter_id, tag_id, position) VALUES (?, ?, ?)"


def replace_tags(connection: Connection, tags: Mapping[int, Sequence[str]]) -> None:
    """Let these be the tags of these adapters."""
    keys = {tag.casefold(): tag for names in tags.values() for tag in reversed(names)}
    ids = tag_ids(connection, keys)
    known: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for adapter_id, tag_id, position in rows_of(connection, _KNOWN, list(tags)):
        known[adapter_id].append((tag_id, position))
    gone: list[tuple[int, int]] = []
    new: list[tuple[int, int, int]] = []
    for adapter_id, names in tags.items():
        wanted = list(dict.fromkeys(ids[name.casefold()] for name in names))
        removed, added = _difference(known[adapter_id], wanted)
        gone += [(adapter_id, tag_id) for tag_id in removed]
        new += [(adapter_id, tag_id, position) for tag_id, position in added]
    if gone:
        connection.exec_driver_sql(_DELETE, gone)
    if new:
        connection.exec_driver_sql(_INSERT, new)


def _difference(known: Sequence[tuple[int, int]], wanted: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """Return which tags go, and which come at which positions, so that the order is the wanted one."""
    is_wanted = set(wanted)
    stay = [tag_id for tag_id, _ in known if tag_id in is_wanted]
    if list(wanted[: len(stay)]) != stay:
        return [tag_id for tag_id, _ in known], [(tag_id, position) for position, tag_id in enumerate(wanted)]
    behind = known[-1][1] + 1 if known else 0
    removed = [tag_id for tag_id, _ in known if tag_id not in stay]
    return removed, [(tag_id, behind + n) for n, tag_id in enumerate(wanted[len(stay) :])]
