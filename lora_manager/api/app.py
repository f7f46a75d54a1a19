"""Our ASGI apps: `pages_app` is everything below `/lora-manager`, `create_app` our own server around it."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import RedirectResponse

from lora_manager import __version__
from lora_manager.api.access import Access
from lora_manager.api.adapters import adapters_router
from lora_manager.api.backups import backups_router
from lora_manager.api.bulk import bulk_router
from lora_manager.api.completion import completion_router
from lora_manager.api.duplicates import duplicates_router
from lora_manager.api.events import events_router
from lora_manager.api.export import export_router
from lora_manager.api.feedback import feedback_router
from lora_manager.api.files import files_router
from lora_manager.api.finding import finding_router
from lora_manager.api.gate import Gate
from lora_manager.api.hashing import hashing_router
from lora_manager.api.history import history_router
from lora_manager.api.images import images_router
from lora_manager.api.insight import insight_router
from lora_manager.api.jobs import jobs_router
from lora_manager.api.library import library_router
from lora_manager.api.open_folder import open_folder_router
from lora_manager.api.packages import packages_router
from lora_manager.api.page import Assets, find_assets, page_router
from lora_manager.api.preferences import preferences_router
from lora_manager.api.prompts import prompts_router
from lora_manager.api.recommend import recommend_router
from lora_manager.api.records import records_router
from lora_manager.api.relay import Relay, relay_router
from lora_manager.api.saved_filters import saved_filters_router
from lora_manager.api.settings import settings_router
from lora_manager.api.tokens import tokens_router
from lora_manager.api.trash import trash_router
from lora_manager.api.undo import undo_router
from lora_manager.api.vectors import vectors_router
from lora_manager.application import Application
from lora_manager.hosts.protection import Protection

BASE = "/lora-manager"
"""Where everything of ours lies on a server."""
API_BELOW = "/api/v1"
API = f"{BASE}{API_BELOW}"


def api_app(app: Application, assets: Assets, access: Access) -> FastAPI:
    """Return the API and the events, below `BASE`. They are for a Gate of this `access`, and only for one."""
    server = _bare_app(f"{API_BELOW}/openapi.json")
    relay = Relay()
    api = APIRouter(prefix=API_BELOW)
    for router in (
        finding_router(app),
        adapters_router(app),
        files_router(app),
        trash_router(app),
        history_router(app),
        undo_router(app),
        bulk_router(app),
        completion_router(app),
        prompts_router(app),
        recommend_router(app),
        insight_router(app),
        jobs_router(app),
        hashing_router(app),
        backups_router(app),
        records_router(app),
        images_router(app),
        feedback_router(app),
        preferences_router(app),
        library_router(app, assets.version, access),
        saved_filters_router(app),
        settings_router(app),
        duplicates_router(app),
        export_router(app),
        tokens_router(app, access),
        packages_router(app),
        relay_router(relay),
        open_folder_router(app, access),
        vectors_router(app),
    ):
        api.include_router(router)
    server.include_router(api)
    server.include_router(events_router(app, assets.version, relay, access))
    access.token_user = app.tokens.user_of
    app.write_back_later.is_held = access.lets_strangers_in
    return server


def pages_app(app: Application, access: Access) -> FastAPI:
    """Return everything below `BASE`: the API, the events, and the page's files. For a Gate too."""
    assets = find_assets()
    server = api_app(app, assets, access)
    server.include_router(page_router(assets))
    return server


def create_app(app: Application, names: frozenset[str] = frozenset(), protection: Protection | None = None) -> FastAPI:
    """Return our own small server: the page at /lora-manager/, and / leads there.

    `names` are host names it is reached by, beside addresses and localhost.
    """
    access = Access(protection)
    server = _bare_app(None)

    @server.get("/", include_in_schema=False)
    @server.get(BASE, include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"{BASE}/")

    server.mount(BASE, Gate(pages_app(app, access), access, names))
    return server


def _bare_app(openapi_url: str | None) -> FastAPI:
    # FastAPI's own documentation pages load their scripts from elsewhere; the description itself is enough.
    return FastAPI(title="LoRA Manager", version=__version__, docs_url=None, redoc_url=None, openapi_url=openapi_url)
