"""What finding costs a server: every kind of question, the first time and again, against the aims of the project.

"fresh" is a question that nobody asked since the catalogue last changed, a different one each time (of a sort or a
page there is one only); "again" is the same one over and over, answered out of what is kept; "after a change" is the
first one behind an edit of one adapter.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from itertools import islice, pairwise, product
from statistics import median
from urllib.parse import quote, urlencode

from tools.bench_process import NotKnownError, Server
from tools.bench_words import LibraryWords

PAGE = 100
FRESH = 24
AGAIN = 40
CHANGES = 8
SMALL = 20_000
"""Adapters up to which the aims of 10,000 hold."""
SORTS = ("name", "modified", "added", "published", "size", "uses", "last_used", "rating", "downloads", "rank", "order")
FIELDS_BEGUN = ("t", "ta", "b", "bas", "r", "ra", "auth", "fol", "is", "si", "u", "dow", "tri", "no", "w", "ad", "pub")


@dataclass(frozen=True)
class Aim:
    """What is aimed at, for each request: milliseconds in the middle, and of the server's CPU time."""

    median_ms: float
    cpu_ms: float | None


def aim_for(adapters: int) -> Aim:
    """Return the aim for a library of this size."""
    return Aim(10.0, 8.0) if adapters <= SMALL else Aim(60.0, None)


@dataclass(frozen=True)
class Case:
    """A kind of question: addresses to ask once each, and one to ask again and again."""

    name: str
    fresh: list[str]
    again: str


@dataclass(frozen=True)
class Figure:
    """What a kind of question took."""

    name: str
    kind: str
    requests: int
    median_ms: float
    p95_ms: float
    cpu_ms: float

    def misses(self, aim: Aim) -> bool:
        """Whether it took longer than aimed at."""
        return self.median_ms >= aim.median_ms or (aim.cpu_ms is not None and self.cpu_ms >= aim.cpu_ms)


