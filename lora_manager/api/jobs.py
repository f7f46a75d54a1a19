"""Routes of background work: start, look, cancel."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError

from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.refusal import Refusal
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty, GenerateBody, JobBody, ScanBody
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, check_may_change
from lora_manager.application import Application
from lora_manager.errors import BadInputError, HostError
from lora_manager.hosts.base import GenerationRequest
from lora_manager.services.generate import check_request
from lora_manager.services.jobs import Job

MOST_QUEUED = 100
_RESTRICTED = frozenset({"install", "backup", "encoder"})
MOST_QUEUED_OF_ONE = 30
"""Of one user, where the host has logins: others find a place too."""
JOBS_A_MINUTE = 120
SCANS_A_MINUTE = 60


def jobs_router(app: Application) -> APIRouter:
    """Return the routes under `jobs`, and `scan`."""
    router = APIRouter(route_class=Route)

    @router.get("/jobs")
    def list_jobs() -> Response:
        return json_response({"items": [job_json(job) for job in app.jobs.jobs()]})

    @router.get("/jobs/{job_id}")
    def read_job(job_id: int = row_id()) -> Response:
        return json_response(job_json(app.jobs.job(job_id)))

    @router.post("/jobs", dependencies=[Depends(costly(JOBS_A_MINUTE))])
    def start_job(body: JobBody, visitor: Visitor = current_visitor()) -> Response:
        if body.kind == "scan":
            return json_response(job_json(_start_scan(app, bool(body.request.get("force")), visitor)), 202)
        if body.kind != "generate":
            raise BadInputError(f"There is no job of kind '{body.kind}'. Known: scan, generate.")
        return json_response(job_json(_start_generation(app, body.request, visitor)), 202)

    @router.post("/scan", dependencies=[Depends(costly(SCANS_A_MINUTE))])
    def start_scan(body: ScanBody, visitor: Visitor = current_visitor()) -> Response:
        return json_response(job_json(_start_scan(app, body.force, visitor)), 202)

    @router.delete("/jobs/{job_id}")
    def cancel_job(body: Empty, job_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        _check_may_cancel(app.jobs.job(job_id), visitor)
        return json_response(job_json(app.jobs.cancel(job_id)))

    return router


def _check_may_cancel(job: Job, visitor: Visitor) -> None:
    """Raise Refusal 403 for another user's job, and for what visitors may not start by who may not."""
    if job.user_name is not None and job.user_name != visitor.user_name:
        raise Refusal(403, "of_another", f"{job.user_name} started this. Only {job.user_name} can cancel it.")
    if job.kind in _RESTRICTED:
        check_may_change(visitor)


def _start_scan(app: Application, force: bool, visitor: Visitor) -> Job:
    """Start a scan, or return the one under way: two at once would only wait for each other."""
    running = app.jobs.busy("scan")
    if running is not None:
        return running
    return app.jobs.submit("scan", {"force": force}, visitor.user_name)


def _start_generation(app: Application, values: dict[str, Any], visitor: Visitor) -> Job:
    try:
        body = GenerateBody(**values)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    fields = {name: getattr(body, name) for name in GenerateBody.__annotations__}
    check_request(GenerationRequest(**fields), list(app.host.samplers()))
    reason = app.host.cannot_generate()
    if reason:
        raise HostError(reason)
    _check_queue([job.user_name for job in app.jobs.jobs() if (job.kind, job.state) == ("generate", "queued")], visitor)
    return app.jobs.submit("generate", fields, visitor.user_name)


def _check_queue(users: list[str | None], visitor: Visitor) -> None:
    """Raise BadInputError when too many generations wait; `users` says whose they are."""
    if len(users) >= MOST_QUEUED:
        raise BadInputError(f"{len(users)} generations wait already; let some of them end first.")
    own = 0 if visitor.user_name is None else users.count(visitor.user_name)
    if own >= MOST_QUEUED_OF_ONE:
        raise BadInputError(f"{own} generations of yours wait already; let some of them end first.")
