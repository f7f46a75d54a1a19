"""Which encoder is chosen, where it lies, and having it loaded. The choice is the setting "encoder".

"" is none; a name of the table of choices is what was fetched of it; anything else is a local folder.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lora_manager.search.vectors.choices import BY_NAME, CHOICES
from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.search.vectors.encoder_opening import is_there, open_encoder, open_picture_encoder
from lora_manager.search.vectors.encoder_threads import limit_threads, usual_threads
from lora_manager.search.vectors.model_folder import first_that_sees, look_at
from lora_manager.services.vectors.fetch import folder_of, is_fetched
from lora_manager.services.vectors.slot import EncoderSlot

_ON_THE_HUB = ("models--sentence-transformers--clip-*/snapshots/*",)


@dataclass(frozen=True)
class ChoiceStatus:
    """A choice and whether it is there already."""

    name: str
    label: str
    megabytes: int
    installed: bool


class Encoders:
    """Holds the encoder of texts, and that of pictures where one is at hand. Thread-safe.

    `folder` is where encoders are kept that were fetched. `on_change` is told when one is ready or failed.
    """

    def __init__(
        self,
        folder: Path,
        on_change: Callable[[], None] = lambda: None,
        environment: Mapping[str, str] = os.environ,
        opener: Callable[[Path], Encoder] = open_encoder,
    ) -> None:
        self.folder = folder
        self._environment = environment
        self._lock = threading.Lock()
        self._chosen = ""
        self.texts = EncoderSlot(opener, on_change, _few_threads)
        self.pictures = EncoderSlot(open_picture_encoder, on_change, _few_threads)

    def choices(self) -> list[ChoiceStatus]:
        """Return what can be chosen by name."""
        return [ChoiceStatus(one.name, one.label, one.megabytes, is_fetched(one, self.folder)) for one in CHOICES]

    def path_of(self, name: str) -> Path:
        """Return the folder of a choice, or the folder that is named. Raises EncoderError where there is none."""
        choice = BY_NAME.get(name)
        if choice is not None:
            if not is_fetched(choice, self.folder):
                raise EncoderError(f"{name} was not fetched yet: choose it among the encoders to have it fetched.")
            return folder_of(choice, self.folder)
        try:
            path = Path(name).expanduser()
        except RuntimeError as error:  # `~somebody`, of whom this machine knows no home
            raise EncoderError(f"'{name[:200]}' is in nobody's home here: name the whole path of a folder.") from error
        if not path.is_absolute():
            known = ", ".join(BY_NAME)
            raise EncoderError(f"'{name[:200]}' is neither a whole path of a folder nor one of: {known}.")
        return path

    def check(self, name: str) -> None:
        """Raise EncoderError, in one sentence, for what could not be loaded; takes no time."""
        if name:
            look_at(self.path_of(name))

    def use(self, name: str) -> None:
        """Have this one loaded in the background, unless it is already, or tried and failed."""
        with self._lock:
            if name == self._chosen:
                return
            self._chosen = name
            self._load(name)

    def again(self) -> None:
        """Load what is chosen once more: it failed, or its files are others now."""
        with self._lock:
            self._load(self._chosen)

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._chosen = ""
            self.texts.close()
            self.pictures.close()

    def _load(self, name: str) -> None:
        if not name:
            self.texts.unload()
            self.pictures.unload()
            return
        try:
            path = self.path_of(name)
        except EncoderError as error:
            self.texts.fail(name, str(error))
            self.pictures.unload()
            return
        self.texts.load(name, path)
        sees = first_that_sees([path, *self._places_of_clip()]) if is_there("sentence_transformers") else None
        if sees is None:
            self.pictures.unload()
        else:
            self.pictures.load(sees.name, sees.path)

    def _places_of_clip(self) -> list[Path]:
        """Where a CLIP model may lie on this machine: beside the encoders, and in the hub's own store."""
        found = [path for path in _folders(self.folder, ("*",)) if not path.name.endswith(".part")]
        home = self._environment.get("HF_HOME") or str(Path("~/.cache/huggingface").expanduser())
        hub = Path(self._environment.get("HF_HUB_CACHE") or Path(home) / "hub")
        return [*found, *_folders(hub, _ON_THE_HUB)]


def _folders(place: Path, patterns: tuple[str, ...]) -> list[Path]:
    try:
        return sorted(path for pattern in patterns for path in place.glob(pattern) if path.is_dir())
    except OSError:
        return []


def _few_threads() -> None:
    """On the encoder's own thread, once torch is loaded."""
    if is_there("torch"):
        limit_threads(usual_threads())
