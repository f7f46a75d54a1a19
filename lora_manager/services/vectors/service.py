"""Vectors of adapters: the nearest to an adapter or to a prompt, and the making of them in the background."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.db.engine import Database
from lora_manager.db.vectors import forget_marks, read_word, those_there, write_word
from lora_manager.errors import BadInputError, CatalogueError
from lora_manager.search.vectors.choices import BY_NAME
from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.search.vectors.encoder_opening import open_encoder
from lora_manager.search.vectors.technical import TECHNICAL
from lora_manager.search.vectors.texts import LONGEST_TEXT, plain_prompt
from lora_manager.services.jobs import JobContext
from lora_manager.services.settings import Settings, SettingsStore
from lora_manager.services.vectors.embedder import Embedder, EmbeddingStatus, EmbeddingTimes
from lora_manager.services.vectors.encoders import ChoiceStatus, Encoders
from lora_manager.services.vectors.fetch import OnProgress, fetch, is_fetched
from lora_manager.services.vectors.passes import (
    ARTISTIC,
    KINDS,
    LOOK,
    SEMANTIC,
    TECHNICAL_KIND,
    FactsOf,
    Pass,
    TechnicalPass,
    TextPass,
)
from lora_manager.services.vectors.queries import QueryCache
from lora_manager.services.vectors.slot import AT_ONCE, SlotStatus
from lora_manager.services.vectors.store import VectorStore

log = logging.getLogger(__name__)

QUERY_PATIENCE_S = 1.0
"""So long a prompt waits for a piece that is encoded in the background; then the list does without its vector."""
_LAST = {SEMANTIC: "texts", ARTISTIC: "texts", LOOK: "pictures"}
"""Under which word it is remembered whose vectors of a kind there are: they serve also without the encoder."""

LookPassMaker = Callable[[str, Callable[[Sequence[Any]], "NDArray[np.float32] | None"]], Pass]


@dataclass(frozen=True)
class VectorsStatus:
    """Where everything stands: the encoders of texts and of pictures, what can be chosen, the work, the memory."""

    texts: SlotStatus
    pictures: SlotStatus
    choices: tuple[ChoiceStatus, ...]
    work: EmbeddingStatus
    memory_bytes: int


class Vectors:
    """The service. `folder` is where encoders are fetched to, `facts_of` says what vectors are made of.

    `look_pass` makes the pass over preview pictures for an encoder of pictures; without it there are none.
    """

    def __init__(
        self,
        database: Database,
        settings: SettingsStore,
        folder: Path,
        facts_of: FactsOf,
        why_wait: Callable[[], str] = lambda: "",
        look_pass: LookPassMaker | None = None,
        *,
        times: EmbeddingTimes | None = None,
        environment: Mapping[str, str] = os.environ,
        opener: Callable[[Path], Encoder] = open_encoder,
    ) -> None:
        self._database = database
        self._settings = settings
        self._facts_of = facts_of
        self._look_pass = look_pass
        self._environment = environment
        self.encoders = Encoders(folder, self._on_encoder, environment, opener)
        self.embedder = Embedder(database, self._passes, why_wait, self.warm_up, times)
        self._store = VectorStore()
        self._queries = QueryCache()
        self._last: dict[str, str] = {}
        self._lock = threading.Lock()
        self._stop_listening: Callable[[], None] = lambda: None
        self._is_started = False

    # --- its life ----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the encoder that is set, and begin to make what is missing, both in the background."""
        self._is_started = True
        self._stop_listening = self._settings.listen(self._on_settings)
        self.encoders.use(self._settings.current().encoder)
        self.embedder.start()

    def stop(self) -> None:
        """End both."""
        self._is_started = False
        self._stop_listening()
        self.embedder.stop()
        self.encoders.close()

    def wake(self) -> None:
        """Look for adapters that changed."""
        self.embedder.wake()

    def ready(self, seconds: float) -> SlotStatus:
        """Load the encoder that is set and wait for it: for commands, which have no background."""
        self.encoders.use(self._settings.current().encoder)
        return self.encoders.texts.wait(seconds)

    def catch_up(
        self,
        on_progress: OnProgress = lambda done, total, message: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Make all that is missing on this thread, with the encoders that are ready; returns how many vectors."""
        return self.embedder.catch_up(on_progress, cancelled)

    def warm_up(self) -> None:
        """Have in memory what is written, and let go of what is gone: of 100,000 adapters that takes seconds."""
        with self._database.read() as connection:
            for kind in KINDS:
                self._store.matrix(connection, kind, self._maker_of(connection, kind))
            self._store.drop_gone(connection)

    def forget(self) -> None:
        """The catalogue is another one now: read everything again, and look at every adapter. Raises CatalogueError."""
        self._store.forget()
        self._last.clear()
        with self._database.write() as connection:
            forget_marks(connection)
        self.embedder.wake()

    def status(self) -> VectorsStatus:
        """Return where everything stands. Raises CatalogueError."""
        texts, pictures = self.encoders.texts.status(), self.encoders.pictures.status()
        choices = tuple(self.encoders.choices())
        return VectorsStatus(texts, pictures, choices, self.embedder.status(), self._store.memory_bytes)

    def encoder_name(self) -> str:
        """Return the name of the encoder of texts that is ready, of a folder its own name; "" while none is."""
        status = self.encoders.texts.status()
        if status.state != "ready":
            return ""
        return status.name if status.name in BY_NAME else Path(status.name).name

    # --- choosing an encoder -----------------------------------------------------------------------------------------

    def needs_fetching(self, name: str) -> bool:
        """Return whether a choice has to be downloaded first."""
        choice = BY_NAME.get(name)
        return choice is not None and not is_fetched(choice, self.encoders.folder)

    def choose(self, name: str) -> None:
        """Set the encoder, "" for none, and have it loaded. Raises BadInputError for one that cannot be."""
        try:
            self.encoders.check(name)
        except EncoderError as error:
            raise BadInputError(str(error)) from error
        is_same = self._settings.current().encoder == name
        self._settings.change({"encoder": name})
        if is_same and self.encoders.texts.status().state == "failed":
            self.encoders.again()
        self.encoders.use(name)

    def run_fetch(self, request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        """The job "encoder": fetch {"name"}, which the user asked for, and choose it. Raises EncoderError."""
        name = str(request["name"])
        path = fetch(BY_NAME[name], self.encoders.folder, context.on_progress, context.cancelled, self._environment)
        if path is not None:
            self.choose(name)
        return {"name": name, "fetched": path is not None}

    # --- asking ------------------------------------------------------------------------------------------------------

    def similar(self, connection: Connection, adapter_id: int, kind: str, k: int) -> list[tuple[int, float]]:
        """Return the k adapters that are nearest to one, with their cosines, best first; none without a vector.

        `kind` is one of KINDS. Raises BadInputError for another.
        """
        matrix = self._store.matrix(connection, checked(kind), self._maker_of(connection, kind))
        vector = matrix.vector(adapter_id)
        if vector is None:
            return []
        found = matrix.top(vector, k, (adapter_id,))
        there = those_there(connection, {one for one, _ in found})
        return [(one, score) for one, score in found if one in there]

    def available(self, connection: Connection, adapter_id: int) -> tuple[str, ...]:
        """Return the kinds of vectors that an adapter has."""
        return tuple(
            kind
            for kind in KINDS
            if adapter_id in self._store.matrix(connection, kind, self._maker_of(connection, kind))
        )

    def query(
        self, text: str, patience: float = QUERY_PATIENCE_S
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return the ids of all adapters with a semantic vector, and the cosine of each to a prompt.

        None while no encoder is ready, or where it has no time, or while its vectors are still being read: nobody
        waits for any of that here, except a command, which has no background.
        """
        encoder = self.encoders.texts.encoder_id()
        plain = plain_prompt(text[: 4 * LONGEST_TEXT])[:LONGEST_TEXT]
        if not encoder or not plain or (self._is_started and not self._store.holds(SEMANTIC, encoder)):
            return None
        vector = self._queries.get(encoder, plain)
        if vector is None:
            rows = self.encoders.texts.encode([plain], AT_ONCE, patience)
            if rows is None:
                return None
            vector = rows[0]
            self._queries.put(encoder, plain, vector)
        with self._database.read() as connection:
            return self._store.matrix(connection, SEMANTIC, encoder).cosines(vector)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _passes(self) -> list[Pass]:
        passes: list[Pass] = [TechnicalPass(self._facts_of)]
        texts, pictures = self.encoders.texts, self.encoders.pictures
        if encoder := texts.encoder_id():
            passes.append(TextPass(self._facts_of, encoder, texts.encode))
        if self._look_pass is not None and (encoder := pictures.encoder_id()):
            passes.append(self._look_pass(encoder, pictures.encode))
        return passes

    def _maker_of(self, connection: Connection, kind: str) -> str:
        """Whose vectors of a kind there are: those of the encoder that is ready, else of the one that was last."""
        if kind == TECHNICAL_KIND:
            return TECHNICAL
        slot = self.encoders.pictures if kind == LOOK else self.encoders.texts
        if encoder := slot.encoder_id():
            return encoder
        word = _LAST[kind]
        if word not in self._last:
            self._last[word] = read_word(connection, word)
        return self._last[word]

    def _on_encoder(self) -> None:
        """An encoder is ready, or failed: remember whose vectors are made from now on."""
        try:
            for word, slot in (("texts", self.encoders.texts), ("pictures", self.encoders.pictures)):
                encoder = slot.encoder_id()
                if encoder and self._last.get(word) != encoder:
                    self._last[word] = encoder
                    with self._database.write() as connection:
                        write_word(connection, word, encoder)
            self.warm_up()
        except CatalogueError as error:
            log.warning("The encoder is not remembered: %s", error)
        self.embedder.wake()

    def _on_settings(self, settings: Settings) -> None:
        self.encoders.use(settings.encoder)


def checked(kind: str) -> str:
    """Return a kind of vectors. Raises BadInputError for what is none."""
    if kind not in KINDS:
        raise BadInputError(f"There are no vectors of kind '{kind[:50]}'. Known: {', '.join(KINDS)}.")
    return kind
