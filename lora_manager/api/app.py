"""Our ASGI apps: `pages_app` is everything below `/lora-manager`, `create_app` our own server around it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi.responses import RedirectResponse

from lora_manager import __version__
from lora_manager.api.adapters import adapters_router
from lora_manager.api.events import events_router
from lora_manager.api.guard import make_guard
from lora_manager.api.jobs import jobs_router
from lora_manager.api.library import library_router
from lora_manager.api.page import Assets, find_assets, page_router
from lora_manager.api.prompts import prompts_router
from lora_manager.api.records import records_router
from lora_manager.application import Application

BASE = "/lora-manager"
"""Where everything of ours lies on a server."""
API_BELOW = "/api/v1"
API = f"{BASE}{API_BELOW}"


def api_app(app: Application, assets: Assets, names: frozenset[str] = frozenset()) -> FastAPI:
    """Return the API and the events, below `BASE`. `names` are host names it is reached by, beside addresses."""
    server = _bare_app(f"{API_BELOW}/openapi.json")
    api = APIRouter(prefix=API_BELOW, dependencies=[Depends(make_guard(names))])
    for router in (
        adapters_router(app),
        prompts_router(app),
        jobs_router(app),
        records_router(app),
        library_router(app, assets.version),
    ):
        api.include_router(router)
    server.include_router(api)
    server.include_router(events_router(app, assets.version, names))
    return server


def pages_app(app: Application, names: frozenset[str] = frozenset()) -> FastAPI:
    """Return everything below `BASE`: the API, the events, and the page's files."""
    assets = find_assets()
    server = api_app(app, assets, names)
    server.include_router(page_router(assets))
    return server


def create_app(app: Application, names: frozenset[str] = frozenset()) -> FastAPI:
    """Return our own small server: the page at /lora-manager/, and / leads there."""
    server = _bare_app(None)

    @server.get("/", include_in_schema=False)
    @server.get(BASE, include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"{BASE}/")

    server.mount(BASE, pages_app(app, names))
    return server


def _bare_app(openapi_url: str | None) -> FastAPI:
    # FastAPI's own documentation pages load their scripts from elsewhere; the description itself is enough.
    return FastAPI(title="LoRA Manager", version=__version__, docs_url=None, redoc_url=None, openapi_url=openapi_url)
