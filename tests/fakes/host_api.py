"""The part of a host's own HTTP API that tests use, spelled as the real hosts spell it."""

from __future__ import annotations

import base64
import importlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Body, FastAPI, Response, WebSocket

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


def make_app(family: str, command: Command) -> FastAPI:
    """The host's app, before extensions add theirs. `command` takes "reload" and "restart"."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_runs(app)
    _add_networks(app, family)
    if family == "sdnext":
        _add_restart(app, command)
    else:
        _add_page(app, GRADIO[family], command)
    _add_insight(app, family)
    add_page(app, family)
    return app


def _control() -> Any:
    return importlib.import_module("fake_control")


def _state() -> Any:
    return importlib.import_module("modules.shared").state


def _add_runs(app: FastAPI) -> None:
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

    app.add_api_route("/sdapi/v1/txt2img", txt2img, methods=["POST"])
    app.add_api_route("/sdapi/v1/progress", progress, methods=["GET"])
    app.add_api_route("/sdapi/v1/interrupt", interrupt, methods=["POST"])


def _add_networks(app: FastAPI, family: str) -> None:
    def loras() -> list[dict[str, Any]]:
        listed = importlib.import_module(NETWORKS[family]).available_networks
        return [
            {"name": name, "alias": getattr(entry, "alias", name), "path": str(entry.filename), "metadata": {}}
            for name, entry in listed.items()
        ]

    app.add_api_route("/sdapi/v1/loras", loras, methods=["GET"])


def _add_restart(app: FastAPI, command: Command) -> None:
    def restart() -> Response:
        command("restart")
        return Response(status_code=204)

    app.add_api_route("/sdapi/v1/restart", restart, methods=["POST"])


def _add_page(app: FastAPI, gradio: str, command: Command) -> None:
    """As much of gradio as pressing "Reload UI" takes."""

    def config() -> dict[str, Any]:
        buttons = [3, RELOAD_BUTTON["id"]]
        dependencies = [{"targets": [button if gradio.startswith("3.") else [button, "click"]]} for button in buttons]
        return {"version": gradio, "components": [RELOAD_BUTTON], "dependencies": dependencies}

    async def press(websocket: WebSocket) -> None:
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

    app.add_api_route("/config", config, methods=["GET"])
    if gradio.startswith("3."):
        app.add_api_websocket_route("/queue/join", press)
    else:
        app.add_api_route("/queue/join", join, methods=["POST"])


def _pressed(call: dict[str, Any], command: Command) -> None:
    if call["fn_index"] == 1:
        command("reload")


def _add_insight(app: FastAPI, family: str) -> None:
    """What no real host tells: its threads, and what went wrong in a callback, which others write to their log."""

    def threads() -> list[str]:
        return [thread.name for thread in threading.enumerate()]

    def reported() -> list[str]:
        said: list[str] = []
        for name in _REPORTING[family]:
            module = importlib.import_module(name)
            said += getattr(module, "reported", [])
        return said

    app.add_api_route("/imitated/threads", threads, methods=["GET"])
    app.add_api_route("/imitated/reported", reported, methods=["GET"])
