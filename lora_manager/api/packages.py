"""Routes of the optional packages: what there is, and adding one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor
from lora_manager.api.rate_limit import costly
from lora_manager.api.refusal import Refusal
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import PackageBody
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, settings_change
from lora_manager.application import Application
from lora_manager.optional_packages import Plan
from lora_manager.services.jobs import Job

INSTALLS_A_MINUTE = 10


def packages_router(app: Application) -> APIRouter:
    """Return the routes under `packages`."""
    router = APIRouter(route_class=Route)

    @router.get("/packages")
    def list_packages() -> Response:
        running = app.jobs.busy("install")
        return json_response({"items": [_package(plan, running) for plan in app.packages.plans()]})

    @router.post("/packages", dependencies=[Depends(settings_change), Depends(costly(INSTALLS_A_MINUTE))])
    def install_package(body: PackageBody, visitor: Visitor = current_visitor()) -> Response:
        plan, running = app.packages.plan(body.name), app.jobs.busy("install")
        if running is None:
            if not plan.can_install:
                raise Refusal(409, "cannot_install", plan.reason or f"{plan.name} {plan.version} is installed already.")
            running = app.jobs.submit("install", {"name": plan.name}, visitor.user_name)
        return json_response(job_json(running), 202)

    return router


def _package(plan: Plan, running: Job | None) -> dict[str, Any]:
    is_being_installed = running is not None and running.request.get("name") == plan.name
    return {
        "name": plan.name,
        "state": "installing" if is_being_installed else plan.state,
        "version": plan.version,
        "what": plan.what,
        "plan": plan.plan,
        "can_install": plan.can_install and not is_being_installed,
        "reason": "It is being installed." if is_being_installed else plan.reason,
    }
