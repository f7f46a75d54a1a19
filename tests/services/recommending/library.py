"""A library to recommend from: real files, scanned and read by the real parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lora_manager.application import Application
from lora_manager.services.recommending.asking import Asked
from lora_manager.services.recommending.suggestions import Suggestions
from tests.helpers.network_files import civitai_model, write_adapter


def write_lora(folder: Path, stem: str, name: str = "", words: Sequence[str] = (), **changes: Any) -> None:
    """Write a LoRA with a record. `examples` are prompts of its sample images, `author` its maker."""
    examples, author = changes.pop("examples", ()), changes.pop("author", f"maker of {stem}")
    record = civitai_model(name or stem, f"{stem}.safetensors", **{"tags": [], "description": "", **changes})
    record["id"] = changes.get("model_id", 1000 + sum(map(ord, stem)))
    record["creator"] = {"username": author}
    version = record["modelVersions"][0]
    version.update(trainedWords=list(words), description="")
    version["images"] = [{"url": "https://x.example/1.png", "meta": {"prompt": prompt}} for prompt in examples]
    write_adapter(folder, stem, record)


def read_all(app: Application) -> None:
    """Scan, and have everything read that the recommender goes by."""
    app.scan()
    app.digester.catch_up()


def ask(app: Application, prompt: str, **options: Any) -> Suggestions:
    """Ask the recommender of an application."""
    return app.recommender.answer(Asked(prompt, roots=app.roots(), **options))


def names(answer: Suggestions) -> list[str]:
    """The names of what is suggested, in order."""
    return [item.found.card.name for item in answer.items]


def ids_by_name(app: Application) -> Mapping[str, int]:
    """The id of each adapter by its name."""
    with app.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, id FROM adapter").all()
    return {row[0]: row[1] for row in rows}
