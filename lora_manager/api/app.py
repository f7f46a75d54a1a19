"""All routes together: `include_all` for any FastAPI app, `create_app` for our own server."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.responses import RedirectResponse

from lora_manager import __version__
from lora_manager.api.adapters import adapters_router
from lora_manager.api.events import events_router
from lora_manager.api.guard import make_guard
from lora_manager.api.jobs import jobs_router
from lora_manager.api.library import library_router
from lora_manager.api.page import find_assets, page_router
from lora_manager.api.prompts import prompts_router
from lora_manager.api.records import records_router
from lora_manager.application import Application

BASE = "/lora-manager"
API = f"{BASE}/api/v1"


def include_all(server: FastAPI, app: Application, names: frozenset[str] = frozenset()) -> None:
    """Add every route of ours to an app. `names` are host names it is reached by, beside addresses and localhost."""
    assets = find_assets()
    api = APIRouter(prefix=API, dependencies=[Depends(make_guard(names))])
    for router in (
        adapters_router(app),
        prompts_router(app),
        jobs_router(app),
        records_router(app),
        library_router(app, assets.version),
    ):
        api.include_router(router)
    server.include_router(api)
    server.include_router(page_router(assets), prefix=BASE)
    server.include_router(events_router(app, assets.version, names), prefix=BASE)


def create_app(app: Application, names: frozenset[str] = frozenset()) -> FastAPI:
    """Return our own small server: the page at /lora-manager/, and / leads there."""
    # FastAPI's own documentation pages load their scripts from elsewhere; the description itself is enough.
    openapi_url = f"{API}/openapi.json"
    server = FastAPI(
        title="LoRA Manager", version=__version__, docs_url=None, redoc_url=None, openapi_url=openapi_url
    )

    @server.get("/", include_in_schema=False)
    @server.get(BASE, include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"{BASE}/")

    include_all(server, app, names)
    return server
