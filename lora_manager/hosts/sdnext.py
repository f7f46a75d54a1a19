"""SDNext as a Host: its folders, its model, its queue, its callbacks.

Everything about SDNext is in this file and its siblings `sdnext_*.py`. They are imported while SDNext loads its
extensions, when its own modules are there already.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import installer
from modules import call_queue, paths, script_callbacks, shared

from lora_manager.hosts import sdnext_generate, sdnext_model, sdnext_networks
from lora_manager.hosts.base import (
    Cancelled,
    GenerationDefaults,
    GenerationRequest,
    GenerationResult,
    HostState,
    LoadedModel,
    NetworkLocation,
    OnGeneration,
    OnProgress,
)
from lora_manager.hosts.protection import Protection
from lora_manager.hosts.reach import protection_of
from lora_manager.hosts.sdnext_recording import SdnextRecorder
from lora_manager.hosts.web_ui import Guest

_UNKNOWN = "unknown"


class SdnextHost:
    """Implements the WebUi protocol inside SDNext."""

    def __init__(self) -> None:
        self._recorder = SdnextRecorder()

    @property
    def name(self) -> str:
        """`sdnext`."""
        return "sdnext"

    @property
    def version(self) -> str:
        """Day and commit, as SDNext counts its versions."""
        known = _version()
        parts = [str(known.get("updated") or ""), str(known.get("commit") or "")]
        return " ".join(part for part in parts if part and part != _UNKNOWN) or _UNKNOWN

    def roots(self) -> Sequence[Path]:
        """SDNext's LoRA folder."""
        return sdnext_networks.roots()

    def models_dir(self) -> Path:
        """SDNext's models folder."""
        return Path(os.path.abspath(paths.models_path))

    def output_dir(self) -> Path:
        """Where SDNext saves text-to-image pictures."""
        return Path(os.path.abspath(sdnext_generate.samples_dir()))

    def tag_name(self, location: NetworkLocation) -> str:
        """The stem with `.` as `_`, or the path where that name is another file's."""
        return sdnext_networks.tag_name(location)

    def loaded_model(self) -> LoadedModel | None:
        """What is in memory or selected; nothing is loaded by asking."""
        return sdnext_model.loaded_model()

    def samplers(self) -> Sequence[str]:
        """SDNext's samplers."""
        return sdnext_generate.samplers()

    def defaults(self) -> GenerationDefaults:
        """What the user saved as SDNext's own form, else what suits the model."""
        return sdnext_model.defaults()

    def state(self) -> HostState:
        """Busy while somebody holds the queue lock: what SDNext says of its job is gone between the parts of one."""
        return HostState.BUSY if call_queue.queue_lock.locked() else HostState.IDLE

    def cannot_generate(self) -> str:
        """Empty unless there is no checkpoint."""
        return sdnext_model.cannot_generate()

    def generate(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> GenerationResult:
        """Make the images with the loaded model when SDNext's queue comes to us."""
        return sdnext_generate.generate(request, self._recorder, on_progress, cancelled)

    def refresh_networks(self) -> None:
        """Have SDNext list its LoRAs again."""
        sdnext_networks.refresh()

    def reached_file(self, tag_name: str) -> Path | None:
        """The file SDNext would load for this name."""
        return sdnext_networks.reached_file(tag_name)

    def observe(self, report: OnGeneration | None) -> None:
        """Report the user's generations: Text, Image, Control, Video and the API."""
        self._recorder.observe(report)

    def attach(self, guest: Guest) -> None:
        """Register with SDNext's callbacks. It restarts as a new process and then says goodbye to nobody."""

        def app_started(_page: Any, server: Any) -> None:
            guest.server_started(server)

        script_callbacks.on_ui_tabs(guest.tabs)
        script_callbacks.on_app_started(app_started)
        script_callbacks.on_script_unloaded(guest.unloaded)
        self._recorder.register()

    def script_classes(self) -> Sequence[type[Any]]:
        """None: SDNext's callbacks tell everything, and Control runs no scripts of extensions."""
        return ()

    def flag(self, name: str) -> str | None:
        """The value of a flag that preload.py added."""
        value = getattr(shared.cmd_opts, name, None)
        return str(value) if value else None

    def protection(self) -> Protection:
        """As its flags say. Its API takes the users of --auth, who show on its server, and knows no --api-auth."""
        return protection_of(shared.cmd_opts, getattr(shared, "demo", None), self.flag)

    def sub_paths(self) -> Sequence[str]:
        """The root, and SDNext's sub-path: it mounts its page there without stripping it from our routes."""
        given = shared.cmd_opts.subpath or getattr(shared.opts, "subpath", None) or ""
        inner = str(given).strip("/")
        return ("", f"/{inner}") if inner else ("",)


@lru_cache(maxsize=1)
def _version() -> Mapping[str, Any]:
    """SDNext asks git for it, at its start unless it is offline: asked for once, not while it starts."""
    known: Mapping[str, Any] = installer.version
    return known if known.get("commit", _UNKNOWN) != _UNKNOWN else installer.get_version()
