"""A small LoRA folder with everything that can lie beside a file, and what must be true of it after any operation."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import Any

from lora_manager.application import Application
from lora_manager.services.actor import Actor
from tests.helpers.network_files import civitai_model, write_json, write_network_file

ME = Actor("page", "ada")
BESIDE = (
    ".civitai.info",
    ".json",
    ".metadata.json",
    ".safetensors.rgthree-info.json",
    ".txt",
    ".png",
    ".preview.png",
    ".thumb.jpg",
    ".mp4",
    ".html",
)
"""What is written beside a file by `write_unit`."""


def write_unit(root: Path, path: str, title: str = "", *, beside: tuple[str, ...] = BESIDE) -> Path:
    """A network file with sidecars and pictures, each with a content of its own."""
    file = write_network_file(root / path)
    stem = file.with_suffix("")
    for suffix in beside:
        other = Path(f"{stem}{suffix}")
        if suffix == ".civitai.info":
            write_json(other, civitai_model(title or file.stem.title(), file.name))
        elif suffix.endswith(".json"):
            write_json(other, {"notes": f"of {file.name} {suffix}"})
        else:
            other.write_bytes(f"{file.name} {suffix}".encode())
    return file


def tree(root: Path) -> set[str]:
    """Every file below a root by its relative path."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir() or path.is_symlink()}


def contents(*roots: Path) -> Counter[str]:
    """How often each content lies below these roots, whatever it is called."""
    files = (path for root in roots for path in root.rglob("*") if path.is_file())
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def adapter_at(app: Application, path: str) -> int:
    """The adapter of a network file by its path below its root."""
    with app.database.read() as connection:
        found = connection.exec_driver_sql("SELECT adapter_id FROM network_file WHERE relative_path = ?", (path,))
        return int(found.scalar_one())


def rows(app: Application) -> dict[str, str]:
    """The state of every network file by its path."""
    with app.database.read() as connection:
        found = connection.exec_driver_sql("SELECT relative_path, state FROM network_file").all()
    return {row[0]: row[1] for row in found}


def root_of(app: Application) -> Path:
    """The first LoRA folder of an application."""
    return Path(app.host.roots()[0])


def moved(path: str, stem: str) -> set[str]:
    """The files of `write_unit` when the network file is `path` and its stem is `stem`."""
    folder = path.rpartition("/")[0]
    base = f"{folder}/{stem}" if folder else stem
    return {f"{base}.safetensors", *(f"{base}{suffix}" for suffix in BESIDE)}


def value(app: Application, statement: str, *parameters: Any) -> Any:
    """One value out of the database."""
    with app.database.read() as connection:
        return connection.exec_driver_sql(statement, parameters).scalar()


def is_begun(app: Application) -> bool:
    """Whether an operation is on record that is not over."""
    return bool(value(app, "SELECT count(*) FROM file_operation WHERE state = 'begun'"))


def is_root() -> bool:
    """Whether no permission keeps this user from anything."""
    return os.name != "nt" and os.geteuid() == 0
