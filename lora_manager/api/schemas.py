"""Bodies of requests, in the part of pydantic that 1.10 and 2 share."""

from __future__ import annotations

import math
from typing import Any

from pydantic import BaseModel, ValidationError

from lora_manager.api.parameters import LARGEST
from lora_manager.errors import BadInputError
from lora_manager.services.compose import MAX_CHANGES
from lora_manager.services.recommending.asking import MOST_IDS

# Lists are counted before their items are looked at: a body of a megabyte holds 400,000 items, and FastAPI checks
# bodies on the server's one event loop.
MOST_TRIGGERS = 1000


class Empty(BaseModel):
    """A change that needs no words."""


class AdditionBody(BaseModel):
    """An adapter to put into a prompt; what is left out is the recommendation."""

    id: int
    weight: float | None = None
    triggers: list[str] | None = None


class ComposeBody(BaseModel):
    """A prompt, and what to put in or take out; `caret` is how many characters stand before it."""

    prompt: str = ""
    add: list[Any] = []
    remove: list[Any] = []
    caret: int | None = None


class RecommendBody(BaseModel):
    """What to recommend for; the fields of services.recommending.asking.Asked that a caller may choose.

    `base` is a family or base model to fit, "" for that of the loaded model; `any_base` keeps what does not fit.
    """

    prompt: str
    limit: int = 20
    kind: str = "prompt"
    ids: list[Any] = []
    base: str = ""
    any_base: bool = False


class ScanBody(BaseModel):
    """How to scan."""

    force: bool = False


class HashingBody(BaseModel):
    """Whether the hashing rests."""

    paused: bool


class GenerateBody(BaseModel):
    """What to draw; the fields of hosts.base.GenerationRequest that a caller may choose."""

    prompt: str
    negative_prompt: str = ""
    width: int = 512
    height: int = 512
    steps: int = 20
    cfg_scale: float = 7.0
    seed: int = -1
    sampler: str = "Euler a"
    batch_size: int = 1


class JobBody(BaseModel):
    """A job to run."""

    kind: str
    request: dict[str, Any] = {}


class TokenBody(BaseModel):
    """A token to make; the name says what it is for."""

    name: str


class SavedFilterBody(BaseModel):
    """A search to keep under a name."""

    name: str
    query: dict[str, Any] = {}


class FileNameBody(BaseModel):
    """A new file name, without extension."""

    name: str


class PlaceBody(BaseModel):
    """A folder below a LoRA folder; no `root_id` means the one that the file lies in."""

    folder: str
    root_id: int | None = None


class PackageBody(BaseModel):
    """An optional package to install."""

    name: str


class BulkBody(BaseModel):
    """What to do with what is selected; `expect` is how many adapters the asker thinks that are."""

    selection: dict[str, Any]
    action: str
    params: dict[str, Any] = {}
    expect: int | None = None


class ExportBody(BaseModel):
    """Which adapters to list, and as what: "csv" or "json"."""

    selection: dict[str, Any]
    format: str


class PreviewBody(BaseModel):
    """What would be done with what is selected: some rows of the answer."""

    selection: dict[str, Any]
    action: str
    params: dict[str, Any] = {}
    offset: int = 0
    limit: int = 100


class BackToBody(BaseModel):
    """A moment (ISO, UTC) to go back to, of one adapter or of all."""

    at: str
    adapter_id: int | None = None


class InsertionBody(BaseModel):
    """What to put into the prompt of the web UI's page, and what to take out."""

    add: list[Any] = []
    remove: list[Any] = []


def additions(items: list[Any]) -> list[AdditionBody]:
    """Return what is to be added. Raises BadInputError for too many, and for what is no addition."""
    return [_addition(item) for item in _few(items)]


def row_ids(items: list[Any]) -> list[int]:
    """Return ids of rows. Raises BadInputError for too many, and for what is no id."""
    for item in _few(items):
        if isinstance(item, bool) or not isinstance(item, int):
            raise BadInputError("remove: must be a list of ids.")
    return items


def adapter_ids(items: list[Any]) -> list[int]:
    """Return ids of adapters. Raises BadInputError for too many, and for what is no id."""
    if len(items) > MOST_IDS:
        raise BadInputError(f"ids: at most {MOST_IDS} LoRAs.")
    for item in items:
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item <= LARGEST:
            raise BadInputError("ids: must be a list of ids.")
    return items


def _few(items: list[Any]) -> list[Any]:
    if len(items) > MAX_CHANGES:
        raise BadInputError(f"At most {MAX_CHANGES} LoRAs can be put in or taken out at once.")
    return items


def _addition(item: Any) -> AdditionBody:
    if isinstance(item, dict) and isinstance(item.get("triggers"), list) and len(item["triggers"]) > MOST_TRIGGERS:
        raise BadInputError(f"add: at most {MOST_TRIGGERS} trigger words for one LoRA.")
    try:
        addition = AdditionBody(**item)
    except (TypeError, ValidationError) as error:
        raise BadInputError("add: must be a list of {id, weight?, triggers?}.") from error
    if not math.isfinite(addition.weight or 0.0):
        raise BadInputError("add: a weight is no number.")
    return addition
