from __future__ import annotations

import time
from pathlib import Path

import pytest

from lora_manager.application import Application
from tests.services.recommending.library import read_all, write_lora
from tools.bench_finding import Figure
from tools.bench_recommend import (
    Line,
    Report,
    has_examples,
    loop_delays,
    measure_recommending,
    mixed_prompts,
    print_report,
    saved_report,
)

NUMBERS = {"adapters": 2.0, "example prompts": 9.0, "index read s": 0.1, "index MB": 1.0, "vectors MB": 0.5}


def line(name: str, median_ms: float, aim_ms: float | None) -> Line:
    return Line(Figure(name, "", 3, median_ms, 2 * median_ms, 1.0), aim_ms, "the bare thing 1.0 ms")


def test_everything_is_measured_over_a_catalogue(application: Application, tmp_path: Path) -> None:
    for number in range(12):
        examples = [f"a lantern number {number}, dusk, fog", "a boat, a pier <lora:a1:1>"]
        write_lora(tmp_path / "Lora", f"a{number}", f"Thing {number}", examples=examples)
    application.scan()
    file = application.database.path
    assert file is not None
    assert not has_examples(file)
    read_all(application)
    assert has_examples(file)
    report = measure_recommending(application, file, times=4)
    names = [one.figure.name for one in report.lines]
    assert {"prompt to list", "similar", "goes with", "event loop late", "one adapter changed"} <= set(names)
    assert all(one.figure.requests and one.figure.median_ms >= 0 for one in report.lines)
    assert report.numbers["adapters"] == 12
    assert report.numbers["example prompts"] == 24
    assert report.numbers["vectors MB"] > 0
    assert len(saved_report(report)["lines"]) == len(names)


def test_what_misses_its_aim_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line("quick", 1.0, 30.0), line("slow", 50.0, 40.0), line("free", 9.0, None)]
    assert print_report(Report(lines, NUMBERS)) == 1
    told = capsys.readouterr().out
    assert "40 ms MISSED" in told
    assert "30 ms met" in told
    assert "embedded" not in told
    print_report(Report(lines, {**NUMBERS, "embedded/s": 31.0}))
    assert "31.0 adapters embedded a second" in capsys.readouterr().out


def test_prompts_are_mixed_the_same_every_time() -> None:
    examples = {1: ("a lantern, <lora:x:1> dusk, fog",), 2: ("a moth, night",)}
    found = mixed_prompts(examples, 5)
    assert found == mixed_prompts(examples, 5)
    assert len(found) == 5
    assert not any("lora" in prompt for prompt in found)
    assert mixed_prompts({}, 1)


def test_a_loop_that_is_held_up_is_late() -> None:
    assert max(loop_delays([lambda: time.sleep(0.02)] * 4)) < 1000
    held = loop_delays([lambda: sum(range(3_000_000))] * 4)
    assert held
