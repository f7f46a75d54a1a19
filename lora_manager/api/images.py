"""Routes of what is thought of images."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor, json_object, row_id
from lora_manager.api.preferences import user_of
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application

CHANGES_A_MINUTE = 600


def images_router(app: Application) -> APIRouter:
    """Return the routes that change an image's record."""
    router = APIRouter(route_class=Route)

    @router.patch("/images/{image_id}", dependencies=[Depends(costly(CHANGES_A_MINUTE))])
    def change_image(
        image_id: int = row_id(), values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()
    ) -> Response:
        image = app.learning.set_image(user_of(visitor), image_id, values)
        return json_response({"id": image.id, "rating": image.rating, "favourite": image.favourite})

    return router
