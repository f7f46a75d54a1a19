"""Routes of the vectors: choosing the encoder, and letting the background work go on or stop."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor, json_object
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, settings_change
from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.vectors.service import VectorsStatus

CHANGES_A_MINUTE = 30


def vectors_router(app: Application) -> APIRouter:
    """Return the routes `recommender/encoder` and `recommender/vectors`."""
    router = APIRouter(route_class=Route)

    @router.post("/recommender/encoder", dependencies=[Depends(settings_change), Depends(costly(CHANGES_A_MINUTE))])
    def choose_encoder(values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()) -> Response:
        name = values.get("name")
        if not isinstance(name, str):
            raise BadInputError('name: must be the name of an encoder or the path of its folder, or "" for none.')
        if app.vectors.needs_fetching(name):
            # What is asked for here is the download: the page has said how large it is.
            running = app.jobs.busy("encoder") or app.jobs.submit("encoder", {"name": name}, visitor.user_name)
            return json_response(job_json(running), 202)
        app.vectors.choose(name)
        return json_response({})

    @router.post("/recommender/vectors", dependencies=[Depends(settings_change), Depends(costly(CHANGES_A_MINUTE))])
    def change_work(values: dict[str, Any] = json_object()) -> Response:
        action = values.get("action")
        if action not in ("start", "stop"):
            raise BadInputError("action: must be start or stop.")
        app.vectors.embedder.set_stopped(action == "stop")
        return json_response({})

    return router


def vectors_json(status: VectorsStatus) -> dict[str, Any]:
    """Return "vectors", "encoder" and "work" as the route `recommender` tells them.

    An encoder of pictures is told beside that of texts: "pictures" is "" where none is at hand.
    """
    return {
        "vectors": [{"kind": kind, "done": done, "total": total} for kind, done, total in status.work.progress],
        "encoder": {
            **vars(status.texts),
            "pictures": status.pictures.name if status.pictures.state == "ready" else "",
            "choices": [vars(choice) for choice in status.choices],
        },
        "work": {
            "state": status.work.state,
            "waits_for": status.work.waits_for,
            "per_second": status.work.per_second,
            "eta_seconds": status.work.eta_seconds,
            "memory_bytes": status.memory_bytes,
        },
    }
