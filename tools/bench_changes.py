"""Measure edits of a whole catalogue and their undo, beside what the database itself takes to write as many rows.

    python tools/bench_changes.py --database FILE [--rounds 5] [--save FILE]

Works in a copy of a catalogue's SQLite file. Each round tags every LoRA, takes it back, marks every one as a favourite
and takes that back, as the page's jobs do it; then brings the full text up to date, which happens in the background.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lora_manager.db.edits.card_texts import refresh_texts  # noqa: E402 - found through the line above
from lora_manager.db.engine import Database, sqlite_url  # noqa: E402
from lora_manager.db.history import Act, close_set, open_set  # noqa: E402
from lora_manager.db.migrate import migrate  # noqa: E402
from lora_manager.services.actor import CLI, Actor  # noqa: E402
from lora_manager.services.bulk.action import BulkAction  # noqa: E402
from lora_manager.services.bulk.edit_actions import EditFields, EditTags  # noqa: E402
from lora_manager.services.change_context import ChangeContext  # noqa: E402
from lora_manager.services.history.service import History  # noqa: E402

AIM_S = 1.0
AIMED = ("tag all", "undo of it", "favourite all", "undo of that")
ME = Actor(CLI)

Figures = dict[str, list[tuple[float, float]]]
"""Seconds and CPU seconds of each round, by what was done."""


class Rounds:
    """A catalogue that is edited as a whole, again and again."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.figures: Figures = defaultdict(list)
        self._history = History(database, lambda ids: None)
        with database.read() as connection:
            self.ids = list(connection.exec_driver_sql("SELECT id FROM adapter").scalars())

    def round(self, number: int) -> None:
        """Do everything once."""
        self._measured("bare rows", self._write_bare_rows)
        tags = EditTags(self.database, lambda ids: None)
        set_id = self._measured("tag all", lambda: self._do(tags, {"add": [f"round {number}"]}))
        self._measured("undo of it", lambda: self._history.undo(set_id, ME).reverted)
        fields = EditFields(self.database, lambda ids: None)
        set_id = self._measured("favourite all", lambda: self._do(fields, {"values": {"favourite": True}}))
        self._measured("undo of that", lambda: self._history.undo(set_id, ME).reverted)
        self._measured("the full text, later", self._write_texts)

    def _measured(self, name: str, do: Callable[[], int]) -> int:
        begin, cpu = time.perf_counter(), time.process_time()
        found = do()
        self.figures[name].append((time.perf_counter() - begin, time.process_time() - cpu))
        return found

    def _do(self, action: BulkAction, params: dict[str, object]) -> int:
        with self.database.write() as connection:
            set_id = open_set(connection, Act("bulk_edit", CLI))
        context = ChangeContext(set_id, ME, lambda *_: None, lambda: False)
        action.run(self.ids, action.check(params), context)
        with self.database.write() as connection:
            close_set(connection, set_id)
        return set_id

    def _write_bare_rows(self) -> int:
        """What cannot be done without: a column, what the user said, and a line of history for each."""
        path = self.database.path
        assert path is not None
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TEMP TABLE said (id INTEGER PRIMARY KEY, old TEXT, new TEXT)")
            connection.execute("CREATE TEMP TABLE line (id INTEGER PRIMARY KEY, old TEXT, new TEXT)")
            connection.executemany("UPDATE adapter SET ordinal = ordinal WHERE id = ?", [(key,) for key in self.ids])
            rows = [(key, '["a", "b"]', '["a", "b", "c"]') for key in self.ids]
            for table in ("said", "line"):
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        return 0

    def _write_texts(self) -> int:
        written = 0
        while True:
            with self.database.write() as connection:
                now = refresh_texts(connection)
            if not now:
                return written
            written += now


def main() -> int:
    """Measure; 1 when something took longer than aimed at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, help="a catalogue's SQLite file; it is copied")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", type=Path, help="write the figures to this JSON file too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy.sqlite3"
        shutil.copyfile(options.database, copy)
        database = Database(sqlite_url(copy))
        migrate(database)
        rounds = Rounds(database)
        for number in range(options.rounds):
            rounds.round(number)
        database.close()
    print(f"{len(rounds.ids)} LoRAs, {options.rounds} rounds\n{'':24}{'median s':>10}{'most s':>10}{'CPU s':>10}")
    for name, taken in rounds.figures.items():
        seconds = [one for one, _ in taken]
        print(f"{name:24}{median(seconds):10.2f}{max(seconds):10.2f}{median(cpu for _, cpu in taken):10.2f}")
    if options.save:
        options.save.write_text(json.dumps(rounds.figures, indent=1), encoding="utf-8")
    missed = [name for name in AIMED if median(one for one, _ in rounds.figures[name]) >= AIM_S]
    print(f"aim: {AIM_S} s each for {', '.join(AIMED)}; missed: {', '.join(missed) or 'none'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
