"""Writing down what was generated: our own jobs as they end, and the user's own runs as the host tells of them."""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lora_manager.db.engine import Database
from lora_manager.db.file_lookup import adapters_at
from lora_manager.db.generations import GenerationRow, ImageRow, UseRow, record
from lora_manager.errors import CatalogueError
from lora_manager.formats.whole_text import whole
from lora_manager.hosts.base import (
    AppliedAdapter,
    GeneratedImage,
    GenerationRequest,
    GenerationResult,
    Host,
    ObservedGeneration,
    RefusedAdapter,
)
from lora_manager.hosts.protection import stored_name

log = logging.getLogger(__name__)

OURS = "lora_manager"
"""The origin of a run that our own Generate tab, API or command line asked for."""
MOST_TEXT = 200_000
"""Characters of a prompt or infotext that are kept: beyond what any page sends."""
MOST_WAITING = 10_000
RETRY_SECONDS = 5.0
_MOST = 1e9
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Recorded:
    """A generation with the ids under which it was recorded; `names` are the adapters' display names by tag name.

    `generation_id` is None for a run of ours that was cancelled before its first image: nothing was generated.
    """

    result: GenerationResult
    generation_id: int | None
    image_ids: list[int]
    adapter_ids: dict[str, int]
    names: dict[str, str]


def write_down(
    database: Database,
    host: Host,
    origin: str,
    request: GenerationRequest,
    result: GenerationResult,
    user_name: str | None = None,
) -> Recorded:
    """Record one run with its images and uses, of this user where one is known.

    Raises CatalogueError when the database takes nothing.
    """
    images = [_image_row(image) for image in result.images]
    # A host that was interrupted may have made nothing at all: that is no use.
    applied = [] if result.interrupted and not images else result.applied
    with database.write() as connection:
        by_path = adapters_at(connection, [item.path for item in result.applied])
        ids = {item.tag_name: by_path[item.path][0] for item in result.applied if item.path in by_path}
        run = _generation_row(host, origin, request, result, user_name)
        generation_id, image_ids = record(connection, run, images, _use_rows(applied, ids))
    names = {item.tag_name: by_path[item.path][1] for item in result.applied if item.path in by_path}
    return Recorded(result, generation_id, image_ids, ids, names)


def _generation_row(
    host: Host, origin: str, request: GenerationRequest, result: GenerationResult, user_name: str | None
) -> GenerationRow:
    return GenerationRow(
        host=host.name,
        host_version=host.version,
        origin=origin,
        model=_text(result.model.name),
        family=result.model.family,
        prompt=_text(request.prompt),
        negative_prompt=_text(request.negative_prompt),
        width=_integer(request.width),
        height=_integer(request.height),
        steps=_integer(request.steps),
        cfg_scale=_number(request.cfg_scale),
        sampler=_text(request.sampler),
        seed=_integer(result.images[0].seed if result.images else request.seed),
        seconds=round(_number(result.seconds), 3),
        interrupted=result.interrupted,
        infotext=_text(result.infotext),
        refused=[{"tag_name": _text(item.tag_name), "reason": item.reason} for item in result.refused],
        user_name=None if user_name is None else stored_name(_text(user_name)),
    )


def _image_row(image: GeneratedImage) -> ImageRow:
    size = (_integer(image.width), _integer(image.height))
    return ImageRow(_text(str(image.path)), _integer(image.seed), *size, infotext=_text(image.infotext))


def _use_rows(applied: Sequence[AppliedAdapter], ids: dict[str, int]) -> list[UseRow]:
    return [
        UseRow(ids.get(item.tag_name), _text(item.tag_name), _number(item.te_weight), _number(item.unet_weight))
        for item in applied
    ]


def _text(text: str) -> str:
    return whole(text[:MOST_TEXT])


def _number(value: float) -> float:
    """Return what a database and JSON can hold: a prompt may say `nan` or `1e999`, and a host hands it on."""
    return min(max(value, -_MOST), _MOST) if not math.isnan(value) else 0.0


def _integer(value: int) -> int:
    return min(max(value, -(2**63)), 2**63 - 1)


def with_unknown(result: GenerationResult, unknown: Sequence[RefusedAdapter]) -> GenerationResult:
    """Add the tags that the catalogue knows no file for, unless the host had something to say of them."""
    said = {item.tag_name for item in result.applied} | {item.tag_name for item in result.refused}
    more = [item for item in unknown if item.tag_name not in said]
    return replace(result, refused=(*result.refused, *more))


class Recorder:
    """Writes down the user's runs on a thread of its own: the host's thread hands one over and goes on at once.

    `told` is called with each run once it is written.
    """

    def __init__(self, database: Database, host: Host, told: Callable[[Recorded], None] = lambda _: None) -> None:
        self._database = database
        self._host = host
        self._told = told
        self._waiting: queue.Queue[ObservedGeneration | None] = queue.Queue(MOST_WAITING)
        self._writer: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start writing, and listen to the host."""
        self._stopping.clear()
        self._writer = threading.Thread(target=self._write, name="lora-manager-record", daemon=True)
        self._writer.start()
        self._host.observe(self.put)

    def stop(self) -> None:
        """Listen no more, write what waits, and end."""
        self._host.observe(None)
        self._stopping.set()
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join(_STOP_SECONDS)
            self._writer = None

    def put(self, observed: ObservedGeneration) -> None:
        """Take a run over. Never waits and never raises: a run too many is lost and said in the log."""
        try:
            self._waiting.put_nowait(observed)
        except queue.Full:
            log.error("%d generations wait to be recorded: this one is not", MOST_WAITING)

    def _write(self) -> None:
        # A run that ended just as the host was left comes after the end's own mark.
        while (observed := self._waiting.get()) is not None or not self._waiting.empty():
            if observed is None:
                self._waiting.put(None)
                continue
            try:
                self._write_one(observed)
            except Exception:
                # The next run can be recorded all the same; what became of this one stands in the log.
                log.exception("A generation could not be recorded: %s", observed.request.prompt[:200])

    def _write_one(self, observed: ObservedGeneration) -> None:
        """Write one run down, again and again while the database is locked or its disk full; the others wait."""
        while True:
            try:
                recorded = write_down(
                    self._database, self._host, observed.origin, observed.request, observed.result, observed.user_name
                )
                break
            except CatalogueError as error:
                if self._stopping.wait(RETRY_SECONDS):
                    raise
                log.warning("A generation waits to be recorded: %s", error)
        self._told(recorded)
