"""Scripts of extensions: how they are loaded, and which of them a tab runs."""

from __future__ import annotations

import importlib.util
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import installer

reported: list[str] = []
scripts_data: list[type[Script]] = []


class Script:
    """What extensions derive from. The host finds plain classes only: one with a metaclass is skipped."""

    def title(self) -> str:
        return type(self).__name__

    def process(self, p: Any) -> None:
        """Before the pictures."""

    def process_images(self, p: Any) -> Any:
        """Instead of the pictures."""
        return None

    def postprocess(self, p: Any, processed: Any) -> None:
        """After them, unless interrupted."""


class ScriptRunner:
    def __init__(self, name: str = "", scripts: list[Script] | None = None) -> None:
        self.name = name
        self.alwayson_scripts: list[Script] = scripts or []

    def setup_scripts(self) -> None:
        """Nothing."""

    def process(self, p: Any) -> None:
        for script in self.alwayson_scripts:
            script.process(p)

    def process_images(self, p: Any) -> Any:
        results = [script.process_images(p) for script in self.alwayson_scripts]
        return next((result for result in results if result is not None), None)

    def postprocess(self, p: Any, processed: Any) -> None:
        for script in self.alwayson_scripts:
            script.postprocess(p, processed)


def load_script(path: Path) -> None:
    """The module is in no sys.modules, and sys.path is as before once it is loaded."""
    syspath = sys.path
    sys.path = [os.path.dirname(path.parent), *sys.path]
    try:
        spec = importlib.util.spec_from_file_location(path.name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = [value for value in vars(module).values() if type(value) is type and issubclass(value, Script)]
        scripts_data.extend(script for script in found if script is not Script)
    except Exception:  # noqa: BLE001 - the host shows it and loads the next
        reported.append(traceback.format_exc())
    finally:
        sys.path = syspath


def runner(tab: str) -> ScriptRunner:
    """The runner of a tab: Control drops the scripts of extensions."""
    scripts = [script() for script in scripts_data]
    if tab == "control":
        scripts = [script for script in scripts if script.title() in installer.control_extensions]
    return ScriptRunner(tab, scripts)
