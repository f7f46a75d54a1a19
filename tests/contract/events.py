"""The events of a running host, listened to as a page does."""

from __future__ import annotations

import inspect
import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.contract.running_host import Json, RunningHost

OURS = "/lora-manager/ws"
# A newer websockets looks for a proxy unless told not to; the one that gradio 3 wants knows of none.
_DIRECTLY: dict[str, Any] = {"proxy": None} if "proxy" in inspect.signature(connect).parameters else {}


def opened(
    host: RunningHost, path: str = OURS, origin: str | None = "own", headers: Mapping[str, str] | None = None
) -> ClientConnection:
    """A WebSocket of the host: of its own page's origin, of another, or without one as programs have it."""
    given = {**host.cookies(), **(headers or {})}
    return connect(
        host.url.replace("http", "ws", 1) + path,
        additional_headers={name: value for name, value in given.items() if value},
        origin=host.origin if origin == "own" else origin,  # type: ignore[arg-type]
        open_timeout=host.limits.runs_s,
        **_DIRECTLY,
    )


def hello(host: RunningHost, **changes: Any) -> Json:
    """The first message."""
    with opened(host, **changes) as socket:
        said: Json = json.loads(socket.recv(timeout=30))
        return said


def is_refused(host: RunningHost, **changes: Any) -> bool:
    """Whether the server does not take the connection."""
    try:
        with opened(host, **changes):
            return False
    except InvalidHandshake:
        return True


def handshake(host: RunningHost, headers: Mapping[str, str], path: str = OURS) -> int:
    """The status of a WebSocket's opening with these headers, Host too: 101 when it is taken."""
    place = urlsplit(host.url)
    told = {"Host": place.netloc, "Origin": host.origin, **host.cookies(), **headers}
    opening = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    lines = [f"{name}: {value}" for name, value in {**told, **opening, **key}.items() if value]
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=host.limits.runs_s) as connection:
        connection.sendall("\r\n".join([f"GET {place.path}{path} HTTP/1.1", *lines, "", ""]).encode())
        first = connection.makefile("rb").readline().split(b" ", 2)
    return int(first[1]) if len(first) > 1 else 0
