"""What is thought of images: ratings, favourites, and those that were deleted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.event_sources import ImageUses, change_image, image_uses
from lora_manager.db.events import EventRow, events_about
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.learning.noting import note, take_out

MOST_RATING = 5
FIELDS = ("rating", "favourite")


def check_image(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be set of an image. Raises BadInputError naming the field."""
    unknown = sorted(set(values) - set(FIELDS))
    if unknown or not values:
        what = f"'{str(unknown[0])[:40]}' cannot be set" if unknown else "Nothing to change"
        raise BadInputError(f"{what}. Fields of an image: {', '.join(FIELDS)}.")
    rating, favourite = values.get("rating", 0), values.get("favourite", False)
    if isinstance(rating, bool) or not isinstance(rating, int) or not 0 <= rating <= MOST_RATING:
        raise BadInputError(f"rating: must be a whole number from 0 (none) to {MOST_RATING}.")
    if not isinstance(favourite, bool):
        raise BadInputError("favourite: must be true or false.")
    return dict(values)


def find_image(connection: Connection, image_id: int) -> ImageUses:
    """Return an image with its adapters. Raises NotFoundError."""
    found = image_uses(connection, image_id)
    if found is None:
        raise NotFoundError(f"There is no image {image_id}.")
    return found


def set_image(
    connection: Connection, at: str, user_name: str, image: ImageUses, values: Mapping[str, Any], *, learns: bool
) -> None:
    """Set rating or favourite of an image, and learn of it: each adapter of its run has an equal share."""
    changed = {key: value for key, value in values.items() if value != getattr(image, key)}
    if changed:
        change_image(connection, image, changed)
    for key, value in values.items():
        kind = "image_rated" if key == "rating" else "image_favourited"
        for adapter_id in image.adapter_ids:
            known = events_about(connection, kind, adapter_id, user_name=user_name, image_id=image.id)
            if not value:
                take_out(connection, known)
            elif learns and not (known and known[0].value == float(value)):
                note(connection, [_event(at, user_name, kind, adapter_id, image, float(value))])


def is_gone(path: str) -> bool:
    """Return whether a file was deleted; a folder that cannot be reached says nothing of what lies in it."""
    return not os.path.lexists(path) and os.path.isdir(os.path.dirname(path))


def note_gone(connection: Connection, at: str, image: ImageUses, *, learns: bool) -> bool:
    """Remember that an image was deleted, once; it was its maker's doing. Returns whether that is news."""
    if image.gone_at is not None:
        return False
    change_image(connection, image, {"gone_at": at})
    if learns:
        events = [_event(at, image.user_name, "image_gone", one, image, None) for one in image.adapter_ids]
        note(connection, events)
    return True


def _event(at: str, user: str, kind: str, adapter_id: int, image: ImageUses, value: float | None) -> EventRow:
    details = {"share": 1.0 / len(image.adapter_ids)}
    return EventRow(
        at,
        user,
        kind,
        adapter_id,
        generation_id=image.generation_id,
        image_id=image.id,
        value=value,
        details=details,
    )
