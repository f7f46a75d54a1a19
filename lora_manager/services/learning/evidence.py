"""What an event says: how much for and how much against its adapter, and of which preferences.

A function of the event alone, so that everything learned can be made anew of the table of events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lora_manager.db.events import EventRow
from lora_manager.db.preferences import KINDS, Key
from lora_manager.services.learning.position import passed_weight, taken_weight

INSERTED = 1.0
ACCEPTED = 1.0
GENERATED = 0.5
"""By the event's `value`: the adapter's share of the run, less for each further run of the same day."""
IMAGE_RATED: Mapping[int, float] = {1: -1.5, 2: -0.75, 4: 0.75, 5: 1.5}
"""Times the adapter's share of the image. Three of five says nothing."""
IMAGE_FAVOURITED = 1.0
IMAGE_GONE = -0.2
"""Most pictures are deleted to make room."""
ADAPTER_RATED: Mapping[int, float] = {1: -3.0, 2: -1.5, 4: 1.5, 5: 3.0}
ADAPTER_FAVOURITED = 3.0
DISMISSED = -2.0
IGNORED = -0.15
"""Of a list of a dozen one is taken: what is passed over may not outweigh it."""

STATES = ("adapter_rated", "adapter_favourited", "image_rated", "image_favourited")
"""Kinds of which only the newest event of a thing counts: a rating takes the place of the one before."""
_SHARED = ("image_rated", "image_favourited", "image_gone", "adapter_rated", "adapter_favourited")
"""Kinds that may count a share: an image made with several adapters, an adapter rated with very many at once."""


class Subject(NamedTuple):
    """What an event speaks of: a kind of preference, its key, how it is shown."""

    kind: str
    key: str
    label: str


class StateKey(NamedTuple):
    """What has one value at a time: the newest event of it counts."""

    kind: str
    adapter_id: int
    image_id: int | None


def effect_of(event: EventRow) -> float:
    """Return how much an event counts for (or, below 0, against) its subjects, before it fades."""
    value = event.value or 0.0
    share = float(event.details.get("share", 1.0)) if event.kind in _SHARED else 1.0
    effects = {
        "inserted": INSERTED * taken_weight(event.position),
        "accepted": ACCEPTED * taken_weight(event.position),
        "generated": GENERATED * value,
        "image_rated": IMAGE_RATED.get(int(value), 0.0) * share,
        "image_favourited": IMAGE_FAVOURITED * share,
        "image_gone": IMAGE_GONE * share,
        "adapter_rated": ADAPTER_RATED.get(int(value), 0.0) * share,
        "adapter_favourited": ADAPTER_FAVOURITED * share,
        "dismissed": DISMISSED,
        "ignored": IGNORED * passed_weight(event.position),
    }
    return effects.get(event.kind, 0.0)


def subjects_of(event: EventRow) -> list[Subject]:
    """Return the preferences that an event speaks of: the adapter, and what it was at that moment."""
    details: Mapping[str, Any] = event.details
    found = {}
    adapter_id = adapter_of(event)
    if adapter_id is not None:
        found["adapter", str(adapter_id)] = str(details.get("name") or adapter_id)
    for kind, value in details.get("of", ()):
        if kind in KINDS:
            found.setdefault((kind, value.casefold()), value)
    return [Subject(kind, key, label) for (kind, key), label in found.items()]


def keys_of(event: EventRow) -> list[Key]:
    """Return kind and key of what an event speaks of."""
    return [(subject.kind, subject.key) for subject in subjects_of(event)]


def adapter_of(event: EventRow) -> int | None:
    """Return the adapter of an event, also one that is gone."""
    known = event.details.get("adapter")
    return known if isinstance(known, int) else event.adapter_id


def state_of(event: EventRow) -> StateKey | None:
    """Return what an event is the newest word on, None for one that stands by itself."""
    adapter_id = adapter_of(event)
    if event.kind not in STATES or adapter_id is None:
        return None
    image_id = event.details.get("image")
    return StateKey(event.kind, adapter_id, image_id if isinstance(image_id, int) else event.image_id)
