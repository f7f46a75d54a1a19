"""What hosts put around all of their routes, extensions' too: SDNext's sub-path and rate limit, Forge's open CORS."""

from __future__ import annotations

import importlib
import time
from collections import defaultdict, deque
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WINDOW_S = 60
_COSTS = {"/sdapi/v1/txt2img": 5, "/internal/progress": 0, "/file": 0}
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "null")


def add_sdnext_middleware(app: FastAPI) -> None:
    """As there, both are looked at when the handler has run already: what is answered 429 has had its effect."""
    hits: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def is_too_many(client: str, path: str, limit: int) -> bool:
        now, seen = time.monotonic(), hits[client, path]
        while seen and now - seen[0] >= WINDOW_S:
            seen.popleft()
        cost = _COSTS.get(path, 1)
        if len(seen) + cost > limit:
            return True
        seen.extend([now] * cost)
        return False

    async def around(request: Request, call_next: Any) -> Response:
        shared = importlib.import_module("modules.shared")
        path = request.scope["path"]  # which older servers shorten while they look for the handler
        answer: Response = await call_next(request)
        subpath = shared.cmd_opts.subpath
        if subpath and not path.startswith(subpath):
            return RedirectResponse(f"{subpath.rstrip('/')}/{path.lstrip('/')}", 308)
        if subpath:
            path = path[len(subpath) :]
        limit, client = shared.opts.server_rate_limit, request.client.host if request.client else ""
        if limit > 0 and is_too_many(client, path, limit):
            detail = f"{client}:{path}: rate limit exceeded"
            said = {"error": "HTTPException", "code": 429, "detail": detail, "body": "", "errors": ""}
            return JSONResponse(said, 429)
        return answer

    app.middleware("http")(around)


class ForgeCors:
    """gradio 4's own: a page of any origin may read what a server says that is not called localhost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if scope["type"] != "http" or origin is None:
            await self._app(scope, receive, send)
            return
        told = {"access-control-allow-credentials": "true"}
        if _name(headers.get("host", "")) not in _LOCAL or _name(origin) in _LOCAL:
            told["access-control-allow-origin"] = origin
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            told["access-control-allow-methods"] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
            told["access-control-allow-headers"] = headers.get("access-control-request-headers", "")
            await Response("OK", headers=told)(scope, receive, send)
            return

        async def allowing(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        await self._app(scope, receive, allowing)


def _name(place: str) -> str:
    """The host name in a Host header or an Origin."""
    return urlsplit(place if "//" in place else f"http://{place}").hostname or ""
