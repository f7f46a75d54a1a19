"""The WebSocket: jobs and the hashing as they go, the catalogue's revision when it moves, wishes from other pages."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from lora_manager import __version__
from lora_manager.api.access import Access
from lora_manager.api.gate import WS_NOT_KNOWN
from lora_manager.api.guest import WS_TRY_AGAIN_LATER
from lora_manager.api.hashing import hashing_json
from lora_manager.api.rate_limit import RateLimit
from lora_manager.api.refusal import Refusal
from lora_manager.api.relay import HostPage, Put, Relay
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import visitor_in
from lora_manager.application import Application
from lora_manager.db.revision import catalogue_revision
from lora_manager.errors import CatalogueError

log = logging.getLogger(__name__)

REVISION_SECONDS = 1.5
VISITOR_SECONDS = 20.0
"""How long a socket outlives what it came in by: a token that is revoked, a login that ended."""
MOST_WAITING = 500
LONGEST_MESSAGE = 10_000
"""Characters of what a page says. Whoever says more is cut off: unpacking megabytes holds up the event loop."""
CUT_OFF_A_MINUTE = 3
"""Whoever is cut off more often gets no socket for that minute: each may bring a hundred megabytes with it."""
MOST_SOCKETS = 500
MOST_SOCKETS_OF_ONE = 50


def events_router(app: Application, web_version: str, relay: Relay, access: Access) -> APIRouter:
    """Return the WebSocket route `/ws`."""
    router = APIRouter()
    places = _Places()

    @router.websocket("/ws")
    async def events(socket: WebSocket) -> None:
        key = visitor_in(socket.scope).key
        if not places.take(key):
            # Before it is accepted: a page asks for the next one ever later, and polls meanwhile.
            await socket.close(WS_TRY_AGAIN_LATER)
            return
        try:
            await serve(socket, key)
        finally:
            places.leave(key)

    async def serve(socket: WebSocket, key: str) -> None:
        await socket.accept()
        messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)
        put = _putter(messages)
        stops = [
            app.jobs.listen(_listener(put, lambda job: {"type": "job", "job": job_json(job)})),
            app.hasher.listen(_listener(put, lambda status: {"type": "hashing", "hashing": hashing_json(status)})),
        ]
        heard = _Heard(relay, visitor_in(socket.scope).user_name, put)
        messages.put_nowait({"type": "hello", "version": __version__, "web_version": web_version})
        tasks = [
            asyncio.ensure_future(_send(socket, messages)),
            asyncio.ensure_future(_watch_revision(app, messages)),
            asyncio.ensure_future(_receive(socket, heard, partial(places.cut_off, key))),
            asyncio.ensure_future(_watch_visitor(socket, access)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for stop in stops:
                stop()
            heard.end()
            for task in tasks:
                task.cancel()
            # Not gather: when this handler is cancelled too, gather puts another error in place of that.
            await asyncio.wait(tasks)
            for task in tasks:
                if not task.cancelled() and task.exception() is not None:
                    log.debug("A page's connection ended early", exc_info=task.exception())

    return router


class _Places:
    """How many sockets each visitor holds open, and who was cut off."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._cut_off = RateLimit(CUT_OFF_A_MINUTE)

    def take(self, key: str) -> bool:
        """Count one more, unless there are too many."""
        if self._open[key] >= MOST_SOCKETS_OF_ONE or sum(self._open.values()) >= MOST_SOCKETS:
            return False
        if not self._cut_off.look(key).is_allowed:
            return False
        self._open[key] += 1
        return True

    def cut_off(self, key: str) -> None:
        """Remember that this visitor said too much."""
        self._cut_off.take(key)

    def leave(self, key: str) -> None:
        """Count one less."""
        self._open -= Counter((key,))  # which forgets whoever has none left


class _Heard:
    """What one page says. Only a page of the web UI has something to say."""

    def __init__(self, relay: Relay, user_name: str | None, put: Put) -> None:
        self._relay = relay
        self._user_name = user_name
        self._put = put
        self._page: HostPage | None = None

    def take(self, text: str) -> None:
        """Take one message; one that is none of ours is passed over."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return
        if not isinstance(message, dict):
            return
        if message.get("type") == "here" and message.get("page") == "host" and self._page is None:
            self._page = self._relay.join(self._user_name, self._put)
        elif self._page is not None:
            self._relay.hear(self._page, message)

    def end(self) -> None:
        """The page is gone."""
        if self._page is not None:
            self._relay.leave(self._page)


def _putter(messages: asyncio.Queue[dict[str, Any]]) -> Put:
    def put(message: dict[str, Any]) -> None:
        if not messages.full():  # a client that does not read gets the rest by polling
            messages.put_nowait(message)

    return put


def _listener(put: Put, message: Callable[[Any], dict[str, Any]]) -> Callable[[Any], None]:
    loop = asyncio.get_running_loop()

    def listen(news: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(put, message(news))

    return listen


async def _send(socket: WebSocket, messages: asyncio.Queue[dict[str, Any]]) -> None:
    while True:
        await socket.send_text(json.dumps(await messages.get()))


async def _receive(socket: WebSocket, heard: _Heard, cut_off: Callable[[], None]) -> None:
    """Read until the client goes, or has too much to say."""
    try:
        while len(text := await socket.receive_text()) <= LONGEST_MESSAGE:
            heard.take(text)
    except (WebSocketDisconnect, RuntimeError):
        return
    except KeyError:  # bytes, which no page of ours sends
        pass
    cut_off()
    # No goodbye: servers wait for its answer for seconds, and unpack what comes meanwhile. This way they hang up.


async def _watch_visitor(socket: WebSocket, access: Access) -> None:
    """Ask again who holds this socket; close it once that is nobody, or somebody else."""
    before = visitor_in(socket.scope)
    while True:
        await asyncio.sleep(VISITOR_SECONDS)
        try:
            now = await access.ask(socket.scope)
        except CatalogueError:
            continue  # who it is cannot be looked up now
        except Refusal as refusal:
            is_gone = refusal.status_code == 401
        else:
            is_gone = now.user_name != before.user_name
        if is_gone:
            await socket.close(WS_NOT_KNOWN)
            return


async def _watch_revision(app: Application, messages: asyncio.Queue[dict[str, Any]]) -> None:
    """Tell of every change of the catalogue, by whichever process."""
    loop = asyncio.get_running_loop()
    last = await loop.run_in_executor(None, _revision, app)
    while True:
        await asyncio.sleep(REVISION_SECONDS)
        revision = await loop.run_in_executor(None, _revision, app)
        if revision != last and not messages.full():
            last = revision
            messages.put_nowait({"type": "catalogue", "revision": revision})


def _revision(app: Application) -> int:
    with app.database.read() as connection:
        return catalogue_revision(connection)
