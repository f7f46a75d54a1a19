"""Scripts of extensions and of the host, and the runner that calls their hooks. A hook that fails is reported."""

from __future__ import annotations

import importlib.util
import inspect
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

AlwaysVisible = object()
scripts_data: list[type[Script]] = []
reported: list[str] = []
keeps_sys_path = False
"""Forge leaves an extension's folder in sys.path for good."""


class Script:
    args_from = 0
    args_to = 0
    is_img2img = False
    setup_for_ui_only = False
    create_group = True

    def title(self) -> str:
        raise NotImplementedError

    def ui(self, is_img2img: bool) -> Any:
        return None

    def show(self, is_img2img: bool) -> Any:
        return True


class ScriptSampler(Script):
    """The host's own: writes the page's fields into a run, unless it comes from the API."""

    setup_for_ui_only = True

    def title(self) -> str:
        return "Sampler"

    def show(self, is_img2img: bool) -> Any:
        return AlwaysVisible

    def ui(self, is_img2img: bool) -> Any:
        return [SimpleNamespace(value=20), SimpleNamespace(value="DPM++ 2M")]

    def setup(self, p: Any, steps: int, sampler_name: str) -> None:
        p.steps, p.sampler_name = steps, sampler_name


class ScriptRunner:
    """Hooks of the scripts that are always on."""

    def __init__(self) -> None:
        self.scripts: list[Script] = []
        self.inputs: list[Any] = [None]

    def initialize_scripts(self, is_img2img: bool) -> None:
        self.scripts = [script() for script in (ScriptSampler, *scripts_data)]
        self.inputs = [SimpleNamespace(value="None")]  # the choice of a script, which is handed over as its index
        for script in self.scripts:
            script.is_img2img = is_img2img
            script.args_from = len(self.inputs)
            self.inputs += script.ui(is_img2img) or []
            script.args_to = len(self.inputs)

    def setup_scripts(self, p: Any, *, is_ui: bool) -> None:
        self._call("setup", p, only=None if is_ui else lambda script: not script.setup_for_ui_only)

    def before_process(self, p: Any) -> None:
        self._call("before_process", p)

    def after_extra_networks_activate(self, p: Any, **kwargs: Any) -> None:
        self._call("after_extra_networks_activate", p, **kwargs)

    def postprocess_image(self, p: Any, pp: Any) -> None:
        self._call("postprocess_image", p, pp)

    def postprocess(self, p: Any, processed: Any) -> None:
        self._call("postprocess", p, processed)

    def _call(self, hook: str, p: Any, *args: Any, only: Any = None, **kwargs: Any) -> None:
        for script in self.scripts:
            method = getattr(script, hook, None)
            if method is None or script.show(script.is_img2img) is not AlwaysVisible or (only and not only(script)):
                continue
            try:
                method(p, *args, *p.script_args[script.args_from : script.args_to], **kwargs)
            except Exception:  # noqa: BLE001 - as the host
                reported.append(f"{hook}: {traceback.format_exc()}")


scripts_txt2img = ScriptRunner()
scripts_img2img = ScriptRunner()


def load_script(path: Path) -> None:
    """Run a file of an extension; it does not come into sys.modules."""
    before = list(sys.path)
    sys.path.insert(0, str(path.parents[1]))
    try:
        spec = importlib.util.spec_from_file_location(path.name, path)
        if spec is None or spec.loader is None:
            raise ImportError(path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if not keeps_sys_path:
            sys.path[:] = before
    found = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Script)]
    scripts_data.extend(found)


def forget_scripts() -> None:
    """As before all scripts are loaded again. A run under way keeps its runner, with the old scripts."""
    global scripts_txt2img, scripts_img2img
    scripts_data.clear()
    scripts_txt2img, scripts_img2img = ScriptRunner(), ScriptRunner()


def build_ui() -> None:
    """Make the scripts' instances for each tab, as building the page does."""
    scripts_txt2img.initialize_scripts(False)
    scripts_img2img.initialize_scripts(True)