def cases(words: LibraryWords) -> list[Case]:
    """Return every kind of question, in words of this library."""
    last = max(0, words.adapters - PAGE)
    common = [word for word, _ in words.common]
    fields = [
        f"tag:{_value(tag)} base:{_value(base)} rank:>={words.rank}"
        for tag, base in islice(product(words.tags[:8], words.bases[:4]), FRESH)
    ]
    # A word that a third of the library has, or another such one: some half of it, and many different halves.
    thirds = [word for word, share in words.common if 0.2 <= share <= 0.45] or common
    halves = [f"{one} OR {other}" for one, other in product(thirds, thirds) if one < other] or thirds
    anywhere = sorted({1 + number * last // (FRESH + 1) for number in range(FRESH)})
    found = [
        Case("list, first page", [], _list(offset=0)),
        Case("list, last page", [], _list(offset=last)),
        Case("list, anywhere", [_list(offset=offset) for offset in anywhere], _list(offset=last // 2)),
        *(Case(f"sort {name}", [], _list(sort=name)) for key in SORTS for name in (key, f"-{key}")),
        Case("sort random", [_list(sort=f"random:{seed}") for seed in range(FRESH)], _list(sort="random:1")),
        _asked("one word", [f"{word} " for word in words.names]),
        _asked("one word, last page", [f"{word} " for word in words.names[FRESH:]], offset=60),
        _asked("two words", [f"{one} {other} " for one, other in zip(words.names, common * FRESH, strict=False)]),
        _asked("three fields", fields),
        _asked("very common word", [f"{word} " for word in common]),
        # Two at once: what holds the words is kept whatever the order, and one by one they were asked already.
        _asked("common words by size", [f"{one} {other} " for one, other in pairwise(common)], sort="-size"),
        _asked("one-letter prefix", list(string.ascii_lowercase)),
        _asked("two-letter prefix", [word[:2] for word in words.names]),
        _asked("leaving out", [f"-{word} " for word in common]),
        _counted("chips, everything", []),
        _counted("chips, half the library", halves),
        _counted("chips, one word", [f"{word} " for word in words.names[2 * FRESH :]]),
        _counted("chips, half by rank", [f"rank:>={words.rank} -{word}" for word in words.names[3 * FRESH :]]),
        _begun("completion, a field", list(FIELDS_BEGUN)),
        _begun("completion, a tag", [f"tag:{tag[:2]}" for tag in words.tags]),
        _begun("completion, an author", [f"author:{author[:2]}" for author in words.authors]),
        _begun("completion, a word", [word[:3] for word in words.names]),
        _folders(words),
    ]
    return [case for case in found if case is not None]


def measure_case(server: Server, case: Case) -> list[Figure]:
    """Return the figures of one kind of question; none where the server knows no such."""
    try:
        fresh = _figure(server, case.name, "fresh", case.fresh or [case.again])
        if case.fresh:
            server.measure([case.again])
        return [fresh, _figure(server, case.name, "again", [case.again] * AGAIN)]
    except NotKnownError:
        return []


def measure_changes(server: Server, words: LibraryWords) -> list[Figure]:
    """Return what the first question costs behind an edit of one adapter: everything kept is old by then."""
    asked = {
        "list, first page": _list(),
        "sort -size": _list(sort="-size"),
        "one word": _list(q=f"{words.names[0]} "),
        "chips, everything": "facets",
    }
    found = []
    for name, path in asked.items():
        times, spent = [], 0.0
        for number in range(CHANGES):
            adapter = server.get(_list(offset=number, limit=1))["items"][0]["id"]
            server.change("PATCH", f"adapters/{adapter}", {"rating": 1 + number % 5})
            taken, cpu_ms = server.measure([path])
            times += taken
            spent += cpu_ms
        found.append(figure_of(name, "after a change", times, spent / CHANGES))
    return found


def print_table(figures: list[Figure], aim: Aim) -> int:
    """Print the figures beside the aim; returns how many miss it."""
    aimed = f"{aim.median_ms:.0f} ms" + (f" and {aim.cpu_ms:.0f} CPU-ms" if aim.cpu_ms is not None else "")
    print(f"\n{'finding':<28} {'':<15} {'n':>3} {'median ms':>9} {'p95 ms':>8} {'CPU ms':>7}   aim: {aimed}")
    missed = 0
    for figure in figures:
        misses = figure.misses(aim)
        missed += misses
        print(
            f"{figure.name:<28} {figure.kind:<15} {figure.requests:>3} {figure.median_ms:>9.1f} {figure.p95_ms:>8.1f}"
            f" {figure.cpu_ms:>7.1f}   {'MISSED' if misses else 'met'}",
            flush=True,
        )
    return missed


def _figure(server: Server, name: str, kind: str, paths: list[str]) -> Figure:
    times, cpu_ms = server.measure(paths)
    return figure_of(name, kind, times, cpu_ms)


def figure_of(name: str, kind: str, times: list[float], cpu_ms: float) -> Figure:
    """Return the figure of times in milliseconds, and of the CPU milliseconds of one."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return Figure(name, kind, len(ordered), median(ordered), p95, cpu_ms)


def _list(**parameters: object) -> str:
    return f"adapters?{urlencode({'limit': PAGE, **parameters}, quote_via=quote)}"


def _asked(name: str, texts: list[str], **parameters: object) -> Case | None:
    chosen = list(dict.fromkeys(texts))[:FRESH]
    return (
        Case(name, [_list(q=text, **parameters) for text in chosen], _list(q=chosen[0], **parameters))
        if chosen
        else None
    )


def _counted(name: str, texts: list[str]) -> Case:
    chosen = list(dict.fromkeys(texts))[:FRESH]
    paths = [f"facets?{urlencode({'q': text}, quote_via=quote)}" for text in chosen]
    return Case(name, paths, paths[0] if paths else "facets")


def _begun(name: str, texts: list[str]) -> Case | None:
    chosen = list(dict.fromkeys(texts))[:FRESH]
    paths = [f"completion?{urlencode({'q': text, 'at': len(text)}, quote_via=quote)}" for text in chosen]
    return Case(name, paths, paths[0]) if paths else None


def _folders(words: LibraryWords) -> Case:
    parents = list(dict.fromkeys(folder.partition("/")[0] for folder in words.folders))[:FRESH]
    paths = [f"folders?{urlencode({'parent': parent}, quote_via=quote)}" for parent in parents]
    return Case("folders inside one", paths, "folders?parent=")


def _value(text: str) -> str:
    return f'"{text}"' if " " in text else text
