from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from lora_manager.db.columns.sorting import SORTS
from tools import bench_finding
from tools.bench_finding import Aim, Case, Figure, aim_for, cases, measure_case, print_table
from tools.bench_process import NotKnownError
from tools.bench_words import LibraryWords

WORDS = LibraryWords(
    adapters=1000,
    roots=[],
    names=[f"word{number}" for number in range(200)],
    common=[(f"common{number}", 0.5 - number / 100) for number in range(24)],
    tags=[f"tag {number}" for number in range(40)],
    bases=["SD 1.5", "Pony", "SDXL 1.0", "Flux.1 D"],
    authors=[f"author{number}" for number in range(40)],
    folders=[f"f{number}/a" for number in range(30)],
    rank=16,
)


class OneServer:
    """Answers at once what it knows."""

    def __init__(self, known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    def measure(self, paths: list[str]) -> tuple[list[float], float]:
        self.asked += paths
        if not all(path.startswith(self.known) for path in paths):
            raise NotKnownError(paths[0])
        return [float(number) for number in range(len(paths))], 2.0


def test_no_fresh_question_is_asked_twice() -> None:
    asked: set[str] = set()
    for case in cases(WORDS):
        fresh = case.fresh or [case.again]
        assert len(fresh) == len(set(fresh))
        assert not asked & set(fresh), case.name
        finding = [path for path in fresh if not path.startswith("completion")]
        texts = {text for path in finding for text in parse_qs(urlsplit(path).query).get("q", [])}
        assert not asked & texts, case.name
        asked |= {*fresh, case.again, *texts}


def test_every_sort_is_measured_both_ways() -> None:
    sorts = {parse_qs(urlsplit(path).query).get("sort", [""])[0] for case in cases(WORDS) for path in _paths(case)}
    assert {name for name in SORTS if name != "random"} <= sorts
    assert {f"-{name}" for name in SORTS if name != "random"} <= sorts
    assert any(sort.startswith("random:") for sort in sorts)


def _paths(case: Case) -> list[str]:
    return [*case.fresh, case.again]


def test_a_library_without_words_can_be_measured_too() -> None:
    nothing = LibraryWords(0, [], [], [], [], [], [], [], 8)
    assert all(_paths(case) for case in cases(nothing))


def test_what_a_server_does_not_know_is_left_out() -> None:
    server = OneServer("adapters?")
    assert measure_case(server, Case("chips", [], "facets")) == []  # type: ignore[arg-type]
    fresh, again = measure_case(server, Case("list", ["adapters?a", "adapters?b", "adapters?c"], "adapters?a"))  # type: ignore[arg-type]
    assert (fresh.kind, fresh.requests, fresh.median_ms, fresh.p95_ms, fresh.cpu_ms) == ("fresh", 3, 1.0, 2.0, 2.0)
    assert (again.kind, again.requests) == ("again", bench_finding.AGAIN)


@pytest.mark.parametrize(
    ("median_ms", "cpu_ms", "aim", "misses"),
    [
        (9.9, 7.9, aim_for(9_973), False),
        (10.0, 7.9, aim_for(9_973), True),
        (9.9, 8.0, aim_for(9_973), True),
        (59.0, 40.0, aim_for(99_730), False),
        (60.0, 1.0, aim_for(99_730), True),
    ],
)
def test_what_misses_an_aim_is_said(
    median_ms: float, cpu_ms: float, aim: Aim, misses: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_table([Figure("list", "fresh", 1, median_ms, median_ms, cpu_ms)], aim) == int(misses)
    assert ("MISSED" in capsys.readouterr().out) is misses
