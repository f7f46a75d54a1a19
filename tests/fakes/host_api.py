"""The part of a host's own HTTP API that tests use, spelled as the real hosts spell it."""

from __future__ import annotations

import base64
import importlib
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fastapi import Body, Depends, FastAPI, Response, WebSocket

from tests.fakes.host_login import GradioApp, basic_check, split_users
from tests.fakes.host_middleware import ForgeCors, add_sdnext_middleware
from tests.fakes.host_page import add_page

RELOAD_BUTTON = {"id": 7, "type": "button", "props": {"elem_id": "settings_restart_gradio"}}
GRADIO = {"a1111": "3.41.2", "forge": "4.40.0", "sdnext": "3.43.2"}
NETWORKS = {"a1111": "networks", "forge": "networks", "sdnext": "modules.lora.lora_load"}
"""The module that lists LoRAs."""
_REPORTING = {
    "a1111": ("modules.script_callbacks", "modules.scripts"),
    "forge": ("modules.script_callbacks", "modules.scripts"),
    "sdnext": ("modules.script_callbacks", "modules.scripts_manager"),
}
_RUN_ARGUMENTS = ("negative_prompt", "width", "height", "steps", "seed", "n_iter", "batch_size")

Command = Callable[[str], None]


def make_app(family: str, command: Command) -> GradioApp:
    """The host's app, before extensions add theirs. `command` takes "reload" and "restart"."""
    app = _gradio_app(family)
    if family == "sdnext":
        add_sdnext_middleware(app)
    elif family == "forge":
        app.add_middleware(ForgeCors)
    for prefix in _prefixes(family):
        api = _Api(app, f"{prefix}/sdapi/v1", _checks(app, family))
        _add_runs(api)
        # The Lora extension of the A1111 family adds its routes itself, and asks for nothing.
        _add_networks(api if family == "sdnext" else _Api(app, api.prefix, ()), family)
        if family == "sdnext":
            _add_restart(api, command)
    if family != "sdnext":
        _add_button(app, GRADIO[family], command)
    for prefix in _prefixes(family):
        _add_insight(app, family, prefix)
    add_page(app, family)
    return app


def mount_subpath(app: FastAPI) -> None:
    """SDNext's page once more, below its sub-path and with a login of its own: when extensions have come already."""
    shared = importlib.import_module("modules.shared")
    if not shared.opts.subpath:
        return
    shared.cmd_opts.subpath = shared.opts.subpath
    page = _gradio_app("sdnext")
    add_page(page, "sdnext")
    app.mount(shared.opts.subpath, page)


class _Api:
    """Adds a host's own routes below a prefix, with what they ask for."""

    def __init__(self, app: FastAPI, prefix: str, checks: Sequence[Any]) -> None:
        self._app, self.prefix, self._checks = app, prefix, list(checks)

    def add(self, path: str, handler: Callable[..., Any], method: str) -> None:
        self._app.add_api_route(f"{self.prefix}/{path}", handler, methods=[method], dependencies=self._checks)


def _gradio_app(family: str) -> GradioApp:
    options = _shared().cmd_opts
    return GradioApp(GRADIO[family], split_users(options.auth if family == "sdnext" else options.gradio_auth))


def _checks(app: GradioApp, family: str) -> list[Any]:
    options = _shared().cmd_opts
    if family == "sdnext":
        return [Depends(basic_check(split_users(options.auth), app.tokens.__contains__))]
    return [Depends(basic_check(split_users(options.api_auth)))]


def _prefixes(family: str) -> tuple[str, ...]:
    """SDNext's API is there twice, if it knew its sub-path when it started; the others' proxies take theirs off."""
    subpath = _shared().opts.subpath if family == "sdnext" else ""
    return ("", subpath) if subpath else ("",)


def _control() -> Any:
    return importlib.import_module("fake_control")


def _shared() -> Any:
    return importlib.import_module("modules.shared")


def _state() -> Any:
    return _shared().state


