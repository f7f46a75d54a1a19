from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Library = tuple[str, ...]


def database_of(tmp_path: Path) -> Path:
    return tmp_path / "state" / "lora_manager.sqlite3"


def names(run: Run, library: Library) -> list[str]:
    return sorted(item["name"] for item in run("search", "", *library, "--json").document["items"])


def rename(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(database_of(tmp_path))) as connection, connection:
        connection.execute("UPDATE adapter SET name = ?, revision = 99 WHERE name = 'Moth'", (name,))
        connection.execute("UPDATE state SET value = '99' WHERE key = 'revision'")


def test_made_listed_verified_and_brought_back(run: Run, library: Library, tmp_path: Path) -> None:
    made = run("backup", "now", *library, "--json").document
    name = made["name"]
    assert (made["is_new"], made["verified"]) == (True, True)
    assert "Nothing changed since" in run("backup", "now", *library).out
    listed = run("backup", "list", *library)
    assert name in listed.out
    assert "made by hand" in listed.out
    assert [item["name"] for item in run("backup", "list", *library, "--json").document["items"]] == [name]
    assert "is whole" in run("backup", "verify", name, *library).out
    rename(tmp_path, "Mine")
    assert "Mine" in names(run, library)
    back = run("backup", "restore", name, "--yes", *library)
    assert back.code == 0, back.err
    assert "To undo this: backup restore lora_manager-" in back.out
    assert "Moth" in names(run, library)
    safety = back.out.split("backup restore ")[1].split()[0]
    undone: dict[str, Any] = run("backup", "restore", safety, "--yes", *library, "--json").document
    assert undone["scan"]["found"] == 4
    assert "Mine" in names(run, library)


def test_it_shows_what_differs_and_asks(
    run: Run, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = run("backup", "now", *library, "--json").document["name"]
    with closing(sqlite3.connect(database_of(tmp_path))) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM adapter WHERE name = 'Moth'")
    ran = run("backup", "restore", name, *library)
    assert ran.code == 2
    assert "1 LoRAs are only in the backup: Moth" in ran.err
    assert "--yes" in ran.err
    for answer, code in (("n\n", 1), ("y\n", 0)):
        _answer(monkeypatch, answer)
        ran = run("backup", "restore", name, *library)
        assert ran.code == code
    assert "Moth" in names(run, library)


def _answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return text

    monkeypatch.setattr("sys.stdin", Terminal())


@pytest.mark.parametrize("damage", ["header", "cut", "gone", "newer"])
def test_it_helps_when_the_database_does_not_open(run: Run, library: Library, tmp_path: Path, damage: str) -> None:
    name = run("backup", "now", *library, "--json").document["name"]
    path = database_of(tmp_path)
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "newer":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        path.write_bytes(b"scribble" * 2000 if damage == "header" else content[: len(content) // 2])
    if damage != "gone":
        assert run("search", "", *library).code == 1 or damage == "cut"
    assert name in run("backup", "list", *library).out
    ran = run("backup", "restore", name, "--yes", *library)
    assert ran.code == 0, ran.err
    assert ("lies in" in ran.out) == (damage != "gone")
    assert "Moth" in names(run, library)


def test_a_damaged_backup_is_said_by_name(run: Run, library: Library, tmp_path: Path) -> None:
    name = run("backup", "now", *library, "--json").document["name"]
    path = tmp_path / "state" / "backups" / name
    path.write_bytes(path.read_bytes()[:-30])
    assert "damaged: it is cut off" in run("backup", "list", *library).out
    for words in (("verify", name), ("restore", name, "--yes")):
        ran = run("backup", *words, *library)
        assert ran.code == 1
        assert f"{name} is damaged" in ran.err


@pytest.mark.parametrize("words", [("verify",), ("restore",), ("now", "name"), ("list", "name"), ("dance",), ()])
def test_other_words_are_bad_usage(run: Run, library: Library, words: tuple[str, ...]) -> None:
    assert run("backup", *words, *library).code == 2


def test_a_name_that_is_not_there_and_no_database(run: Run, library: Library, tmp_path: Path) -> None:
    ran = run("backup", "verify", "nothing", *library)
    assert (ran.code, "no backup 'nothing'" in ran.err) == (1, True)
    (tmp_path / "empty").mkdir()
    ran = run("backup", "now", "--lora-dir", tmp_path / "empty", "--lora-manager-dir", tmp_path / "other")
    assert (ran.code, "no database yet" in ran.err) == (2, True)


def test_json_is_one_document(run: Run, library: Library) -> None:
    name = run("backup", "now", *library, "--json").document["name"]
    verified = run("backup", "verify", name, *library, "--json")
    assert json.loads(verified.out)["verified"] is True
