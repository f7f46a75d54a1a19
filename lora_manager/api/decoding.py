"""Thumbnails for routes: what has to be decoded waits without holding one of the threads that answer all others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.concurrency import run_in_threadpool

from lora_manager.services.thumbnails import DECODED_AT_ONCE, LargePictureError, Thumbnails


@dataclass(frozen=True)
class _Turns:
    """Threads beside the host's, which are 40 for its routes and ours together."""

    usual: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(DECODED_AT_ONCE))
    large: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))


_turns: RunVar[_Turns] = RunVar("lora_manager_decoding")  # of each event loop


async def thumbnail_of(thumbnails: Thumbnails, source: Path, version: str, size: int) -> bytes:
    """Return what `Thumbnails.get` does, in its turn. However many wait: each picture is decoded once, then kept."""
    kept = await run_in_threadpool(thumbnails.kept, source, version, size)
    if kept is not None:
        return kept
    turns = _turns_of_this_loop()
    try:
        return await to_thread.run_sync(partial(thumbnails.get_usual, source, version, size), limiter=turns.usual)
    except LargePictureError:
        return await to_thread.run_sync(partial(thumbnails.get_large, source, version, size), limiter=turns.large)


def _turns_of_this_loop() -> _Turns:
    try:
        return _turns.get()
    except LookupError:
        turns = _Turns()
        _turns.set(turns)
        return turns
