"""The settings of this library: few, typed, and read from memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lora_manager.db.engine import Database
from lora_manager.db.settings import read_settings, write_settings
from lora_manager.errors import BadInputError
from lora_manager.services.listeners import Listeners

MOST_TRASH_DAYS = 3650
LONGEST_ENCODER = 1000
FRESH_SECONDS = 5.0
"""So long what was read is believed: another process on this database may set something too."""


@dataclass(frozen=True)
class Settings:
    """What can be set.

    write_back_automatically: edits go into `<stem>.json` too. trash_days: how long deleted files are kept, 0 for ever.
    backups_daily: the database is copied once a day. learning: what users do is noted, and suggestions follow it.
    encoder: what makes vectors of texts, a name of the table of choices or a folder; "" is nothing.
    """

    write_back_automatically: bool = False
    trash_days: int = 30
    backups_daily: bool = True
    learning: bool = True
    encoder: str = ""


class SettingsStore:
    """Reads and writes the settings. Thread-safe."""

    def __init__(self, database: Database, now: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[float, Settings] | None = None
        self._listeners: Listeners[Settings] = Listeners()

    def current(self) -> Settings:
        """Return the settings; of another process's changes they know after some seconds. Raises CatalogueError."""
        with self._lock:
            known = self._known
        if known is not None and self._now() - known[0] < FRESH_SECONDS:
            return known[1]
        with self._database.read() as connection:
            read = _of_rows(read_settings(connection))
        self._keep(read)
        return read

    def change(self, values: Mapping[str, Any]) -> Settings:
        """Set some and return them all. Raises BadInputError naming the one that cannot be."""
        checked = {key: check_setting(key, value) for key, value in values.items()}
        if not checked:
            raise BadInputError(f"Nothing to set. Settings: {', '.join(sorted(_CHECKS))}.")
        with self._database.write() as connection:
            write_settings(connection, checked)
            read = _of_rows(read_settings(connection))
        self._keep(read)
        return read

    def listen(self, listener: Callable[[Settings], None]) -> Callable[[], None]:
        """Tell `listener` of every change that is noticed here; returns how to stop."""
        return self._listeners.listen(listener)

    def _keep(self, settings: Settings) -> None:
        with self._lock:
            before, self._known = self._known, (self._now(), settings)
        if before is None or before[1] != settings:
            self._listeners.tell(settings)


def settings_json(settings: Settings) -> dict[str, Any]:
    """Return the settings as routes and commands tell them."""
    return asdict(settings)


def check_setting(key: str, value: Any) -> Any:
    """Return a setting's value if it can be one. Raises BadInputError."""
    check = _CHECKS.get(key)
    if check is None:
        raise BadInputError(f"There is no setting '{key[:100]}'. Settings: {', '.join(sorted(_CHECKS))}.")
    why_not = check(value)
    if why_not:
        raise BadInputError(f"{key}: {why_not}")
    return value


def _of_rows(rows: Mapping[str, Any]) -> Settings:
    """Return what is set; what cannot be (another version may have written it) is as if nobody had set it."""
    fit = {key: value for key, value in rows.items() if key in _CHECKS and not _CHECKS[key](value)}
    return replace(Settings(), **fit)


def _why_no_flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _why_no_days(value: Any) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return "" if is_number and 0 <= value <= MOST_TRASH_DAYS else f"must be a whole number from 0 to {MOST_TRASH_DAYS}"


def _why_no_encoder(value: Any) -> str:
    is_text = isinstance(value, str) and len(value) <= LONGEST_ENCODER and value.isprintable()
    return "" if is_text else "must be the name of an encoder or the path of its folder, or empty"


_CHECKS: dict[str, Callable[[Any], str]] = {
    "write_back_automatically": _why_no_flag,
    "trash_days": _why_no_days,
    "backups_daily": _why_no_flag,
    "learning": _why_no_flag,
    "encoder": _why_no_encoder,
}
