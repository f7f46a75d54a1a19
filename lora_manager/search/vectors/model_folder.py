"""Looking at the folder of an encoder before anything of it is loaded.

Weights are loaded from safetensors only: a pickled file may hold code that runs when it is read. A model that brings
code of its own, names another model to load, or has parts that are not known here is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.search.vectors.model_trust import check_trust

WEIGHTS = "model.safetensors"
MOST_WEIGHTS = 3_000_000_000
MOST_TOKENS = 256
"""Of a text, more are not read, whatever the model takes: cards are short, and time grows with the length."""
_MOST_JSON = 1_000_000
_MODULES = frozenset({"Transformer", "Pooling", "Normalize", "CLIPModel"})
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class ModelFolder:
    """A folder that can be loaded. `part` is where config.json and the weights lie, `pooling` "mean" or "cls".

    `sees` is True for a CLIP model, which encodes pictures too. `max_tokens` is how much of a text is read.
    """

    path: Path
    part: Path
    pooling: str = "mean"
    max_tokens: int = MOST_TOKENS
    sees: bool = False

    @property
    def name(self) -> str:
        """The folder's name; in the hub's own store that of the repository."""
        if self.path.parent.name == "snapshots":
            return self.path.parent.parent.name.removeprefix("models--").replace("--", "/")
        return self.path.name

    def make_id(self) -> str:
        """Return the encoder's id, from the bytes of the weights; a second for each gigabyte. Raises EncoderError."""
        digest = hashlib.sha256()
        try:
            with open(self.part / WEIGHTS, "rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise EncoderError(f"{self.part / WEIGHTS} cannot be read: {error.strerror or error}.") from error
        return f"{digest.hexdigest()[:24]}-{self.pooling}-{self.max_tokens}"


def look_at(path: Path) -> ModelFolder:
    """Return what there is to load in a folder. Raises EncoderError in one sentence where it is not to be loaded."""
    try:
        return _looked_at(path)
    except OSError as error:  # no rights, a name that is too long, a drive that went away
        raise EncoderError(f"{str(path)[:200]} cannot be read: {error.strerror or error}.") from error


def _looked_at(path: Path) -> ModelFolder:
    if not path.is_dir():
        raise EncoderError(f"There is no folder {path}: name the folder that holds the encoder's config.json.")
    modules = _modules(path)
    sees = any(kind == "CLIPModel" for kind, _ in modules)
    first = modules[0][1] if modules else path
    part = first if sees or (first / "config.json").exists() else path
    _check_part(path, part)
    check_trust(path.name, (path, part, *(folder for _, folder in modules if folder.is_dir())))
    if sees or _json(part / "config.json").get("model_type") == "clip":
        return ModelFolder(path, part, "clip", 77, sees=True)
    return ModelFolder(path, part, _pooling(path, modules), _max_tokens(path, part))


def first_that_sees(folders: Sequence[Path]) -> ModelFolder | None:
    """Return the first of these folders that holds a CLIP model in sentence-transformers' form."""
    for folder in folders:
        try:
            found = look_at(folder)
        except EncoderError:
            continue
        if found.sees and (folder / "modules.json").exists():
            return found
    return None


def _check_part(path: Path, part: Path) -> None:
    config = _json(part / "config.json")
    if not config:
        raise EncoderError(f"{path} holds no encoder: there is no readable config.json in it.")
    if (part / "adapter_config.json").exists():
        raise EncoderError(f"{path.name} is an addition to another model, not a whole encoder: choose a whole one.")
    weights = part / WEIGHTS
    if not weights.is_file():
        if any(next(part.glob(pattern), None) for pattern in _PICKLED):
            raise EncoderError(
                f"{path.name} has its weights as a pickled file only, which could run any code: only {WEIGHTS} is "
                "loaded, so convert it or choose another encoder."
            )
        raise EncoderError(f"{path.name} is not complete: {WEIGHTS} is missing (one in several parts is too large).")
    if weights.stat().st_size > MOST_WEIGHTS:
        raise EncoderError(f"{path.name} is larger than {MOST_WEIGHTS // 10**9} GB: choose a smaller encoder.")


def _modules(path: Path) -> list[tuple[str, Path]]:
    """The parts that modules.json names, as (kind, folder); none where there is no such file."""
    found: list[tuple[str, Path]] = []
    listed = _json_value(path / "modules.json")
    for entry in listed if isinstance(listed, list) else []:
        named = entry if isinstance(entry, dict) else {}
        package, _, kind = str(named.get("type", "")).rpartition(".")
        folder = (path / str(named.get("path", ""))).resolve()
        is_inside = folder == path.resolve() or path.resolve() in folder.parents
        if not package.startswith("sentence_transformers.") or kind not in _MODULES or not is_inside:
            raise EncoderError(f"{path.name} has a part that is not known here ({kind[:50]}): choose another encoder.")
        found.append((kind, folder))
    return found


def _pooling(path: Path, modules: list[tuple[str, Path]]) -> str:
    folder = next((folder for kind, folder in modules if kind == "Pooling"), None)
    config = _json(folder / "config.json") if folder else {}
    chosen = {key for key, value in config.items() if key.startswith("pooling_mode_") and value is True}
    mode = config.get("pooling_mode")
    if isinstance(mode, str):
        chosen.add(f"pooling_mode_{mode}")
    if chosen <= {"pooling_mode_mean_tokens", "pooling_mode_mean"}:
        return "mean"
    if chosen <= {"pooling_mode_cls_token", "pooling_mode_cls"}:
        return "cls"
    raise EncoderError(f"{path.name} sums its words up in a way that is not known here: choose another encoder.")


def _max_tokens(path: Path, part: Path) -> int:
    said = _json(path / "sentence_bert_config.json").get("max_seq_length")
    most = _json(part / "config.json").get("max_position_embeddings")
    limits = [value for value in (said, most) if isinstance(value, int) and value > 8]
    return min([*limits, MOST_TOKENS])


def _json(path: Path) -> dict[str, Any]:
    value = _json_value(path)
    return value if isinstance(value, dict) else {}


def _json_value(path: Path) -> Any:
    """What a JSON file holds; None where there is none, or none that can be read: a pipe would be waited for."""
    try:
        if not path.is_file():
            return None
        with open(path, encoding="utf-8") as file:
            return json.loads(file.read(_MOST_JSON))
    except (OSError, ValueError, RecursionError):
        return None
