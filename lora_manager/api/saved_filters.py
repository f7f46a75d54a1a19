"""Routes of saved filters."""

from __future__ import annotations

from fastapi import APIRouter, Response

from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty, SavedFilterBody
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application


def saved_filters_router(app: Application) -> APIRouter:
    """Return the routes under `saved-filters`. Everybody has their own where there are logins."""
    router = APIRouter(route_class=Route)

    @router.get("/saved-filters")
    def list_filters(visitor: Visitor = current_visitor()) -> Response:
        return json_response({"items": [vars(item) for item in app.saved_filters.of(visitor.user_name)]})

    @router.post("/saved-filters")
    def save_filter(body: SavedFilterBody, visitor: Visitor = current_visitor()) -> Response:
        return json_response(vars(app.saved_filters.save(body.name, body.query, visitor.user_name)), 201)

    @router.delete("/saved-filters/{filter_id}")
    def delete_filter(body: Empty, filter_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        deleted = app.saved_filters.delete(filter_id, visitor.user_name)
        return json_response({"deleted": True, "item": vars(deleted)})

    return router
