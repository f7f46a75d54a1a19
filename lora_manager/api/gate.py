"""The one gate around everything of ours: the page, the API, the WebSocket, in a host and on our own server.

An ASGI app around the others, not a dependency of routes, so that no route can be forgotten.
"""

from __future__ import annotations

import html
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from lora_manager.api.access import Access
from lora_manager.api.guard import KnownNames, refuse_foreign_host, refuse_foreign_origin, refuse_other_than_json
from lora_manager.api.refusal import Refusal, body_of
from lora_manager.api.visitor import IN_SCOPE
from lora_manager.errors import CatalogueError

WS_NOT_KNOWN = 4401
WS_REFUSED = 4403

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>LoRA Manager</title>
<style>
  :root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
  body {{ max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem }}
</style>
<h1>LoRA Manager</h1><p>{detail}</p>{link}</html>"""
_TO_THE_HOST = '<p><a href="../">Open the web UI</a>, then come back to this page.</p>'
_NEVER_ELSEWHERE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'"


class Gate:
    """Lets a request in to `app`, and says whose it is; or answers why not."""

    def __init__(self, app: ASGIApp, access: Access, names: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._access = access
        self._names = KnownNames(names | access.protection.names, access.protection.suffixes, access.protection.fronts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            return
        headers = Headers(scope=scope)
        try:
            refuse_foreign_host(headers, self._names)
            # Reads too: some hosts let every origin read what their server answers.
            refuse_foreign_origin(headers, self._names)
            visitor = await self._access.ask(scope)
            if scope["type"] == "http":
                refuse_other_than_json(scope["method"], headers)
        except Refusal as refusal:
            await _answer(refusal, headers, scope, receive, send)
            return
        except CatalogueError as error:  # whose a token is stands in the database
            await _answer(Refusal(503, error.code, str(error)), headers, scope, receive, send)
            return
        await self._app({**scope, IN_SCOPE: visitor}, receive, send)


async def _answer(refusal: Refusal, headers: Headers, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        code = WS_NOT_KNOWN if refusal.status_code in (401, 429) else WS_REFUSED
        await send({"type": "websocket.close", "code": code})
        return
    is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    body = _page(refusal) if is_page else body_of(refusal.detail, refusal.code)
    told: list[Any] = [
        (b"content-type", b"text/html; charset=utf-8" if is_page else b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", _NEVER_ELSEWHERE.encode()),
    ]
    told += [(name.lower().encode(), value.encode()) for name, value in (refusal.headers or {}).items()]
    await send({"type": "http.response.start", "status": refusal.status_code, "headers": told})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _page(refusal: Refusal) -> bytes:
    link = _TO_THE_HOST if refusal.status_code == 401 else ""
    return _PAGE.format(detail=html.escape(refusal.detail), link=link).encode("utf-8", "replace")
