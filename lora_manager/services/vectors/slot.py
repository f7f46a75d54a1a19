"""One encoder, loaded and used on a thread of its own, so that nothing else of the program waits for it.

What is asked for at once (a prompt) goes before what is made in the background; a piece of that is short.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.vectors.encoder import Encoder, EncoderError

log = logging.getLogger(__name__)

Rows = NDArray[np.float32]
Opener = Callable[[Path], Encoder]
AT_ONCE, LATER = 0, 1
STOP_S = 10.0


@dataclass(frozen=True)
class SlotStatus:
    """`state`: "none", "loading", "ready" or "failed", then `reason` says why; `name` as it was chosen."""

    name: str = ""
    state: str = "none"
    reason: str = ""


@dataclass
class _Request:
    items: Sequence[Any]
    done: threading.Event = field(default_factory=threading.Event)
    rows: Rows | None = None
    is_given_up: bool = False


class EncoderSlot:
    """Holds one encoder or none. Thread-safe. `opener` loads it, `on_change` is told when the state is another."""

    def __init__(
        self,
        opener: Opener,
        on_change: Callable[[], None] = lambda: None,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self._opener = opener
        self._on_change = on_change
        self._prepare = prepare
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._settled.set()
        self._status = SlotStatus()
        self._encoder: Encoder | None = None
        self._requests: queue.PriorityQueue[tuple[int, int, _Request | None]] = queue.PriorityQueue()
        self._counter = itertools.count()
        self._thread: threading.Thread | None = None

    def load(self, name: str, path: Path) -> None:
        """Begin to load the encoder in a folder, instead of what was there."""
        self._let_go()
        with self._lock:
            self._status = SlotStatus(name, "loading")
            self._settled.clear()
            self._requests = queue.PriorityQueue()
            self._thread = threading.Thread(
                target=self._run, args=(name, path, self._requests), name="lora-manager-encoder", daemon=True
            )
            self._thread.start()

    def fail(self, name: str, reason: str) -> None:
        """Say that what was chosen cannot be loaded."""
        self._let_go()
        with self._lock:
            self._status = SlotStatus(name, "failed", reason)

    def unload(self) -> None:
        """Let go of the encoder; what is asked of it already gets no answer."""
        self._let_go()

    def close(self) -> None:
        """Let go of the encoder and wait for its thread; not for one that is loading: nobody can stop that."""
        is_loading = self.status().state == "loading"
        thread = self._let_go()
        if thread is not None and not is_loading:
            thread.join(STOP_S)

    def status(self) -> SlotStatus:
        """Return where it stands."""
        with self._lock:
            return self._status

    def encoder_id(self) -> str:
        """Return the id of the encoder that is ready, else ""."""
        with self._lock:
            return self._encoder.id if self._encoder is not None else ""

    def wait(self, seconds: float) -> SlotStatus:
        """Wait until it is loaded or failed; returns where it stands then."""
        self._settled.wait(seconds)
        return self.status()

    def encode(self, items: Sequence[Any], priority: int = LATER, patience: float = 600.0) -> Rows | None:
        """Return a row for each item, or None when there is no encoder, or none soon enough."""
        with self._lock:
            if self._encoder is None or self._thread is None:
                return None
            request = _Request(items)
            self._requests.put((priority, next(self._counter), request))
        if not request.done.wait(patience):
            request.is_given_up = True
        return request.rows

    def _let_go(self) -> threading.Thread | None:
        with self._lock:
            thread, self._thread, self._encoder = self._thread, None, None
            self._status = SlotStatus()
            self._settled.set()
            self._requests.put((-1, next(self._counter), None))
        return thread

    def _run(self, name: str, path: Path, requests: queue.PriorityQueue[tuple[int, int, _Request | None]]) -> None:
        encoder, status = self._opened(name, path)
        with self._lock:
            if self._requests is not requests or self._thread is None:
                return  # another one was chosen meanwhile
            self._encoder, self._status = encoder, status
            self._settled.set()
        self._tell(name)
        if encoder is not None:
            self._serve(encoder, requests)

    def _tell(self, name: str) -> None:
        try:
            self._on_change()
        except Exception:
            # Whatever it is that listens: the encoder is ready, and whoever asks it would wait for a thread that ended.
            log.exception("Nobody could be told of the encoder %s", name)

    def _opened(self, name: str, path: Path) -> tuple[Encoder | None, SlotStatus]:
        try:
            encoder = self._opener(path)
            self._prepare()
        except EncoderError as error:
            return None, SlotStatus(name, "failed", str(error))
        except Exception as error:
            # A package of others may fail in any way; everything else goes on without an encoder.
            log.exception("The encoder %s could not be loaded", name)
            return None, SlotStatus(name, "failed", f"{name} could not be loaded ({type(error).__name__}: {error}).")
        return encoder, SlotStatus(name, "ready")

    def _serve(self, encoder: Encoder, requests: queue.PriorityQueue[tuple[int, int, _Request | None]]) -> None:
        while (request := requests.get()[2]) is not None:
            if not request.is_given_up and not self._answer(encoder, request):
                break
        while not requests.empty():
            waiting = requests.get()[2]
            if waiting is not None:
                waiting.done.set()

    def _answer(self, encoder: Encoder, request: _Request) -> bool:
        """Encode what is asked for; False when the encoder does not work any more."""
        try:
            request.rows = encoder.encode(request.items)
        except Exception as error:
            # Whatever it is (memory, a damaged installation), the rest of the program goes on without an encoder.
            log.exception("The encoder %s failed", encoder.name)
            with self._lock:
                if self._encoder is encoder:
                    reason = (
                        f"{encoder.name} stopped working ({type(error).__name__}): choose it again to try once more."
                    )
                    self._encoder, self._thread = None, None
                    self._status = SlotStatus(self._status.name, "failed", reason)
            return False
        finally:
            request.done.set()
        return True
