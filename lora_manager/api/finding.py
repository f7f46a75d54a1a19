"""Routes of finding: the list, the counts of its filters, the folders."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Query, Response

from lora_manager.api.filters import Filters, filters, loaded_family
from lora_manager.api.route import Route, json_response
from lora_manager.api.serialise import counts_json, facets_json, page_json
from lora_manager.application import Application

LONGEST_BEGINNING = 200
LONGEST_PATH = 4096


def finding_router(app: Application) -> APIRouter:
    """Return the routes `adapters` (the list), `facets` and `folders`."""
    router = APIRouter(route_class=Route)

    @router.get("/adapters")
    def list_adapters(asked: Filters = filters(), sort: str = "", limit: int = 60, offset: int = 0) -> Response:
        page = app.finder.page(asked.query(app, sort), limit, offset)
        return json_response(page_json(page, loaded_family(app)))

    @router.get("/facets")
    def count_facets(
        asked: Filters = filters(), of: str = "", begins: str = Query("", max_length=LONGEST_BEGINNING)
    ) -> Response:
        if of:
            return json_response({"values": counts_json(app.finder.facet_values(asked.query(app), of, begins))})
        return json_response(facets_json(*app.finder.facets(asked.query(app))))

    @router.get("/folders")
    def list_folders(asked: Filters = filters(), parent: str = Query("", max_length=LONGEST_PATH)) -> Response:
        found = app.finder.folders(asked.query(app), parent)
        return json_response({"folders": [asdict(folder) for folder in found]})

    return router
