"""What the small files of an encoder's folder may ask for: nothing that runs code, nothing beyond all measure.

transformers and sentence-transformers do what these files say, and some of it is more than reading weights: fetching
code from a hub, unpickling a vocabulary, making room for as many numbers as somebody wrote down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lora_manager.search.vectors.encoder import EncoderError

MOST_PARAMETERS = 4_000_000_000
MOST_FILE = 100_000_000
"""Bytes of a vocabulary; the largest known has a third of that."""
_MOST_SETTINGS = 10_000_000
_VOCABULARIES = frozenset({"tokenizer.json", "vocab.json", "unigram.json"})
_READ = frozenset({".json", ".txt", ".model"})

_CODE = frozenset({"auto_map", "trust_remote_code"})
_ATTENTION = "_implementation"
"""The end of keys that name who computes a part; with a slash in it that is a repository whose code is fetched."""
_UNPICKLING = "transfoxl"
"""The kind of tokenizer that unpickles its vocabulary."""
_LAYERS = ("num_hidden_layers", "num_layers", "n_layers", "n_layer", "encoder_layers")
_WIDTHS = ("hidden_size", "d_model", "dim", "n_embd")
_INNER = ("intermediate_size", "d_ff", "hidden_dim", "encoder_ffn_dim")
_ROWS = ("vocab_size", "max_position_embeddings")


def check_trust(name: str, folders: Iterable[Path]) -> None:
    """Raise EncoderError, in one sentence, for an encoder (called `name`) whose files in these folders ask too much."""
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.iterdir()):
            if path.suffix in _READ and not path.is_dir():
                _check_file(name, path)


def _check_file(name: str, path: Path) -> None:
    if not path.is_file():  # a pipe would be waited for, and a link that leads nowhere be passed over
        raise EncoderError(f"{name} is damaged: {path.name} in it is no file.")
    size = path.stat().st_size
    is_settings = path.suffix == ".json" and path.name not in _VOCABULARIES
    if size > (_MOST_SETTINGS if is_settings else MOST_FILE):
        raise EncoderError(f"{name} is no encoder: its {path.name} is much too large ({size // 10**6} MB).")
    if not is_settings:
        return
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return  # whoever needs it says so
    for part in _objects(value):
        _check_object(name, part)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects in a JSON value."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield one
            left += one.values()
        elif isinstance(one, list):
            left += one


def _check_object(name: str, settings: Mapping[str, Any]) -> None:
    if any(settings.get(key) for key in _CODE) or any(
        key.endswith(_ATTENTION) and "/" in json.dumps(value) for key, value in settings.items()
    ):
        raise EncoderError(f"{name} wants to run code of its own, which is not done: choose another encoder.")
    kinds = (str(settings.get(key, "")) for key in ("tokenizer_class", "model_type"))
    if "pretrained_vocab_file" in settings or any(
        _UNPICKLING in kind.casefold().replace("_", "").replace("-", "") for kind in kinds
    ):
        raise EncoderError(
            f"{name} has a kind of vocabulary that is pickled, which could run any code: choose another encoder."
        )
    if _parameters(settings) > MOST_PARAMETERS:
        raise EncoderError(f"{name} describes a model that is much too large: choose a smaller encoder.")


def _parameters(settings: Mapping[str, Any]) -> int:
    """About how many numbers a model that is described so has."""

    def most(names: tuple[str, ...]) -> int:
        values = (settings.get(key) for key in names)
        return max((value for value in values if isinstance(value, int)), default=0)

    layers, width, inner = max(most(_LAYERS), 1), most(_WIDTHS), most(_INNER)
    return max(most(_ROWS), 1) * width + layers * max(width, 1) * (4 * width + 2 * inner) + 1000 * layers
