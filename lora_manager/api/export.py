"""The route that hands out a selection as a file."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route
from lora_manager.api.schemas import ExportBody
from lora_manager.api.selection import selected_ids
from lora_manager.application import Application
from lora_manager.clock import utc_now
from lora_manager.services.export import CSV

EXPORTS_A_MINUTE = 20
_MEDIA_TYPES = {CSV: "text/csv; charset=utf-8"}


def export_router(app: Application) -> APIRouter:
    """Return the route `export`."""
    router = APIRouter(route_class=Route)

    @router.post("/export", dependencies=[Depends(costly(EXPORTS_A_MINUTE))])
    def export_list(body: ExportBody) -> Response:
        form = app.exporter.check_format(body.format)
        ids = selected_ids(app, body.selection)
        headers = {
            # Not as the media type: older versions of Starlette add the encoding to that.
            "Content-Type": _MEDIA_TYPES.get(form, "application/json"),
            "Content-Disposition": f'attachment; filename="loras-{utc_now()[:10]}.{form}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return StreamingResponse(app.exporter.parts(ids, form), headers=headers)

    return router
