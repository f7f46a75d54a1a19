"""The page's files: index.html, every module under a path that holds the content's version, and the hosts' way in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response

from lora_manager.api.route import LONG_LIVED

WEB = Path(__file__).parent.parent / "web"
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".txt": "text/plain",
}
# The page needs nothing from elsewhere; styles are set by its components.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Assets:
    """The files of the page and the version of their content."""

    files: dict[str, Path]
    version: str


def find_assets(folder: Path = WEB) -> Assets:
    """List what may be served: nothing outside this list is ever opened. The version is a hash of every byte."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return Assets(files, digest.hexdigest()[:12])


def page_app(assets: Assets) -> FastAPI:
    """Return an app with the page's files alone, for a server whose API comes later."""
    server = FastAPI(openapi_url=None)
    server.include_router(page_router(assets))
    return server


def page_router(assets: Assets) -> APIRouter:
    """Return the routes of the page under `/lora-manager`."""
    router = APIRouter()

    @router.get("/entry.js", include_in_schema=False)
    def entry() -> Response:
        """Lead a host's page, whose own script has no version in its address, to the modules of today."""
        text = f'export * from "./web/{assets.version}/host/host.js";\n'
        headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
        return Response(text, media_type=_TYPES[".js"], headers=headers)

    @router.get("/", include_in_schema=False)
    def index() -> Response:
        html = (WEB / "index.html").read_text(encoding="utf-8")
        html = html.replace("{{WEB_BASE}}", f"web/{assets.version}/").replace("{{WEB_VERSION}}", assets.version)
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
        return Response(html, media_type="text/html", headers=headers)

    @router.get("/web/{version}/{name:path}", include_in_schema=False)
    def asset(version: str, name: str, request: Request) -> Response:
        path = assets.files.get(name)
        if path is None:
            raise HTTPException(404, "There is no such file in this version of LoRA Manager. Reload the page.")
        # An old page that asks by its old version gets today's file, but must not keep it.
        cache = LONG_LIVED if version == assets.version else "no-cache"
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=headers)

    return router
