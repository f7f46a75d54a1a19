"""The WebSocket: changes of jobs as they happen, and the catalogue's revision when it moves."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, WebSocket, WebSocketDisconnect

from lora_manager import __version__
from lora_manager.api.guard import OWN_NAMES, refuse_foreign_host, refuse_foreign_origin
from lora_manager.api.serialise import job_json
from lora_manager.application import Application
from lora_manager.db.revision import catalogue_revision

log = logging.getLogger(__name__)

REVISION_SECONDS = 1.5
MOST_WAITING = 500


def events_router(app: Application, web_version: str, names: frozenset[str] = frozenset()) -> APIRouter:
    """Return the WebSocket route `/ws`."""
    router = APIRouter()

    @router.websocket("/ws")
    async def events(socket: WebSocket) -> None:
        try:
            refuse_foreign_host(socket.headers, OWN_NAMES | names)
            refuse_foreign_origin(socket.headers)
        except HTTPException:
            await socket.close(4403)
            return
        await socket.accept()
        messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)
        stop = app.jobs.listen(_listener(messages))
        messages.put_nowait({"type": "hello", "version": __version__, "web_version": web_version})
        tasks = [
            asyncio.ensure_future(_send(socket, messages)),
            asyncio.ensure_future(_watch_revision(app, messages)),
            asyncio.ensure_future(_receive(socket)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop()
            for task in tasks:
                task.cancel()
            # Not gather: when this handler is cancelled too, gather puts another error in place of that.
            await asyncio.wait(tasks)
            for task in tasks:
                if not task.cancelled() and task.exception() is not None:
                    log.debug("A page's connection ended early", exc_info=task.exception())

    return router


def _listener(messages: asyncio.Queue[dict[str, Any]]) -> Callable[[Any], None]:
    loop = asyncio.get_running_loop()

    def put(message: dict[str, Any]) -> None:
        if not messages.full():  # a client that does not read gets the rest by polling
            messages.put_nowait(message)

    def listen(job: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(put, {"type": "job", "job": job_json(job)})

    return listen


async def _send(socket: WebSocket, messages: asyncio.Queue[dict[str, Any]]) -> None:
    while True:
        await socket.send_text(json.dumps(await messages.get()))


async def _receive(socket: WebSocket) -> None:
    """Read until the client goes; what it says is of no interest."""
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, RuntimeError, KeyError):
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
