"""Learning: what users do becomes events, events become preferences, and those say what is liked of the catalogue.

All of it stays in the local database. While the setting "learning" is off nothing is noted and every adapter is as good
as any; what was learned before is kept.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.clock import utc_now
from lora_manager.db.catalogue import Catalogue
from lora_manager.db.event_sources import ImageUses
from lora_manager.db.events import EventRow, hidden_for
from lora_manager.db.preferences import touch_preferences
from lora_manager.errors import CatalogueError
from lora_manager.services.background import Background
from lora_manager.services.learning import learned
from lora_manager.services.learning.catching_up import catch_up_some, is_behind, skip_all
from lora_manager.services.learning.decay import days
from lora_manager.services.learning.feedback import (
    check_feedback,
    find_list,
    note_feedback,
    note_passed,
    take_back,
)
from lora_manager.services.learning.images import check_image, find_image, is_gone, note_gone, set_image
from lora_manager.services.learning.learned import Evidence, Learned
from lora_manager.services.learning.pruning import prune
from lora_manager.services.learning.tastes import Tastes
from lora_manager.services.listeners import Listeners
from lora_manager.services.recommending.sessions import Sessions
from lora_manager.services.settings import SettingsStore

log = logging.getLogger(__name__)

_STOP_SECONDS = 10


class Learning:
    """Notes what users do, and says what they like. Thread-safe. `user_name` is "" where there are no logins."""

    def __init__(
        self,
        catalogue: Catalogue,
        settings: SettingsStore,
        lists: Sessions | None = None,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self._catalogue = catalogue
        self._database = catalogue.database
        self._settings = settings
        self._lists = Sessions() if lists is None else lists
        self._now = now
        self._tastes = Tastes(catalogue)
        self._catching_up = threading.Lock()
        self._is_wanted = threading.Event()
        self._background = Background("lora-manager-learning", self._begin)
        self._listeners: Listeners[Sequence[int]] = Listeners()

    @property
    def is_on(self) -> bool:
        """Whether anything is learned."""
        return self._settings.current().learning

    def start(self) -> None:
        """Learn in the background of what was recorded before, and forget what is worthless by now."""
        self._background.start()

    def stop(self) -> None:
        """Stop doing so."""
        self._background.stop(_STOP_SECONDS)

    def listen(self, listener: Callable[[Sequence[int]], None]) -> Callable[[], None]:
        """Tell `listener` of adapters whose images are thought of otherwise now; returns how to stop."""
        return self._listeners.listen(listener)

    def after_restore(self) -> None:
        """Have every program read anew what was learned: the database is another now."""
        with self._database.write() as connection:
            touch_preferences(connection)

    # --- what users do -------------------------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Learn of the generations, ratings and favourites that were recorded since the last look.

        Raises CatalogueError.
        """
        with self._catching_up:
            self._catch_up_alone()

    def notice(self, _: object = None) -> None:
        """Catch up, for whoever tells that something was recorded or edited; who does so already does this too."""
        self._is_wanted.set()
        while self._is_wanted.is_set() and self._catching_up.acquire(blocking=False):
            try:
                self._is_wanted.clear()
                self._catch_up_alone()
            except CatalogueError as error:  # what is recorded stays; the next look finds it
                log.warning("Nothing could be learned now: %s", error)
            finally:
                self._catching_up.release()

    def feedback(
        self, user_name: str, session_id: str | None, adapter_id: int, kind: str, position: int | None
    ) -> EventRow | None:
        """Note what was done with a suggestion; None while learning is off, and where it says nothing new.

        Raises BadInputError, NotFoundError.
        """
        check_feedback(session_id, kind, position)
        with self._database.write() as connection:
            shown = find_list(connection, self._lists, session_id, user_name)
            if not self.is_on:
                return None
            return note_feedback(connection, self._now(), user_name, shown, adapter_id, kind, position)

    def passed_over(self, user_name: str, session_id: str | None, position: int | None) -> int:
        """Note that a list was passed over down to a position, but for what was touched; returns how many that are.

        Raises BadInputError, NotFoundError.
        """
        check_feedback(session_id, "ignored", position)
        with self._database.write() as connection:
            shown = find_list(connection, self._lists, session_id, user_name)
            if not self.is_on or shown is None:
                return 0
            until = len(shown.shown) if position is None else position
            return len(note_passed(connection, self._now(), user_name, shown, until))

    def take_back(self, user_name: str, event_id: int) -> EventRow:
        """Forget feedback of this user. Raises NotFoundError."""
        with self._database.write() as connection:
            return take_back(connection, user_name, event_id)

    def set_image(self, user_name: str, image_id: int, values: Mapping[str, Any]) -> ImageUses:
        """Rate an image or make it a favourite; returns it as it is then. Raises BadInputError, NotFoundError."""
        checked = check_image(values)
        with self._database.write() as connection:
            image = find_image(connection, image_id)
            set_image(connection, self._now(), user_name, image, checked, learns=self.is_on)
            changed = find_image(connection, image_id)
        self._listeners.tell(image.adapter_ids)
        return changed

    def notice_gone(self, image_id: int) -> None:
        """Remember that an image's file was deleted, if it was; the first time only. Raises CatalogueError."""
        with self._database.read() as connection:
            image = find_image(connection, image_id)
        if image.gone_at is not None or not is_gone(image.path):
            return
        with self._database.write() as connection:
            note_gone(connection, self._now(), find_image(connection, image_id), learns=self.is_on)

    # --- what was learned ----------------------------------------------------------------------------------------

    def preference_of(
        self, connection: Connection, user_name: str, ids: Sequence[int] | NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return how much a user likes each of these adapters, 0 to 1; .5 where nothing is known."""
        if not self.is_on:
            return np.full(len(ids), 0.5, np.float32)
        return self._tastes.of(connection, user_name, days(self._now())).of(ids)

    def explain(self, connection: Connection, user_name: str, adapter_id: int) -> tuple[str, float] | None:
        """Return a sentence that names the preference which moved an adapter, and how strongly, -1 to 1."""
        if not self.is_on:
            return None
        reason = self._tastes.of(connection, user_name, days(self._now())).explain(adapter_id)
        return None if reason is None else (reason.text, reason.strength)

    def hidden(self, connection: Connection, user_name: str, prompt: str) -> set[int]:
        """Return the adapters that a user does not want to be shown for this prompt again."""
        return hidden_for(connection, user_name, prompt)

    def page(self, user_name: str, kind: str, limit: int, offset: int) -> tuple[int, list[Learned]]:
        """Return how much was learned of a kind ("" = all), and a part of it. Raises BadInputError."""
        with self._database.read() as connection:
            return learned.page(connection, user_name, self._now(), kind, limit, offset)

    def evidence(self, user_name: str, preference_id: int, limit: int) -> list[Evidence]:
        """Return the newest events that a preference was learned of. Raises NotFoundError."""
        with self._database.read() as connection:
            return learned.evidence_of(connection, user_name, self._now(), preference_id, limit)

    def pin(self, user_name: str, preference_id: int, pinned: Any) -> Learned:
        """Set what the user says themself: 1, -1 or None. Raises BadInputError, NotFoundError."""
        with self._database.write() as connection:
            learned.pin(connection, user_name, preference_id, pinned)
            return learned.one(connection, user_name, self._now(), preference_id)

    def forget(self, user_name: str, preference_id: int | None = None) -> str:
        """Have what was learned until now count no more, of one preference or of all; returns a token for `restore`.

        Raises NotFoundError.
        """
        with self._database.write() as connection:
            return learned.forget(connection, user_name, preference_id)

    def restore(self, user_name: str, token: str) -> None:
        """Take a forgetting back. Raises NotFoundError."""
        with self._database.write() as connection:
            learned.restore(connection, user_name, token)

    def _begin(self) -> None:
        self.notice()
        try:
            count = prune(self._database, days(self._now()), self._background.ended.is_set)
        except CatalogueError as error:  # the next start finds it
            log.warning("Old events are kept for now: %s", error)
        else:
            if count:
                log.info("%d old events are forgotten", count)

    def _catch_up_alone(self) -> None:
        while not self._background.ended.is_set():
            with self._database.read() as connection:
                if not is_behind(connection):
                    return
            with self._database.write() as connection:
                if self.is_on:
                    catch_up_some(connection)
                else:
                    skip_all(connection)
