"""Routes of what is there more than once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Response

from lora_manager.api.parameters import limit, offset
from lora_manager.api.route import Route, json_response
from lora_manager.application import Application
from lora_manager.clock import utc_from_ns
from lora_manager.db.duplicates import FILE
from lora_manager.services.duplicates import MOST_GROUPS, Duplicate, DuplicateGroup, DuplicatePage, path_of


def duplicates_router(app: Application) -> APIRouter:
    """Return the routes under `duplicates`."""
    router = APIRouter(route_class=Route)

    @router.get("/duplicates")
    def read_duplicates(
        kind: str = Query(FILE, max_length=20), limit: int = limit(30, MOST_GROUPS), offset: int = offset()
    ) -> Response:
        return json_response(duplicates_json(app.duplicates.page(kind, limit, offset)))

    return router


def duplicates_json(page: DuplicatePage) -> dict[str, Any]:
    """Return groups of duplicates as routes and commands tell them."""
    return {
        "groups": page.groups,
        "bytes": page.bytes,
        "total": page.total,
        "items": [_group_json(group) for group in page.items],
    }


def _group_json(group: DuplicateGroup) -> dict[str, Any]:
    return {**vars(group), "items": [_item_json(item) for item in group.items]}


def _item_json(item: Duplicate) -> dict[str, Any]:
    card = item.found.card
    return {
        "id": card.id,
        "name": card.name,
        "version": card.version or "",
        "tag_name": item.found.tag_name,
        "path": path_of(item.found),
        "root_id": card.root_id,
        "folder": card.folder,
        "size": card.size,
        "modified_at": utc_from_ns(card.mtime_ns),
        "uses": card.uses,
        "rating": card.rating,
        "favourite": card.favourite,
        "edited": item.edited,
        "preview": card.preview_version,
        "sha256_state": item.sha256_state,
        "reached": item.reached,
        "suggested_name": item.suggested_name,
    }
