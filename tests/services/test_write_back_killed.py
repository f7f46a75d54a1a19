"""A write-back that is killed at any moment leaves every sidecar whole, the old one or the new, and a true history.

The real command is killed with no chance to clean up, 20 times; the next command finds what it left.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from lora_manager.cli.main import main
from tests.conftest import Figure
from tests.helpers.command_line import Library, environment
from tests.helpers.network_files import a1111_metadata, civitai_model, lora_tensors, write_json, write_network_file

KILLS = 20
MOST_ROUNDS = 50
FILES = 150
SMALL = lora_tensors(rank=1, width=16, out_width=16)
ALL = ("--query", "")


def fill(root: Path) -> None:
    """A third with Civitai's record, a third with A1111's, a third with none."""
    for number in range(FILES):
        path = write_network_file(root / f"lantern_{number:03d}.safetensors", SMALL)
        if number % 3 == 0:
            write_json(path.with_suffix(".json"), civitai_model(f"Lantern {number}", path.name))
        elif number % 3 == 1:
            write_json(path.with_suffix(".json"), a1111_metadata(notes=f"of A1111 {number}"))


def kill_after(library: Library, seconds: float, *words: str) -> bool:
    """Whether a command was still at it after so long, and is killed."""
    process = subprocess.Popen(
        library.arguments(*words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(library.state),
        cwd=library.state,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def here(library: Library, *words: str) -> int:
    """The exit code of a command in this process, for one of its own takes a second to begin."""
    return main(library.arguments(*words)[3:])


def contents(root: Path) -> dict[str, bytes]:
    """Every sidecar."""
    return {path.name: path.read_bytes() for path in root.glob("*.json")}


def digest(content: bytes | None) -> str:
    """As the history names a content."""
    return "" if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


def last_set(database: Path) -> tuple[int, list[dict[str, Any]]]:
    """The last write-back on record: its number and what it says was written."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM change_set WHERE state = 'open'").fetchone() == (0,)
        row = connection.execute("SELECT max(id) FROM change_set WHERE kind = 'write_back'").fetchone()
        statement = "SELECT new FROM change WHERE set_id = ? AND field = 'sidecar'"
        return row[0] or 0, [json.loads(new) for (new,) in connection.execute(statement, (row[0],))]
    finally:
        connection.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_leave_every_sidecar_whole_and_the_history_true(
    tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LORA_MANAGER_DIR", str(tmp_path / "state"))
    library, rng = Library(tmp_path), random.Random(20)
    fill(library.root)
    assert library.run("scan").code == 0
    begun = time.perf_counter()
    assert library.run("write-back", *ALL, "--dry-run").code == 0
    least = time.perf_counter() - begun
    assert here(library, "edit", *ALL, "--set", "notes=round 0") == 0
    begun = time.perf_counter()
    assert library.run("write-back", *ALL).code == 0
    whole = time.perf_counter() - begun
    kills = cut = undone = 0
    known = last_set(library.database)[0]
    for number in range(1, MOST_ROUNDS):
        before = contents(library.root)
        assert here(library, "edit", *ALL, "--set", f"notes=round {number}") == 0
        was_killed = kill_after(library, rng.uniform(0.7 * least, 1.1 * whole), "write-back", *ALL)
        kills += was_killed
        assert here(library, "history", "--limit", "1") == 0, "the library opens"
        after = contents(library.root)
        assert set(after) == set(before)
        new = {name for name, content in after.items() if content != before[name]}
        for name in after:
            expected = f"round {number}" if name in new else json.loads(before[name])["notes"]
            assert json.loads(after[name])["notes"] == expected, "the old one or the new, whole"
        set_id, changes = last_set(library.database)
        written = {change["path"]: change["digest"] for change in changes} if set_id > known else {}
        assert written == {name: digest(after[name]) for name in new}, "the history agrees with the disk"
        cut += was_killed and 0 < len(new) < FILES
        if new and rng.random() < 0.4:
            assert here(library, "undo", str(set_id)) == 0
            assert contents(library.root) == before
            undone += 1
        known = set_id
        if kills == KILLS:
            break
    assert kills == KILLS
    assert not list(library.root.glob(".*.part")) or cut, "only a kill leaves a part behind"
    assert library.run("write-back", *ALL).code == 0
    assert {json.loads(content)["notes"] for content in contents(library.root).values()} == {f"round {number}"}
    figure(
        f"{kills} kills, {cut} of them amid the writing of {FILES} sidecars ({whole:.1f} s), {undone} taken back after"
    )
