"""Fetching an encoder from its hub, after the user asked for it: whole and checked, or not at all.

Goes on where it was cut short. The folder gets its name only when every file is there and the weights are those that
the table of choices says.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from lora_manager import __version__
from lora_manager.search.vectors.choices import Choice
from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.search.vectors.model_folder import WEIGHTS

HUB = "https://huggingface.co"
MOST_BYTES = 30_000_000
"""Of a file that is not the weights."""
TIMEOUT_S = 30.0
_BLOCK = 1 << 18
_UNDER_WAY = ".part"

OnProgress = Callable[[int, int, str], None]


def folder_of(choice: Choice, encoders: Path) -> Path:
    """Return where a choice lies when it was fetched."""
    return encoders / choice.folder_name


def is_fetched(choice: Choice, encoders: Path) -> bool:
    """Return whether a choice is there, whole."""
    return (folder_of(choice, encoders) / WEIGHTS).is_file()


def fetch(
    choice: Choice,
    encoders: Path,
    on_progress: OnProgress = lambda done, total, message: None,
    cancelled: Callable[[], bool] = lambda: False,
    environment: Mapping[str, str] = os.environ,
) -> Path | None:
    """Fetch a choice into a folder of its own below `encoders`; None when it was cancelled.

    HF_ENDPOINT names another hub (a mirror), HF_HUB_OFFLINE forbids it, proxies are those of the environment. Raises
    EncoderError in one sentence.
    """
    from http.client import HTTPException  # here and below: nearly no program ever needs these, and they take long

    if is_fetched(choice, encoders):
        return folder_of(choice, encoders)
    if environment.get("HF_HUB_OFFLINE", "").strip().upper() in ("1", "ON", "YES", "TRUE"):
        raise EncoderError("Downloads from the hub are switched off here (HF_HUB_OFFLINE): choose a local folder.")
    hub = (environment.get("HF_ENDPOINT") or HUB).rstrip("/")
    begun = encoders / f"{choice.folder_name}{_UNDER_WAY}"
    try:
        for name in (*choice.files, WEIGHTS):
            is_weights = name == WEIGHTS
            most = choice.weights_bytes if is_weights else MOST_BYTES
            file = _File(
                f"{hub}/{choice.name}/resolve/{choice.revision}/{name}", begun / name, most, of_known_size=is_weights
            )
            if not file.fetch(partial(_tell, on_progress, choice, name), cancelled):
                return None
            if is_weights and _sha256(begun / name) != choice.weights_sha256:
                (begun / name).unlink()
                raise EncoderError(f"{choice.name} was damaged on its way or is not what it was: try again later.")
        begun.rename(folder_of(choice, encoders))
    except OSError as error:
        raise EncoderError(f"{choice.name} could not be fetched ({_reason(error)}): {_REMEDY}") from error
    except HTTPException as error:
        raise EncoderError(f"{choice.name} could not be fetched ({type(error).__name__}): {_REMEDY}") from error
    return folder_of(choice, encoders)


_REMEDY = "what is there is kept, so try again, or choose a local folder."


def _tell(on_progress: OnProgress, choice: Choice, name: str, done: int) -> None:
    """The weights are nearly all of it."""
    on_progress(done // 1_000_000, choice.megabytes, f"MB of {choice.name} ({name})")


class _File:
    """One file on its way. `most` bytes are taken, and no more; one `of_known_size` has that many, and is resumed."""

    def __init__(self, url: str, path: Path, most: int, *, of_known_size: bool) -> None:
        self._url = url
        self._path = path
        self._most = most
        self._of_known_size = of_known_size

    def fetch(self, on_bytes: Callable[[int], None], cancelled: Callable[[], bool]) -> bool:
        """Fetch it, from where it was cut short; False when it was cancelled."""
        import urllib.request

        if self._path.exists():
            return True
        part = self._path.with_name(self._path.name + _UNDER_WAY)
        part.parent.mkdir(parents=True, exist_ok=True)
        begun = part.stat().st_size if self._of_known_size and part.exists() else 0
        if begun < self._most:
            request = urllib.request.Request(self._url, headers=_headers(begun))
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                if begun and answer.status != 206:  # a server that begins anew
                    begun = 0
                with open(part, "ab" if begun else "wb") as out:
                    if not self._copy(answer, out, begun, on_bytes, cancelled):
                        return False
                said = answer.headers.get("Content-Length", "")
            if said.isdecimal() and part.stat().st_size < begun + int(said):
                raise OSError("the connection broke")
        part.replace(self._path)
        return True

    def _copy(
        self,
        answer: IO[bytes],
        out: IO[bytes],
        done: int,
        on_bytes: Callable[[int], None],
        cancelled: Callable[[], bool],
    ) -> bool:
        while block := answer.read(_BLOCK):
            done += len(block)
            if done > self._most:
                raise OSError(f"{self._path.name} is larger than {self._most} bytes")
            out.write(block)
            on_bytes(done)
            if cancelled():
                return False
        return True


def _headers(begun: int) -> dict[str, str]:
    named = {"User-Agent": f"lora-manager/{__version__}"}
    return {**named, "Range": f"bytes={begun}-"} if begun else named


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _reason(error: OSError) -> str:
    import urllib.error

    if isinstance(error, urllib.error.HTTPError):
        return f"the hub answered {error.code}"
    if isinstance(error, urllib.error.URLError):
        return f"the hub cannot be reached: {error.reason}"
    return error.strerror or str(error) or type(error).__name__
