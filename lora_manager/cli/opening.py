"""Opening the catalogue for a command: which folders, which database, which host."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lora_manager.application import Application
from lora_manager.db.engine import named_database
from lora_manager.db.location import StateLocation, named_file, open_location
from lora_manager.errors import BadInputError
from lora_manager.hosts.standalone import StandaloneConfig, StandaloneHost


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Application]:
    """Yield the application for --lora-dir, --db and --lora-manager-dir; closed at the end. Raises BadInputError."""
    app = open_application(arguments)
    try:
        yield app
    finally:
        app.close()


@dataclass(frozen=True)
class Place:
    """Where a command's arguments say that everything lies. `database` is named by the user, None for the usual one."""

    roots: tuple[Path, ...]
    models: Path
    location: StateLocation
    database: str | None


def place_of(arguments: argparse.Namespace) -> Place:
    """Return where everything lies; nothing is opened. Raises BadInputError."""
    roots = tuple(Path(os.path.abspath(path)) for path in arguments.lora_dir)
    database = arguments.db or os.environ.get("LORA_MANAGER_DB")
    if not roots and not database:
        raise BadInputError("Name a LoRA folder with --lora-dir DIR (repeatable), or a database with --db FILE.")
    if roots and not database and not any(root.is_dir() for root in roots):
        raise BadInputError(f"The LoRA folder {roots[0]} does not exist. Check the path.")
    models = _models_dir(roots, database)
    return Place(roots, models, _location(models, arguments.state_dir, database), database)


def open_application(arguments: argparse.Namespace) -> Application:
    """Return the application for a command's arguments."""
    place = place_of(arguments)
    is_demo = bool(getattr(arguments, "demo", False))
    config = StandaloneConfig(
        roots=place.roots,
        model_path=getattr(arguments, "model", None),
        models_dir=place.models,
        output_dir=getattr(arguments, "output_dir", None) or place.location.folder / "outputs",
        demo=is_demo,
    )
    return Application(StandaloneHost(config), place.location, named_database(place.database), is_demo=is_demo)


def _models_dir(roots: tuple[Path, ...], database: str | None) -> Path:
    """Return the models directory: the parent of a LoRA folder in `models/`, else the LoRA folder itself."""
    if not roots:
        return named_file(str(database)).parent
    return roots[0].parent if roots[0].parent.name.lower() == "models" else roots[0]


def _location(models: Path, state_dir: str | None, database: str | None) -> StateLocation:
    if database is None or state_dir:
        return open_location(models, state_dir)
    if "://" in database:
        return open_location(models, None)
    file = named_file(database)
    return StateLocation(file, file.parent / f"{file.stem}-files")
