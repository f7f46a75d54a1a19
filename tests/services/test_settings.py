from __future__ import annotations

from typing import Any

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.settings import write_settings
from lora_manager.errors import BadInputError
from lora_manager.services.settings import FRESH_SECONDS, Settings, SettingsStore, settings_json


def test_what_is_set_is_told_and_kept(fresh_database: Database) -> None:
    store = SettingsStore(fresh_database)
    told: list[Settings] = []
    stop = store.listen(told.append)
    assert store.current() == Settings(write_back_automatically=False, trash_days=30, backups_daily=True, learning=True)
    changed = store.change({"trash_days": 7, "write_back_automatically": True})
    assert changed == store.current() == SettingsStore(fresh_database).current() == told[-1]
    assert settings_json(changed) == {
        "write_back_automatically": True,
        "trash_days": 7,
        "backups_daily": True,
        "learning": True,
        "encoder": "",
    }
    stop()
    store.change({"trash_days": 0})
    assert told[-1].trash_days == 7


def test_another_process_is_noticed_after_a_while(fresh_database: Database) -> None:
    now = [0.0]
    here = SettingsStore(fresh_database, lambda: now[0])
    assert here.current().trash_days == 30
    SettingsStore(fresh_database).change({"trash_days": 90})
    assert here.current().trash_days == 30, "read from memory"
    now[0] = FRESH_SECONDS
    assert here.current().trash_days == 90


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"trash_days": -1},
        {"trash_days": 3651},
        {"trash_days": True},
        {"trash_days": 1.5},
        {"backups_daily": 1},
        {"write_back_automatically": None},
        {"other": 1},
        {"trash_days": 3, "backups_daily": "yes"},
    ],
)
def test_what_cannot_be_is_refused_whole(fresh_database: Database, values: dict[str, Any]) -> None:
    store = SettingsStore(fresh_database)
    with pytest.raises(BadInputError):
        store.change(values)
    assert SettingsStore(fresh_database).current() == Settings()


def test_what_another_version_wrote_does_no_harm(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        write_settings(connection, {"trash_days": "soon", "of_the_future": [1], "backups_daily": False})
    assert SettingsStore(fresh_database).current() == Settings(backups_daily=False)
