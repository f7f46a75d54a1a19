"""Routes about the library itself: roots, problems, the host, health."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from lora_manager import __version__
from lora_manager.api.access import Access
from lora_manager.api.open_folder import is_at_this_machine
from lora_manager.api.parameters import current_visitor, limit, offset
from lora_manager.api.route import Route, json_response
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application
from lora_manager.db.library_state import library_totals, problems, root_states


def library_router(app: Application, web_version: str, access: Access) -> APIRouter:
    """Return the routes `library`, `problems`, `host` and `health`."""
    router = APIRouter(route_class=Route)

    @router.get("/library")
    def read_library(request: Request, visitor: Visitor = current_visitor()) -> Response:
        with app.database.read() as connection:
            roots = root_states(connection, app.roots())
            totals = library_totals(connection, app.roots())
        return json_response(
            {
                "roots": [vars(root) for root in roots],
                "totals": vars(totals),
                "database": {"path": _database_path(app), "bytes": _database_bytes(app)},
                "data_dir": str(app.location.folder),
                "output_dir": str(app.host.output_dir()),
                "host": {"name": app.host.name, "version": app.host.version},
                "access": {
                    "login": access.login.is_on(),
                    "user_name": visitor.user_name,
                    "may_change_settings": visitor.may_change_settings,
                    "reason": visitor.why_not,
                    "opens_folders": visitor.may_change_settings
                    and is_at_this_machine(access, request.scope)
                    and app.folders.has_desktop,
                },
                "demo": app.is_demo,
                "version": __version__,
            }
        )

    @router.get("/problems")
    def list_problems(limit: int = limit(100, 500), offset: int = offset()) -> Response:
        with app.database.read() as connection:
            total, rows = problems(connection, app.roots(), limit, offset)
        return json_response({"total": total, "items": [vars(row) for row in rows]})

    @router.get("/host")
    def read_host() -> Response:
        return json_response(_host(app))

    @router.get("/health")
    def read_health() -> Response:
        return json_response(
            {"status": "ok", "version": __version__, "web_version": web_version, "database": _database_path(app)}
        )

    return router


def _host(app: Application) -> dict[str, Any]:
    host = app.host
    model = host.loaded_model()
    return {
        "name": host.name,
        "version": host.version,
        "state": host.state().value,
        "model": vars(model) if model is not None else None,
        "samplers": list(host.samplers()),
        "defaults": vars(host.defaults()),
        "cannot_generate": host.cannot_generate(),
    }


def _database_path(app: Application) -> str:
    return str(app.database.path or app.database.url.render_as_string(hide_password=True))


def _database_bytes(app: Application) -> int:
    path = app.database.path
    if path is None:
        return 0
    files = [path, *(Path(f"{path}{suffix}") for suffix in ("-wal", "-shm"))]
    return sum(file.stat().st_size for file in files if file.exists())
