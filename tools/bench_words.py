"""Words, tags and numbers out of a catalogue's own file: what tools/bench_finding.py asks its server for.

Read straight from the database before the server starts, so that choosing the questions answers none of them.
"""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

COMMON = 24
_SHORTEST = 3


@dataclass(frozen=True)
class LibraryWords:
    """What a library is asked for: each list in a random order of its own, the common words the most common first."""

    adapters: int
    roots: list[Path]
    names: list[str]
    """Words out of the adapters' names."""
    common: list[tuple[str, float]]
    """The words that most adapters have, with the share that does."""
    tags: list[str]
    bases: list[str]
    authors: list[str]
    folders: list[str]
    rank: int
    """The middle one: a comparison with it halves the library."""


def read_words(database: Path, seed: int) -> LibraryWords:
    """Return what a catalogue can be asked for."""
    rng = random.Random(seed)
    with closing(sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)) as connection:
        count = int(connection.execute("SELECT count(*) FROM adapter").fetchone()[0])
        roots = [Path(row[0]) for row in connection.execute("SELECT path FROM root")]
        ranks = [row[0] for row in connection.execute("SELECT rank FROM network_file WHERE rank IS NOT NULL")]
        return LibraryWords(
            adapters=count,
            roots=roots,
            names=_shuffled(rng, _name_words(connection)),
            common=_common(connection, count),
            tags=_shuffled(
                rng, _column(connection, "SELECT name FROM tag JOIN adapter_tag ON tag_id = id GROUP BY id")
            ),
            bases=_column(connection, "SELECT base_model FROM adapter GROUP BY 1 ORDER BY count(*) DESC"),
            authors=_shuffled(rng, _column(connection, "SELECT DISTINCT author_username FROM adapter")),
            folders=_shuffled(rng, _column(connection, "SELECT DISTINCT folder FROM network_file")),
            rank=int(median(ranks)) if ranks else 8,
        )


def bare_select_ms(database: Path, adapters: int, times: int = 40) -> list[float]:
    """Milliseconds that SQLite takes for 100 rows in the order of their names, somewhere, with nothing else."""
    found = []
    with closing(sqlite3.connect(f"file:{database.as_posix()}?mode=ro", uri=True)) as connection:
        for number in range(times):
            offset = number * max(0, adapters - 100) // times
            started = time.perf_counter()
            connection.execute("SELECT * FROM adapter ORDER BY sort_name, id LIMIT 100 OFFSET ?", (offset,)).fetchall()
            found.append((time.perf_counter() - started) * 1000)
    return found


def _column(connection: sqlite3.Connection, statement: str) -> list[str]:
    return [row[0] for row in connection.execute(statement) if row[0]]


def _name_words(connection: sqlite3.Connection) -> list[str]:
    names = _column(connection, "SELECT name FROM adapter ORDER BY id LIMIT 20000")
    found = {word.strip("()[],.:;!?-_").lower() for name in names for word in name.split()}
    return sorted(word for word in found if len(word) >= _SHORTEST and word.isalpha() and word.isascii())


def _common(connection: sqlite3.Connection, count: int) -> list[tuple[str, float]]:
    connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, adapter_fts, row)")
    rows = connection.execute("SELECT term, doc FROM temp.terms ORDER BY doc DESC LIMIT 400").fetchall()
    usable = [(term, doc / max(1, count)) for term, doc in rows if len(term) >= _SHORTEST and term.isalpha()]
    return usable[:COMMON]


def _shuffled(rng: random.Random, values: list[str]) -> list[str]:
    return rng.sample(values, len(values))
