"""Recording generations in one line."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from lora_manager.db.engine import Database
from lora_manager.db.generations import GenerationRow, ImageRow, UseRow, record
from lora_manager.db.tables import Generation


def generation_row(prompt: str = "a lantern", seed: int = 7, seconds: float = 1.5) -> GenerationRow:
    return GenerationRow(
        host="drawing",
        host_version="1",
        origin="txt2img",
        model="plain",
        family="SD 1.5",
        prompt=prompt,
        negative_prompt="",
        width=64,
        height=32,
        steps=4,
        cfg_scale=7.0,
        sampler="Euler a",
        seed=seed,
        seconds=seconds,
        interrupted=False,
        infotext="info",
        refused=[{"tag_name": "x", "reason": "none"}],
    )


def run_of(
    database: Database, weights: Mapping[int | None, float], *, images: int = 1, created_at: str | None = None
) -> int:
    """Record a run with these adapters (None: a file without a record) at these weights; returns its id."""
    pictures = [ImageRow(f"/out/{number}.png", 7 + number, 64, 32, "info") for number in range(images)]
    uses = [UseRow(adapter_id, f"tag{adapter_id}", weight / 2, weight) for adapter_id, weight in weights.items()]
    with database.write() as connection:
        generation_id, _ = record(connection, generation_row(), pictures, uses)
        if created_at is not None:
            values = {"created_at": created_at}
            connection.execute(update(Generation).where(Generation.id == generation_id).values(values))
    return generation_id
