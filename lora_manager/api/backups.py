"""Routes of the backups: which there are, making one, checking one, what bringing one back would change, doing it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Path, Response

from lora_manager.api.parameters import current_visitor
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, settings_change
from lora_manager.application import Application
from lora_manager.db.backup.differences import Differences
from lora_manager.db.backup.folder import Backup
from lora_manager.services.backups.service import JOB_KIND

A_MINUTE = 20
LONGEST_NAME = 300


def backups_router(app: Application) -> APIRouter:
    """Return the routes under `backups`."""
    router = APIRouter(route_class=Route)
    limited = [Depends(costly(A_MINUTE))]
    restricted = [Depends(settings_change), *limited]

    @router.get("/backups")
    def list_backups() -> Response:
        listed = app.backups.listed()
        return json_response(
            {
                "folder": listed.folder,
                "items": [backup_json(backup, app.backups.problem_of(backup)) for backup in listed.items],
                "next_at": app.keeper.next_backup_at() if listed.folder else None,
                "running": app.jobs.busy(JOB_KIND) is not None,
                "last_error": app.backups.last_error,
                "why_not": listed.why_not,
            }
        )

    @router.post("/backups", dependencies=restricted)
    def make_backup(body: Empty, visitor: Visitor = current_visitor()) -> Response:
        running = app.jobs.busy(JOB_KIND)
        if running is None or running.request.get("do") != "make":
            running = app.jobs.submit(JOB_KIND, {"do": "make"}, visitor.user_name)
        return json_response(job_json(running), 202)

    @router.post("/backups/{name}/verify", dependencies=restricted)
    def verify_backup(body: Empty, name: str = _name(), visitor: Visitor = current_visitor()) -> Response:
        request = {"do": "verify", "name": app.backups.find(name).name}
        return json_response(job_json(app.jobs.submit(JOB_KIND, request, visitor.user_name)), 202)

    @router.get("/backups/{name}/differences", dependencies=limited)
    def read_differences(name: str = _name()) -> Response:
        return json_response(differences_json(app.backups.differences(name)))

    @router.post("/backups/{name}/restore", dependencies=restricted)
    def restore_backup(body: Empty, name: str = _name(), visitor: Visitor = current_visitor()) -> Response:
        request = {"do": "restore", "name": app.backups.find(name).name}
        return json_response(job_json(app.jobs.submit(JOB_KIND, request, visitor.user_name)), 202)

    return router


def backup_json(backup: Backup, problem: str) -> dict[str, Any]:
    """Return a backup as routes and commands tell it."""
    facts = backup.facts
    return {
        "name": backup.name,
        "created_at": backup.created_at,
        "reason": backup.reason,
        "bytes": backup.bytes,
        "database_bytes": facts.database_bytes if facts else 0,
        "schema": facts.schema if facts else "",
        "version": facts.version if facts else "",
        "counts": facts.counts if facts else {},
        "verified": facts is not None and not problem,
        "problem": problem,
    }


def differences_json(found: Differences) -> dict[str, Any]:
    """Return what bringing a backup back would change."""
    return {
        "created_at": found.created_at,
        "tables": [vars(table) for table in found.tables],
        "adapters": {
            "only_now": found.only_now,
            "only_then": found.only_then,
            "edited_since": found.edited_since,
            "names_now": list(found.names_now),
            "names_then": list(found.names_then),
        },
        "unreadable": found.unreadable,
    }


def _name() -> Any:
    return Path(..., max_length=LONGEST_NAME)
