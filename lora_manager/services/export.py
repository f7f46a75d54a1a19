"""Lists of a selection: CSV for spreadsheets, JSON for programs. Written part by part, however long they are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lora_manager.clock import utc_from_ns
from lora_manager.db.engine import Database
from lora_manager.db.export import ListedAdapter, listed_adapters
from lora_manager.errors import BadInputError
from lora_manager.formats.html_text import html_to_text
from lora_manager.services.finding import FoundCard

CSV, JSON = "csv", "json"
FORMATS = (CSV, JSON)
AT_ONCE = 500
_MARK = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""
_BETWEEN = "; "
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What makes a spreadsheet calculate a text, or hand it to another program."""

Cards = Callable[[Sequence[int]], list[FoundCard]]


class Exporter:
    """Writes lists. `cards` gives the tag names of this host."""

    def __init__(self, database: Database, cards: Cards) -> None:
        self._database = database
        self._cards = cards

    def check_format(self, form: str) -> str:
        """Return a format. Raises BadInputError for an unknown one."""
        if form not in FORMATS:
            raise BadInputError(f"format: one of {', '.join(FORMATS)}.")
        return form

    def parts(self, ids: Sequence[int], form: str) -> Iterator[bytes]:
        """Yield the file of these adapters, in order."""
        rows = self._rows(ids)
        yield from _csv_parts(rows) if form == CSV else _json_parts(rows)

    def _rows(self, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            names = {found.card.id: found.tag_name for found in self._cards(part)}
            with self._database.read() as connection:
                listed = listed_adapters(connection, part)
            for one in listed:
                yield row_of(one, names.get(one.fields["id"], ""))


def row_of(one: ListedAdapter, tag_name: str) -> dict[str, Any]:
    """Return what is listed of an adapter, by column."""
    fields, file = one.fields, one.file
    model_id, version_id = fields["model_id"], fields["version_id"]
    address = f"https://civitai.com/models/{model_id}" if model_id else None
    return {
        "id": fields["id"],
        "name": fields["name"],
        "version": fields["version"],
        "author": fields["author_username"],
        "base_model": fields["base_model"],
        "type": file["algorithm"],
        "rank": file["rank"],
        "archetype": fields["archetype"],
        "tags": one.tags,
        "trigger_words": [", ".join(group) for group in one.trigger_groups],
        "weight": fields["weight"],
        "weight_min": fields["weight_min"],
        "weight_max": fields["weight_max"],
        "negative_text": fields["negative_text"],
        "notes": fields["notes"],
        "rating": fields["rating"],
        "favourite": fields["favourite"],
        "nsfw_level": fields["nsfw_level"],
        "active": fields["active"],
        "order": fields["ordinal"],
        "uses": fields["uses"],
        "last_used_at": fields["last_used_at"],
        "downloads": fields["downloads"],
        "published_at": fields["published_at"],
        "added_at": fields["added_at"],
        "tag_name": tag_name,
        "file_name": file["name"],
        "folder": file["folder"],
        "path": f"{one.root}/{file['relative_path']}",
        "state": file["state"],
        "size": file["size"],
        "modified_at": utc_from_ns(file["mtime_ns"]),
        "sha256": file["sha256"],
        "sha256_state": file["sha256_state"],
        "autov2": file["autov2"],
        "autov3": file["autov3_computed"] or file["autov3"],
        "model_id": model_id,
        "version_id": version_id,
        "page": f"{address}?modelVersionId={version_id}" if address and version_id else address,
        "download": file["download_url"],
        "edited": one.edited,
        "description": html_to_text(fields["description"]) if fields["description"] else None,
    }


def cell_of(value: Any) -> Any:
    """Return a value as a cell of a spreadsheet, which shows it and calculates nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return value
    text = _BETWEEN.join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_parts(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(_MARK)
    columns: list[str] = []
    for row in rows:
        if not columns:
            columns = list(row)
            writer.writerow(columns)
        writer.writerow([cell_of(row[column]) for column in columns])
        if buffer.tell() > AT_ONCE * 100:
            yield _taken(buffer)
    yield _taken(buffer)


def _json_parts(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    between = "[\n"
    for row in rows:
        yield (between + json.dumps(row, ensure_ascii=False)).encode("utf-8", "replace")
        between = ",\n"
    yield b"\n]\n" if between == ",\n" else b"[]\n"


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
