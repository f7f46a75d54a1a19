"""Our routes on a web UI's own server: there at once, the API as soon as the catalogue is open.

Opening the catalogue takes longer than a web UI's start may be held up for, and the server takes no new routes once it
is under way on some of them. So one app is mounted at the start, and what it serves comes later.
"""

from __future__ import annotations

import logging
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from lora_manager.api.page import Assets, find_assets, page_app
from lora_manager.api.refusal import body_of

log = logging.getLogger(__name__)

STARTING = "LoRA Manager is opening its catalogue. Try again in a moment."
WS_TRY_AGAIN_LATER = 1013


class GuestApp:
    """The ASGI app for a host's server, behind the gate.

    The page's files are served from the start. Everything else waits for `open`, or says why it never came (`fail`).
    """

    def __init__(self, assets: Assets | None = None) -> None:
        self.assets = assets or find_assets()
        self._page = page_app(self.assets)
        self._api: ASGIApp | None = None
        self._reason = (STARTING, "starting")

    def open(self, api: ASGIApp) -> None:
        """Serve the API from now on."""
        self._api = api

    def close(self) -> None:
        """Serve it no more: the host loads its scripts anew."""
        self._api = None
        self._reason = (STARTING, "starting")

    def fail(self, reason: str) -> None:
        """Answer every call of the API with this sentence: what is missing, and the remedy."""
        self._reason = (reason, "unavailable")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            return
        if scope["type"] == "http" and not _is_api(scope):
            await self._page(scope, receive, send)
        elif self._api is not None:
            await self._api(scope, receive, send)
        else:
            await _try_later(scope, receive, send, *self._reason)


def _is_api(scope: Scope) -> bool:
    # Where a mounted app's own part of the path begins differs between versions of Starlette.
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).lstrip("/").startswith("api/")


async def _try_later(scope: Scope, receive: Receive, send: Send, detail: str, code: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": WS_TRY_AGAIN_LATER})
        return
    headers: list[Any] = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"retry-after", b"1"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body_of(detail, code)})
