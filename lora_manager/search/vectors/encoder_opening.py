"""Choosing who runs an encoder: sentence-transformers, else transformers, else nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.search.vectors.encoder_sentence import SentenceEncoder
from lora_manager.search.vectors.encoder_transformers import TransformersEncoder
from lora_manager.search.vectors.model_folder import ModelFolder, look_at

log = logging.getLogger(__name__)

_THE_SAME = 0.9999

NOTHING_RUNS_IT = (
    "Neither sentence-transformers nor transformers with torch is installed here, and one of them has to run an "
    "encoder; everything else works without."
)


def open_encoder(path: Path) -> Encoder:
    """Return the encoder of texts in a folder. Takes seconds. Raises EncoderError in one sentence."""
    folder = look_at(path)
    ways: list[Callable[[ModelFolder], Encoder]] = []
    if is_there("torch") and is_there("transformers"):
        if is_there("sentence_transformers"):
            ways.append(SentenceEncoder)
        if not folder.sees:
            ways.append(TransformersEncoder)
    if not ways:
        raise EncoderError(NOTHING_RUNS_IT)
    return _first_that_works(folder, ways)


def open_picture_encoder(path: Path) -> Encoder:
    """Return the encoder of pictures in a folder of sentence-transformers' CLIP. Raises EncoderError."""
    folder = look_at(path)
    if not folder.sees:
        raise EncoderError(f"{folder.name} sees no pictures: it encodes texts only.")
    if not is_there("sentence_transformers"):
        raise EncoderError("sentence-transformers is not installed here, and pictures need it.")
    return _first_that_works(folder, [lambda one: SentenceEncoder(one, of_pictures=True)])


def is_there(package: str) -> bool:
    """Return whether a package can be imported, without importing it."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _tells_apart(encoder: Encoder) -> bool:
    """Whether two texts of nothing in common are two to it: without its vocabulary every word is the unknown one."""
    first, second = encoder.encode(["dragon", "umbrella"])
    return float(first @ second) < _THE_SAME


def _first_that_works(folder: ModelFolder, ways: list[Callable[[ModelFolder], Encoder]]) -> Encoder:
    reasons: list[str] = []
    for way in ways:
        try:
            encoder = way(folder)
            if not folder.sees and not _tells_apart(encoder):
                raise EncoderError(
                    f"{folder.name} reads nothing of a text: the files of its tokenizer are missing or damaged, so "
                    "fetch it once more or choose another encoder."
                )
        except EncoderError:
            raise
        except Exception as error:
            # What these packages raise for versions that do not go together, or a damaged file, is of many kinds.
            log.warning("The encoder %s could not be loaded", folder.name, exc_info=True)
            reasons.append(f"{type(error).__name__}: {error}".splitlines()[0][:300])
        else:
            return encoder
    raise EncoderError(f"{folder.name} could not be loaded ({'; '.join(reasons)}).")
