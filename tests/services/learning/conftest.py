"""A library of a few LoRAs in a real database, and who learns of it, with a clock of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest

from lora_manager.clock import utc_text
from lora_manager.db.catalogue import Catalogue
from lora_manager.db.engine import Database
from lora_manager.db.event_sources import attributes_of
from lora_manager.services.learning.learned import Learned
from lora_manager.services.learning.service import Learning
from lora_manager.services.recommending.sessions import Session, Sessions
from lora_manager.services.settings import SettingsStore
from tests.db.described import described, put


@dataclass
class Clock:
    """A moment that moves when a test says so."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=timezone.utc))

    def __call__(self) -> str:
        return utc_text(self.moment)

    def on(self, days: float) -> None:
        """Let time go by."""
        self.moment += timedelta(days=days)


@dataclass
class School:
    """Learning over a small library: "moth" and "cat" by Ann, "fog" and "sea" by Bob."""

    database: Database
    learning: Learning
    settings: SettingsStore
    sessions: Sessions
    clock: Clock
    ids: dict[str, int]

    def shown(self, *names: str, user_name: str = "", prompt: str = "a lantern") -> Session:
        """A list of suggestions."""
        shown = [(self.ids[name], 1.0 - number / 100) for number, name in enumerate(names)]
        return self.sessions.add("prompt", prompt, shown, user_name=user_name)

    def learned(self, user_name: str = "") -> dict[tuple[str, str], Learned]:
        """Everything that was learned, by kind and label."""
        total, items = self.learning.page(user_name, "", 500, 0)
        assert total == len(items)
        return {(item.row.kind, item.label): item for item in items}

    def preference(self, names: Sequence[str], user_name: str = "") -> list[float]:
        """How much these are liked."""
        with self.database.read() as connection:
            found = self.learning.preference_of(connection, user_name, [self.ids[name] for name in names])
        assert found.dtype.name == "float32"
        return [float(value) for value in found]

    def why(self, name: str, user_name: str = "") -> tuple[str, float] | None:
        """Why an adapter was lifted."""
        with self.database.read() as connection:
            return self.learning.explain(connection, user_name, self.ids[name])

    def attributes(self, name: str) -> list[list[str]]:
        """What an adapter is."""
        with self.database.read() as connection:
            return attributes_of(connection, [self.ids[name]])[self.ids[name]]


def school_over(database: Database, ids: dict[str, int]) -> School:
    """Learning over a database that is filled."""
    clock, sessions, settings = Clock(), Sessions(), SettingsStore(database)
    learning = Learning(Catalogue(database), settings, sessions, clock)
    return School(database, learning, settings, sessions, clock, ids)


def library_of(database: Database) -> dict[str, int]:
    """Write the small library; the adapters' ids by file stem."""
    items = [
        described("moth.pt", "Moth", tags=["Moth", "insect"], author_username="Ann", base_model="SDXL 1.0"),
        described("cat.pt", "Cat", tags=["cat"], author_username="Ann", base_model="SDXL 1.0", archetype="character"),
        described("fog.pt", "Fog", tags=["weather"], author_username="Bob", base_model="Pony"),
        described("sea.pt", "Sea", tags=["weather", "water"], author_username="Bob", base_model="Pony"),
    ]
    ids = put(database, *items)
    return {item.file.stem: adapter_id for item, adapter_id in zip(items, ids, strict=True)}


@pytest.fixture
def school(fresh_database: Database) -> School:
    """Learning over the small library."""
    return school_over(fresh_database, library_of(fresh_database))
