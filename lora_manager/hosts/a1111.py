"""AUTOMATIC1111 and the hosts that come from it: Forge, reForge, Forge Classic. Told apart by what they can do."""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from modules import paths, script_callbacks, sd_models, shared

from lora_manager.hosts import a1111_defaults, a1111_generate, a1111_model, a1111_networks
from lora_manager.hosts.a1111_callbacks import register
from lora_manager.hosts.a1111_recording import recording
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
from lora_manager.hosts.protection import Protection, split_users
from lora_manager.hosts.reach import protection_of
from lora_manager.hosts.web_ui import Guest


class A1111Host:
    """Implements WebUi inside such a host."""

    def __init__(self) -> None:
        self._recording = recording()
        self._listener: OnGeneration | None = None

    @property
    def name(self) -> str:
        """`a1111`, `forge`, `reforge` or `forge-classic`."""
        if _forge_version() is None:
            return "a1111"
        if hasattr(sd_models.model_data, "forge_loading_parameters"):
            return "forge"
        named = "name" in inspect.signature(script_callbacks.on_app_started).parameters
        return "reforge" if named else "forge-classic"

    @property
    def version(self) -> str:
        """As the host itself says at its start."""
        from modules import launch_utils

        return _forge_version() or str(launch_utils.git_tag())

    def roots(self) -> Sequence[Path]:
        """The folder of LoRAs; LyCORIS/ where the host lists it too."""
        return a1111_networks.roots()

    def models_dir(self) -> Path:
        """The folder `models`."""
        return Path(os.path.abspath(paths.models_path))

    def output_dir(self) -> Path:
        """Where the host saves what is made on its first tab."""
        return Path(a1111_generate.output_dir())

    def tag_name(self, location: NetworkLocation) -> str:
        """The file's stem: of several files that share it these hosts reach one (`reached_file`), by no other name."""
        return os.path.splitext(location.relative_path.replace("\\", "/").rpartition("/")[2])[0]

    def reached_file(self, tag_name: str) -> Path | None:
        """By the host's list of names and aliases."""
        return a1111_networks.reached_file(tag_name)

    def refresh_networks(self) -> None:
        """As the host's own refresh button does."""
        a1111_networks.refresh()

    def loaded_model(self) -> LoadedModel | None:
        """In memory, or selected and not loaded yet."""
        return a1111_model.loaded_model()

    def samplers(self) -> Sequence[str]:
        """Those that the host's page shows."""
        return a1111_defaults.samplers()

    def defaults(self) -> GenerationDefaults:
        """Those of the host's page, with a size for the model's family."""
        model = a1111_model.loaded_model()
        return a1111_defaults.defaults(model.family if model else "")

    def state(self) -> HostState:
        """Busy from a run's beginning to its end, whoever started it."""
        self._recording.observer.under_way()  # the page asks often: so a run that failed is told of soon
        return HostState.BUSY if shared.state.job or shared.state.job_count else HostState.IDLE

    def cannot_generate(self) -> str:
        """Only without any checkpoint."""
        return a1111_model.no_checkpoint()

    def generate(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> GenerationResult:
        """With the host's own function, when its queue comes to us."""
        return a1111_generate.generate(request, self._recording.observer, on_progress, cancelled)

    def observe(self, report: OnGeneration | None) -> None:
        """Report the runs of the host's page and API.

        After Reload UI another of these hosts does, for another listener; then nothing here concerns that one.
        """
        before, self._listener = self._listener, report
        if report is not None:
            self._recording.observer.observe(report)
        elif before is not None:
            self._recording.observer.leave(before)

    def attach(self, guest: Guest) -> None:
        """Register with the host's callbacks."""

        def started(_page: Any, server: Any) -> None:
            guest.server_started(server)

        register("ui_tabs", guest.tabs)
        register("app_started", started)
        register("script_unloaded", guest.unloaded)
        register("image_saved", self._recording.image_saved)

    def script_classes(self) -> Sequence[type[Any]]:
        """The script whose hooks see every run."""
        return (self._recording.script_class(),)

    def flag(self, name: str) -> str | None:
        """A flag of preload.py; None also on a host that was started without our preload."""
        value = getattr(shared.cmd_opts, name, None)
        return str(value) if value else None

    def protection(self) -> Protection:
        """As its flags say; --api-auth holds for its API alone, and --gradio-auth shows on its server."""
        users = split_users(getattr(shared.cmd_opts, "api_auth", None))
        return protection_of(shared.cmd_opts, getattr(shared, "demo", None), self.flag, users)

    def sub_paths(self) -> Sequence[str]:
        """None: with --subpath a proxy in front takes the prefix off."""
        return ("",)


def _forge_version() -> str | None:
    """The version of a host of the Forge branch; None for AUTOMATIC1111 itself."""
    try:
        from modules_forge import forge_version
    except ImportError:
        return None
    return str(forge_version.version)
