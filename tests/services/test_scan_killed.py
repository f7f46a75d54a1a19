"""A scan that is killed at any moment leaves a catalogue that the next scan finishes: no row lost, none doubled.

The real command is killed with no chance to clean up, 20 times, while the folder grows and changes between the kills.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Figure, StartServer
from tests.helpers.command_line import Library, environment
from tests.helpers.live_server import LiveServer
from tests.helpers.network_files import civitai_model, lora_tensors, write_json, write_network_file

START = 700
KILLS = 20
MOST_ROUNDS = 60
GROWTH = 45
MOST_FILES = 1500
EDITED = 12
SMALL = lora_tensors(rank=1, width=16, out_width=16)
FOLDERS = ("", "style", "character/game", "星")


class ChangingFolder:
    """A LoRA folder that grows and changes; knows what must be listed at the end."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.rng = random.Random(seed)
        self.present: list[Path] = []
        self._count = 0

    def grow(self, count: int) -> None:
        """Add LoRAs, every other one with a record."""
        for _ in range(count):
            stem = f"lantern_{self._count:05d}"
            path = self.root / self.rng.choice(FOLDERS) / f"{stem}.safetensors"
            write_network_file(path, SMALL)
            if self._count % 2 == 0:
                write_json(path.with_suffix(".json"), civitai_model(f"Lantern {self._count}", path.name))
            self.present.append(path)
            self._count += 1

    def change(self, keep: set[Path]) -> None:
        """Rewrite some records and files, remove others; those in `keep` stay where they are."""
        for path in self.rng.sample(self.present, 20):
            write_json(path.with_suffix(".json"), civitai_model(f"Renamed {self.rng.random()}", path.name))
        for path in self.rng.sample(self.present, 5):
            write_network_file(path, SMALL, metadata={"ss_training_comment": str(self.rng.random())})
        for path in self.rng.sample([path for path in self.present if path not in keep], 5):
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
            self.present.remove(path)


def _kill_a_scan(library: Library, seconds: float, *words: str) -> float | None:
    """Start a scan and kill it after so long; None, or how long it took when it was quicker."""
    begun = time.perf_counter()
    scan = subprocess.Popen(
        library.arguments("scan", *words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(library.state),
        cwd=library.state,
    )
    try:
        scan.wait(seconds)
    except subprocess.TimeoutExpired:
        scan.kill()
        scan.wait()
        return None
    return time.perf_counter() - begun


def _seconds(library: Library, *words: str) -> float:
    begun = time.perf_counter()
    library.scan(*words)
    return time.perf_counter() - begun


def _edit(server: LiveServer, number: int, adapter_id: int) -> dict[str, Any]:
    edit = {"name": f"Mine {number}", "notes": f"note {number}", "favourite": True, "tags": ["mine", f"tag{number}"]}
    status, answer = server.request("PATCH", f"adapters/{adapter_id}", edit)
    assert status == 200, answer
    return edit


def _all_cards(server: LiveServer, query: str = "") -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = []
    while True:
        page = server.get(f"adapters?limit=200&offset={len(cards)}&sort=name{query}")
        cards += page["items"]
        if len(cards) >= page["total"] or not page["items"]:
            return cards


def _assert_sound(database: Path) -> None:
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, live_server: StartServer, figure: Figure) -> None:
    library = Library(tmp_path)
    folder = ChangingFolder(library.root, seed=20)
    folder.grow(START)
    library.scan()
    whole = _seconds(library, "--force")

    server = live_server(library.root, state=library.state)
    chosen = folder.rng.sample(_all_cards(server), EDITED)
    edits = {card["id"]: _edit(server, number, card["id"]) for number, card in enumerate(chosen)}
    server.stop()
    edited = {library.root / card["relative_path"] for card in chosen}

    killed = rounds = 0
    while killed < KILLS and rounds < MOST_ROUNDS:
        rounds += 1
        folder.grow(GROWTH if len(folder.present) < MOST_FILES else 5)
        folder.change(keep=edited)
        force = ("--force",) if folder.rng.random() < 0.6 else ()  # reads all again: several transactions
        took = _kill_a_scan(library, folder.rng.uniform(0.5, 1.0) * whole, *force)
        killed += took is None
        whole = whole if took is None else min(whole, took)  # the machine may have other work at one time than another
        _assert_sound(library.database)
    report = library.scan()
    figure(f"{killed} of {rounds} scans killed; {report['found']} files at the end; a whole scan took {whole:.2f} s")
    assert killed == KILLS
    assert report["found"] == len(folder.present)
    assert report["problems"] == []

    server = live_server(library.root, state=library.state)
    listed = Counter(library.root / card["relative_path"] for card in _all_cards(server))
    assert listed == Counter(folder.present)
    for adapter_id, edit in edits.items():
        detail = server.get(f"adapters/{adapter_id}")
        assert {key: detail[key] for key in ("name", "notes", "favourite")} == {k: edit[k] for k in edit if k != "tags"}
        assert set(edit["tags"]) <= set(detail["tags"])
    _assert_sound(library.database)
    again = library.scan()
    assert (again["added"], again["updated"], again["removed"]) == (0, 0, 0)
