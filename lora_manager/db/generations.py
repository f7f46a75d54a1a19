"""Recording generations, images and uses, and reading them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Adapter, Generation, Image, Use


@dataclass(frozen=True)
class ImageRow:
    """One picture: absolute path, seed, pixels, embedded infotext."""

    path: str
    seed: int
    width: int
    height: int
    infotext: str


@dataclass(frozen=True)
class UseRow:
    """One adapter really applied; `adapter_id` is None for a file the catalogue does not know."""

    adapter_id: int | None
    tag_name: str
    te_weight: float
    unet_weight: float


@dataclass(frozen=True)
class GenerationRow:
    """One run, as it is recorded. `origin` is the host's tab it was made in, or "lora_manager"."""

    host: str
    host_version: str
    origin: str
    model: str
    family: str
    prompt: str
    negative_prompt: str
    width: int
    height: int
    steps: int
    cfg_scale: float
    sampler: str
    seed: int
    seconds: float
    interrupted: bool
    infotext: str
    refused: list[dict[str, str]]
    user_name: str | None = None


@dataclass
class RecordedGeneration:
    """A run read back: its columns, its images and its uses with the adapters' names.

    Of an image: id, seed, width, height, rating, favourite.
    """

    fields: dict[str, Any]
    images: list[dict[str, Any]] = field(default_factory=list)
    uses: list[dict[str, Any]] = field(default_factory=list)


def record(
    connection: Connection, generation: GenerationRow, images: Sequence[ImageRow], uses: Sequence[UseRow]
) -> tuple[int, list[int]]:
    """Write one run with its images and uses; returns the generation's id and the images' ids in order."""
    now = utc_now()
    row = {**vars(generation), "created_at": now}
    generation_id = connection.execute(insert(Generation).returning(Generation.id), row).scalar_one()
    image_ids = []
    for position, image in enumerate(images):
        values = {**vars(image), "generation_id": generation_id, "position": position}
        image_ids.append(connection.execute(insert(Image).returning(Image.id), values).scalar_one())
    for use in uses:
        connection.execute(insert(Use), {**vars(use), "generation_id": generation_id})
        if use.adapter_id is not None:
            counted = {"uses": Adapter.uses + 1, "last_used_at": now}
            connection.execute(update(Adapter).where(Adapter.id == use.adapter_id).values(counted))
    touch_catalogue(connection, {use.adapter_id for use in uses if use.adapter_id is not None})
    return generation_id, image_ids


def recorded(connection: Connection, limit: int, offset: int) -> tuple[int, list[RecordedGeneration]]:
    """Return how many runs there are, and a page of them, newest first."""
    total = connection.execute(select(func.count()).select_from(Generation)).scalar_one()
    statement = select(Generation.__table__).order_by(Generation.id.desc()).limit(limit).offset(offset)
    runs = {row["id"]: RecordedGeneration(dict(row)) for row in connection.execute(statement).mappings()}
    _add_images(connection, runs)
    _add_uses(connection, runs)
    return total, list(runs.values())


def image_path(connection: Connection, image_id: int) -> str | None:
    """Return where a recorded image lies, or None when there is no such image."""
    return connection.execute(select(Image.path).where(Image.id == image_id)).scalar()


def _add_images(connection: Connection, runs: dict[int, RecordedGeneration]) -> None:
    shown = ("id", "seed", "width", "height", "rating", "favourite")
    columns = (Image.generation_id, *(getattr(Image, name) for name in shown))
    statement = select(*columns).where(Image.generation_id.in_(list(runs))).order_by(Image.position)
    for generation_id, *values in connection.execute(statement):
        runs[generation_id].images.append(dict(zip(shown, values, strict=True)))


def _add_uses(connection: Connection, runs: dict[int, RecordedGeneration]) -> None:
    columns = (Use.generation_id, Use.adapter_id, Use.tag_name, Use.te_weight, Use.unet_weight, Adapter.name)
    statement = (
        select(*columns)
        .outerjoin(Adapter, Adapter.id == Use.adapter_id)
        .where(Use.generation_id.in_(list(runs)))
        .order_by(Use.id)
    )
    uses: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for generation_id, adapter_id, tag_name, te_weight, unet_weight, name in connection.execute(statement):
        use = {"id": adapter_id, "tag_name": tag_name, "name": name or tag_name}
        uses[generation_id].append({**use, "te_weight": te_weight, "unet_weight": unet_weight})
    for generation_id, found in uses.items():
        runs[generation_id].uses = found
