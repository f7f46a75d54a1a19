"""Showing a network file in the file manager of the machine that this runs on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lora_manager.errors import LoraManagerError, NotFoundError
from lora_manager.formats.file_names import join_below

Launch = Callable[[Sequence[str]], None]
"""Starts a program by its arguments and does not wait for it. Raises OSError when there is none."""


class CannotOpenError(LoraManagerError):
    """This machine has no file manager that could be asked."""

    code = "cannot_open"


class FolderOpener:
    """Opens the folder of an adapter's file, with the file marked where the file manager can."""

    def __init__(
        self,
        roots: Callable[[], Sequence[Path]],
        launch: Launch | None = None,
        system: str = sys.platform,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._roots = roots
        self._launch = launch or start_apart
        self._system = system
        self._environment = environment

    @property
    def has_desktop(self) -> bool:
        """Whether this machine shows windows at all, as far as its environment tells."""
        is_unix = self._system not in ("win32", "darwin")
        return not is_unix or bool(self._environment.get("DISPLAY") or self._environment.get("WAYLAND_DISPLAY"))

    def open(self, root: str, relative_path: str) -> Path:
        """Show the file in its folder, or only the folder when the file is gone. Returns what is shown.

        Only what lies in a folder of this host is opened. Raises NotFoundError, BadInputError, CannotOpenError.
        """
        own = {os.path.abspath(path) for path in self._roots()}
        if os.path.abspath(root) not in own:
            raise NotFoundError(f"{root} is none of the LoRA folders (any more).")
        file = join_below(Path(os.path.abspath(root)), relative_path)
        shown = file if os.path.isfile(file) else file.parent
        if not os.path.isdir(file.parent):
            raise NotFoundError(f"The folder {file.parent} is not there now.")
        if not self.has_desktop:
            raise CannotOpenError("The machine that this server runs on shows no desktop to open a folder on.")
        try:
            self._launch(command_for(self._system, shown))
        except OSError as error:
            raise CannotOpenError(f"The file manager of this machine could not be started: {error}") from error
        return shown


def command_for(system: str, shown: Path) -> list[str]:
    """Return the arguments that show a file, or a folder, in the file manager of a system (as in `sys.platform`)."""
    if system == "win32":
        return ["explorer.exe", "/select,", str(shown)]
    if system == "darwin":
        return ["open", "-R", str(shown)]  # never "open": a folder named x.app would be started
    return ["xdg-open", str(shown.parent if os.path.isfile(shown) else shown)]


def start_apart(command: Sequence[str]) -> None:
    """Start a program that lives on by itself. Raises OSError when there is none of that name."""
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(f"there is no {command[0]}")
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        [program, *command[1:]], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
    )
    # Whoever starts a program has to hear of its end: until then it stays in the list of processes.
    threading.Thread(target=process.wait, name="lora-manager-file-manager", daemon=True).start()
