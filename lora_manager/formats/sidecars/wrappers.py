"""Records that lie inside something else: a search reply, a cache, a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lora_manager.formats.sidecars import civitai_model
from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject
from lora_manager.formats.sidecars.version_choice import file_names_of

_MAX_ENTRIES = 1_000


@dataclass(frozen=True)
class Unwrapped:
    """The record itself. None: there is none, or several of which none is the local file's; `reason` says which.

    reason is also given with a record, when the wrapper is not one that a tool writes: then `kind` is set.
    """

    document: JsonObject | None
    reason: str = ""
    kind: str = ""


def unwrap(document: Any, local: LocalFile | None) -> Unwrapped:
    """The record inside `document`, which is mostly `document` itself. `local` tells several apart."""
    if isinstance(document, list):
        return _from_list(document, local)
    if not isinstance(document, dict):
        return Unwrapped(None)
    items = _items(document)
    if items is not None:
        return _pick(items, local)
    if _is_cache(document):
        return _pick(list(document.values()), local)
    return Unwrapped(document)


def _from_list(entries: list[Any], local: LocalFile | None) -> Unwrapped:
    count = len(entries)
    picked = _pick(entries, local)
    if picked.document is None:
        return Unwrapped(None, f"holds a list of {count} entries, not one record; {picked.reason}", "json_list")
    entry = "its only entry" if count == 1 else "the entry of this file"
    return Unwrapped(picked.document, f"holds a list of {count}, not one record; took {entry}", "json_list")


def _items(document: JsonObject) -> list[Any] | None:
    """The entries of a search reply: `{"items": [...]}`, also within `data`."""
    if civitai_model.matches(document):
        return None
    data = document.get("data")
    items = document.get("items", data.get("items") if isinstance(data, dict) else None)
    return items if isinstance(items, list) else None


def _is_cache(document: JsonObject) -> bool:
    """`{"<model id>": record or null}`."""
    entries = document.items()
    return bool(entries) and all(
        key.isdecimal() and (value is None or isinstance(value, dict)) for key, value in entries
    )


def _pick(entries: list[Any], local: LocalFile | None) -> Unwrapped:
    models = [entry for entry in entries[:_MAX_ENTRIES] if isinstance(entry, dict) and civitai_model.matches(entry)]
    if len(models) == 1:
        return Unwrapped(models[0])
    if not models:
        return Unwrapped(None, "none of its entries is a Civitai model record")
    own = [model for model in models if local is None or _lists(model, local)]
    if len(own) == 1 or (own and local is None):
        return Unwrapped(own[0])
    return Unwrapped(None, f"it holds {len(models)} models, and {'several' if own else 'none'} of them lists this file")


def _lists(model: JsonObject, local: LocalFile) -> bool:
    wanted = local.stem.casefold()
    return any(name.rpartition(".")[0].casefold() == wanted for name in file_names_of(model))