def _add_runs(api: _Api) -> None:
    def txt2img(body: dict[str, Any] = Body(...)) -> dict[str, Any]:  # noqa: B008 - FastAPI's way
        asked = {name: body[name] for name in _RUN_ARGUMENTS if name in body}
        saved: list[Path] = _control().user_run(body["prompt"], **asked)
        images = [base64.b64encode(path.read_bytes()).decode() for path in saved]
        return {"images": images, "parameters": body, "info": json.dumps({"prompt": body["prompt"]})}

    def progress() -> dict[str, Any]:
        state = _state()
        names = ("skipped", "interrupted", "job", "job_count", "job_no", "sampling_step", "sampling_steps")
        told = {name: getattr(state, name) for name in names}
        done = told["sampling_step"] / max(told["sampling_steps"], 1) if told["job_count"] else 0
        return {"progress": done, "eta_relative": 0, "state": told, "current_image": None, "textinfo": None}

    def interrupt() -> dict[str, Any]:
        _state().interrupt()
        return {}

    api.add("txt2img", txt2img, "POST")
    api.add("progress", progress, "GET")
    api.add("interrupt", interrupt, "POST")


def _add_networks(api: _Api, family: str) -> None:
    def loras() -> list[dict[str, Any]]:
        listed = importlib.import_module(NETWORKS[family]).available_networks
        return [
            {"name": name, "alias": getattr(entry, "alias", name), "path": str(entry.filename), "metadata": {}}
            for name, entry in listed.items()
        ]

    api.add("loras", loras, "GET")


def _add_restart(api: _Api, command: Command) -> None:
    def restart() -> Response:
        command("restart")
        return Response(status_code=204)

    api.add("restart", restart, "POST")


def _add_button(app: GradioApp, gradio: str, command: Command) -> None:
    """As much of gradio as pressing "Reload UI" takes."""

    def config() -> dict[str, Any]:
        buttons = [3, RELOAD_BUTTON["id"]]
        dependencies = [{"targets": [button if gradio.startswith("3.") else [button, "click"]]} for button in buttons]
        return {"version": gradio, "components": [RELOAD_BUTTON], "dependencies": dependencies}

    async def press(websocket: WebSocket) -> None:
        if not await app.may_join(websocket):
            return
        await websocket.accept()
        await websocket.send_json({"msg": "send_hash"})
        asked = await websocket.receive_json()
        await websocket.send_json({"msg": "estimation", "rank": 0})
        await websocket.send_json({"msg": "send_data"})
        await websocket.receive_json()
        await websocket.send_json({"msg": "process_starts"})
        await websocket.send_json({"msg": "process_completed", "success": True})
        await websocket.close()
        _pressed(asked, command)

    def join(body: dict[str, Any] = Body(...)) -> dict[str, str]:  # noqa: B008 - FastAPI's way
        _pressed(body, command)
        return {"event_id": "1"}

    checked = [Depends(app.login_check)]
    app.add_api_route("/config", config, methods=["GET"], dependencies=checked)
    if gradio.startswith("3."):
        app.add_api_websocket_route("/queue/join", press)
    else:
        app.add_api_route("/queue/join", join, methods=["POST"], dependencies=checked)


def _pressed(call: dict[str, Any], command: Command) -> None:
    if call["fn_index"] == 1:
        command("reload")


def _add_insight(app: FastAPI, family: str, prefix: str) -> None:
    """What no real host tells: its threads, and what went wrong in a callback, which others write to their log."""

    def threads() -> list[str]:
        return [thread.name for thread in threading.enumerate()]

    def reported() -> list[str]:
        said: list[str] = []
        for name in _REPORTING[family]:
            module = importlib.import_module(name)
            said += getattr(module, "reported", [])
        return said

    app.add_api_route(f"{prefix}/imitated/threads", threads, methods=["GET"])
    app.add_api_route(f"{prefix}/imitated/reported", reported, methods=["GET"])
