from __future__ import annotations

from pathlib import Path

from lora_manager.db.engine import Database
from tests.db.described import described, put
from tools.bench_words import bare_select_ms, read_words


def test_words_are_those_of_the_library(fresh_database: Database) -> None:
    names = ("amber lantern", "amber moth", "plain lantern", "x 12")
    items = [
        described(f"a/{n}.pt", name, tags=["style", "blue hair"][: n + 1], base_model="Pony", file={"rank": 4 * n + 4})
        for n, name in enumerate(names)
    ]
    put(fresh_database, *items)
    path = fresh_database.path
    assert path is not None
    words = read_words(path, seed=1)
    assert (words.adapters, words.roots, words.bases, words.folders) == (4, [Path("/lora")], ["Pony"], ["a"])
    assert sorted(words.names) == ["amber", "lantern", "moth", "plain"]
    assert sorted(words.tags) == ["blue hair", "style"]
    assert words.common[0] == ("style", 1.0)
    assert dict(words.common)["lantern"] == 0.5
    assert words.rank == 10
    assert read_words(path, seed=1) == words
    assert all(ms >= 0 for ms in bare_select_ms(path, 4, times=3))


def test_an_empty_library_has_no_words(fresh_database: Database) -> None:
    assert fresh_database.path is not None
    with fresh_database.read():
        words = read_words(fresh_database.path, seed=1)
    assert (words.adapters, words.names, words.common) == (0, [], [])
