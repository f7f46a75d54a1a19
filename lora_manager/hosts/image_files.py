"""Where generated images go: `<output>/<day>/<number>-<seed>.png`, whole or not at all, numbers never used twice."""

from __future__ import annotations

import contextlib
import os
import re
from datetime import date
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lora_manager.errors import HostError
from lora_manager.formats.file_replace import remove_file, replace_file

_NUMBER = re.compile(r"(\d{5,})[-.]")
_MOST_TRIES = 10_000


def save_image(image: Image.Image, output_dir: Path, seed: int, infotext: str, day: date) -> Path:
    """Save as PNG with the infotext in the text chunk `parameters`, where other programs look for it.

    Raises HostError when the folder cannot be written.
    """
    folder = output_dir / day.isoformat()
    info = PngInfo()
    info.add_text("parameters", infotext)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        claim = _claim(folder)
        try:
            image.save(claim, "PNG", pnginfo=info)
            final = folder / f"{claim.stem}-{seed}.png"
            replace_file(claim, final)
        except BaseException:
            with contextlib.suppress(OSError):  # the first failure is the one to tell
                remove_file(claim)
            raise
    except OSError as error:
        raise HostError(f"The image could not be saved in {folder}: {error.strerror or error}") from error
    return final


def _claim(folder: Path) -> Path:
    """Create `NNNNN.tmp` for a number that no image has and no other process is using."""
    number = max((_number(name) for name in os.listdir(folder)), default=0)
    for _ in range(_MOST_TRIES):
        number += 1
        claim = folder / f"{number:05d}.tmp"
        with contextlib.suppress(FileExistsError):
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            # Another process may have finished this very number between our look and our claim.
            if not any(_number(name) == number and not name.endswith(".tmp") for name in os.listdir(folder)):
                return claim
            remove_file(claim)
    raise HostError(f"No free image number in {folder}: move its images elsewhere.")


def _number(name: str) -> int:
    match = _NUMBER.match(name)
    return int(match.group(1)) if match else 0
