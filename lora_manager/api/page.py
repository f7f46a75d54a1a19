"""The page's files: index.html, every module under a path that holds the content's version, and the hosts' way in."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

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
    """The files of the page as they are when the server starts, and the version of their content.

    They are kept: an update puts new files there while the old server still runs, and half of each is no page.
    """

    files: Mapping[str, bytes]
    version: str
    index: str
    _packed: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def packed(self, name: str) -> bytes:
        """Return a file compressed as gzip does; once for each, when it is first asked for."""
        found = self._packed.get(name)
        if found is None:
            found = self._packed[name] = gzip.compress(self.files[name], compresslevel=9, mtime=0)
        return found


def find_assets(folder: Path = WEB) -> Assets:
    """Read what may be served: nothing else is ever opened. The version is a hash of every byte."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode())
        digest.update(content)
    version = digest.hexdigest()[:12]
    index = (folder / "index.html").read_text(encoding="utf-8")
    index = index.replace("{{WEB_BASE}}", f"web/{version}/").replace("{{WEB_VERSION}}", version)
    return Assets(files, version, index)


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
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
        return Response(assets.index, media_type="text/html", headers=headers)

    @router.get("/web/{version}/{name:path}", include_in_schema=False)
    def asset(version: str, name: str, request: Request) -> Response:
        content = assets.files.get(name)
        if content is None or version != assets.version:
            # Never a file of another version: a page of which half is old and half is new fails in odd ways.
            raise HTTPException(404, "This belongs to another version of LoRA Manager. Reload the page.")
        headers = {"Cache-Control": LONG_LIVED, "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding"}
        if _takes_gzip(request):
            content = assets.packed(name)
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=_TYPES[PurePosixPath(name).suffix], headers=headers)

    return router


def _takes_gzip(request: Request) -> bool:
    """Whether the browser can unpack gzip. What our answer is packed with, a host's own compression leaves alone."""
    offers = request.headers.get("accept-encoding", "").lower().split(",")
    chosen = [quality for coding, _, quality in (offer.partition(";") for offer in offers) if coding.strip() == "gzip"]
    return any(quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000") for quality in chosen)
