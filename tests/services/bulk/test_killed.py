"""Edits and bulk edits in a process that is killed at any moment: what was confirmed is there, and all can be undone.

Two threads of a real process edit one catalogue, one LoRA at a time and all at once; each says what it was told is
saved. The process is killed with no chance to clean up, 20 times.
"""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lora_manager.db.edits.fields import EDITABLE
from lora_manager.db.edits.state import held_fields
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.history import read_changes, read_sets
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.history.service import History
from tests.conftest import Figure
from tests.db.described import described, put

ROOT = Path(__file__).resolve().parents[3]
KILLS = 20
LORAS = 600
EDITOR = """
import os, sys, threading
from lora_manager.db.engine import Database, sqlite_url
from lora_manager.db.edits.card_texts import refresh_texts
from lora_manager.db.history import Act, close_set, open_set
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.bulk import edit_actions
from lora_manager.services.editing import Editor
from lora_manager.processes import this_process
from pathlib import Path
edit_actions.AT_ONCE = 150
database, ids, first = Database(sqlite_url(Path(sys.argv[1]))), range(1, int(sys.argv[2]) + 1), int(sys.argv[3])
me = Actor(CLI)

def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # whole, whichever thread says it

def one_by_one():
    editor = Editor(database, lambda: None, lambda: ())
    for n in range(first, first + 10**6):
        adapter_id = ids[n % len(ids)]
        editor.edit(adapter_id, {"notes": f"note {n}"}, me)
        say("note", adapter_id, n)

def all_at_once():
    tags = edit_actions.EditTags(database, lambda ids: None)
    for n in range(first, first + 10**6):
        with database.write() as connection:
            set_id = open_set(connection, Act("bulk_edit", CLI, owner=this_process()))
        tags.run(list(ids), tags.check({"add": [f"tag {n}"], "remove": [f"tag {n - 1}"]}),
                 ChangeContext(set_id, me, lambda *_: None, lambda: False))
        with database.write() as connection:
            close_set(connection, set_id)
            refresh_texts(connection)
        say("bulk", set_id, n)

threading.Thread(target=one_by_one, daemon=True).start()
say("ready")
all_at_once()
"""


def _said_until_killed(path: Path, first: int, seconds: float) -> list[list[str]]:
    """What a process said that was killed so long after its first word."""
    words = [sys.executable, "-c", EDITOR, str(path), str(LORAS), str(first)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.kill()
    lines = process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait()
    return [line.split() for line in lines if line.endswith("\n")]


def _now(database: Database) -> dict[int, dict[str, Any]]:
    with database.read() as connection:
        held = held_fields(connection, range(1, LORAS + 1), EDITABLE)
    return {key: {name: one.value for name, one in fields.items()} for key, fields in held.items()}


def _by_history(database: Database, begin: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """What the adapters hold by what is on record."""
    found = {key: dict(fields) for key, fields in begin.items()}
    with database.read() as connection:
        for change in read_changes(connection):
            assert change.adapter_id is not None
            assert found[change.adapter_id][change.field] == change.old
            found[change.adapter_id][change.field] = change.new
    return found


@pytest.mark.slow
def test_nothing_confirmed_is_lost_and_the_history_agrees_with_what_is_there(
    migrated_file: Path, tmp_path: Path, figure: Figure
) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(migrated_file.read_bytes())
    database = Database(sqlite_url(path))
    put(database, *(described(f"{n}.pt", f"A{n}", tags=("own",)) for n in range(LORAS)))
    begin = _now(database)
    rng, confirmed, first = random.Random(6), 0, 0
    for _ in range(KILLS):
        said = _said_until_killed(path, first, rng.uniform(0.05, 0.6))
        first += 1000
        with sqlite3.connect(path) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        plain.close()
        now = _now(database)
        assert now == _by_history(database, begin)
        last = {int(adapter_id): n for kind, adapter_id, n in said if kind == "note"}
        # One note more than was said may have been saved, for the last word was perhaps never spoken.
        kept = {key: int(now[key]["notes"].split()[1]) for key in last}
        assert {key: (n, kept[key]) for key, n in last.items() if kept[key] < int(n)} == {}
        confirmed += len(said)
        with database.read() as connection:
            states = {stored.id: stored.state for stored in read_sets(connection, 10**6, 0)[1]}
        assert {states[int(set_id)] for kind, set_id, _ in said if kind == "bulk"} <= {"done"}
    history = History(database, lambda ids: None)
    history.start()
    assert _all_undone(database, history) == begin
    figure(f"{KILLS} kills, {confirmed} edits confirmed in between; {len(json.dumps(begin))} bytes the same at the end")
    database.close()


def _all_undone(database: Database, history: History) -> dict[int, dict[str, Any]]:
    """Take everything back, the last first, also what was cut off."""
    with database.read() as connection:
        sets = read_sets(connection, 10**6, 0)[1]
    assert {stored.state for stored in sets} <= {"done", "stopped"}
    for stored in sets:
        assert history.undo(stored.id, Actor(CLI)).skipped == []
    return _now(database)
