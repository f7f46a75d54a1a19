"""The lists of suggestions that were shown lately: what is done with one later says which list it was, and where."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from lora_manager.clock import utc_now

MOST_SESSIONS = 500


@dataclass(frozen=True)
class Session:
    """A list as it was shown: `shown` are (adapter id, score), the top first. `user_name` is "" without logins."""

    id: str
    kind: str
    prompt: str
    family: str
    ranker: str
    user_name: str
    created_at: str
    shown: tuple[tuple[int, float], ...]

    def position_of(self, adapter_id: int) -> int | None:
        """Return where an adapter stood, 0 at the top; None where it was not in the list."""
        return next((at for at, (shown, _) in enumerate(self.shown) if shown == adapter_id), None)


class Sessions:
    """Keeps the last lists in memory. Thread-safe. Those that somebody does something with are written elsewhere."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def add(
        self,
        kind: str,
        prompt: str,
        shown: Sequence[tuple[int, float]],
        *,
        family: str = "",
        ranker: str = "",
        user_name: str = "",
    ) -> Session:
        """Keep a list and return it with its new id."""
        session = Session(uuid.uuid4().hex, kind, prompt, family, ranker, user_name, utc_now(), tuple(shown))
        with self._lock:
            self._sessions[session.id] = session
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)
        return session

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, session_id: str) -> Session | None:
        """Return a list that is still known."""
        with self._lock:
            session = self._sessions.get(session_id)
            if session is not None:
                self._sessions.move_to_end(session_id)
            return session
