"""Moving and deleting that is killed at any moment: no file is in two places or none, and the catalogue is right.

The real command is killed with no chance to clean up; the next one that opens the catalogue ends what was left.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Figure
from tests.helpers.command_line import Library, environment
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.services.files.library import contents, tree

KILLS = 20
MOST_ROUNDS = 60
UNITS = 200
SMALL = lora_tensors(rank=1, width=16, out_width=16)
ENDINGS = (".civitai.info", ".png", ".txt", ".safetensors")


def fill(root: Path) -> None:
    """LoRAs of four files each, every content another one."""
    for number in range(UNITS):
        stem = root / f"f{number % 5}" / f"lora_{number:03}"
        write_network_file(stem.with_suffix(".safetensors"), SMALL)
        for ending in ENDINGS[:-1]:
            Path(f"{stem}{ending}").write_text(f'{{"name": "{stem.name} {ending}"}}', encoding="utf-8")


def asked(rng: random.Random, number: int) -> list[str]:
    """The next thing to do with all of them: moved, renamed, deleted, or brought back."""
    return rng.choice(
        [
            ["move", "--query", "", "--to", f"to{number}"],
            ["move", "--query", "", "--template", f"{{first_tag}}{number}/{{stem}}"],
            ["rename", "--query", "", "--template", f"n{number} {{stem}}"],
            ["delete", "--query", ""],
        ]
    )


def begun(database: Path) -> tuple[int, int]:
    """The number of the last operation that was written down, and how many are not over."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        found = connection.execute("SELECT coalesce(max(id), 0), total(state = 'begun') FROM file_operation").fetchone()
    finally:
        connection.close()
    return int(found[0]), int(found[1])


def seconds(library: Library, words: list[str], limit: float | None) -> float | None:
    """Run a command; None when it was killed so long after it first touched a file, else how long it worked."""
    last = begun(library.database)[0]
    process = subprocess.Popen(
        library.arguments(*words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(library.state),
        cwd=library.state,
    )
    while process.poll() is None and begun(library.database)[0] == last:
        time.sleep(0.002)
    touched = time.perf_counter()
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None
    return time.perf_counter() - touched


def check(library: Library, files: Counter[str]) -> int:
    """Every content is there once, and the catalogue names exactly what is there. Returns how many are in the trash."""
    assert contents(library.root) == files
    there = tree(library.root)
    assert not [name for name in there if name.endswith(".part")]
    connection = sqlite3.connect(library.database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM file_operation WHERE state = 'begun'").fetchone() == (0,)
        rows = connection.execute("SELECT relative_path, state FROM network_file").fetchall()
        sidecars = connection.execute("SELECT relative_path FROM sidecar WHERE network_file_id IS NOT NULL").fetchall()
        trash = connection.execute("SELECT count(*) FROM trash").fetchone()[0]
    finally:
        connection.close()
    models = {name for name in there if ".safetensors" in name}
    assert {path for path, _ in rows} == models
    assert len(rows) == UNITS
    assert {state == "trashed" for path, state in rows if path.endswith(".trashed")} <= {True}
    assert {state for path, state in rows if path.endswith(".safetensors")} <= {"present"}
    assert {path for (path,) in sidecars} <= there
    for model in models:  # nobody was left behind
        stem, _, rest = model.partition(".safetensors")
        assert {f"{stem}{ending}{rest}" for ending in ENDINGS} <= there
    return int(trash)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_leave_every_file_in_one_place(tmp_path: Path, figure: Figure) -> None:
    library, rng = Library(tmp_path), random.Random(6)
    fill(library.root)
    library.scan()
    files = contents(library.root)
    whole = seconds(library, ["move", "--query", "", "--to", "first"], None)
    assert whole is not None
    killed = rounds = halves = 0
    while killed < KILLS and rounds < MOST_ROUNDS:
        rounds += 1
        took = seconds(library, asked(rng, rounds), rng.uniform(0.0, 0.9 * whole))
        killed += took is None
        halves += begun(library.database)[1] > 0
        whole = whole if took is None else min(whole, took)  # the machine may have other work at one time than another
        report = library.scan()
        assert (report["added"], report["removed"]) == (0, 0)
        if check(library, files):
            listed = library.run("trash", "list").document
            ids = [str(item["id"]) for item in listed["items"]]
            while ids:
                library.run("trash", "restore", *ids)
                ids = [str(item["id"]) for item in library.run("trash", "list").document["items"]]
            assert check(library, files) == 0
    figure(
        f"{killed} of {rounds} commands killed, {halves} in the middle of an adapter; a whole one works {whole:.2f} s"
    )
    assert killed == KILLS
