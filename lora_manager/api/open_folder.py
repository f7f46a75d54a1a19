"""The route that shows an adapter's file in the file manager, for who sits at the machine that this runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from lora_manager.api.access import Access
from lora_manager.api.guard import is_from_this_machine
from lora_manager.api.parameters import row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.refusal import Refusal
from lora_manager.api.route import Route, json_response
from lora_manager.api.visitor import settings_change
from lora_manager.application import Application
from lora_manager.errors import NotFoundError

OPENED_A_MINUTE = 30
_NOT_HERE = (
    "The folder would open on the machine that this server runs on, and you are not at it. The path stands in the "
    "details, under Files."
)


def is_at_this_machine(access: Access, scope: Mapping[str, Any]) -> bool:
    """Whether who asks would see a window that opens here. Through a proxy in front everybody may look like it."""
    return not access.protection.fronts and is_from_this_machine(scope)


def open_folder_router(app: Application, access: Access) -> APIRouter:
    """Return the route `adapters/{id}/open-folder`."""
    router = APIRouter(route_class=Route)
    allowed = [Depends(settings_change), Depends(_only_here(access)), Depends(costly(OPENED_A_MINUTE))]

    @router.post("/adapters/{adapter_id}/open-folder", dependencies=allowed)
    def open_folder(adapter_id: int = row_id()) -> Response:
        with app.database.read() as connection:
            found = app.finder.found_cards(connection, [adapter_id])
        if not found:
            raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
        card = found[0].card
        return json_response({"opened": str(app.folders.open(card.root, card.relative_path))})

    return router


def _only_here(access: Access) -> Callable[[Request], None]:
    def refuse_from_elsewhere(request: Request) -> None:
        if not is_at_this_machine(access, request.scope):
            raise Refusal(403, "not_here", _NOT_HERE)

    return refuse_from_elsewhere
