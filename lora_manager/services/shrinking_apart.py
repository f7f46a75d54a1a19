"""Decoding a picture in a process of its own, which is ended when it takes too long or too much memory.

For formats whose files do not tell what decoding them costs. A thread would not do: nothing ends one, and what it has
allocated is the host's memory.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import PIL

from lora_manager.services import shrinking

_START = "import runpy, sys; sys.path.append(sys.argv[2]); runpy.run_path(sys.argv[1], run_name='__main__')"
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_MOST_TEXT = 200


def shrink_apart(
    data: bytes, kind: str, orientation: int, size: int, seconds: float, program: Path = Path(shrinking.__file__)
) -> bytes:
    """Return what `shrinking.shrink` does. Raises TimeoutError, and ValueError for whatever else went wrong."""
    where = [str(program), str(Path(PIL.__file__).parents[1])]
    what = [kind, str(orientation), str(size), str(seconds)]
    # -I: neither the host's folder nor its environment says which modules are imported.
    command = [sys.executable, "-I", "-c", _START, *where, *what]
    try:
        done = subprocess.run(  # the input is data, never part of the command
            command, input=data, capture_output=True, timeout=seconds, creationflags=_NO_WINDOW, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    except OSError as error:
        raise ValueError(f"no process can be started for it: {error.strerror or error}") from error
    if done.returncode or not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(lines[-1][:_MOST_TEXT] if lines else f"its decoder ended with {done.returncode}")
    return done.stdout
