from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lora_manager.search.ranking.ranker import Ranker
from tests.search.ranking.library import FACTS, small_index
from tests.tools.test_ranker_library import LIBRARY
from tools.ranker_library import Query
from tools.train_ranker import NO_LIGHTGBM, run, short_cases, training_cases

ROOT = Path(__file__).resolve().parents[2]


def test_without_lightgbm_it_says_what_to_do(tmp_path: Path) -> None:
    if importlib.util.find_spec("lightgbm") is not None:
        pytest.skip("LightGBM is there")
    command = [sys.executable, str(ROOT / "tools" / "train_ranker.py"), str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.strip()) == (1, "", NO_LIGHTGBM)


def test_cases_of_other_libraries_are_trained_on_too() -> None:
    queries = [Query(f"{one.id}-natural", "natural", one.name + ", fog, pier, night", one.id) for one in FACTS[:4]]
    cases = training_cases(LIBRARY, queries)
    assert len(cases) > 3 * len(queries)
    assert json.dumps([case.query.id for case in cases[:4]]) == json.dumps([query.id for query in queries])


def test_short_questions_are_trained_on() -> None:
    queries = [Query(f"{one.id}-natural", "natural", one.name + ", fog, pier, night", one.id) for one in FACTS[:4]]
    cases = short_cases(LIBRARY, queries)
    assert {case.query.mode for case in cases} >= {"short-parts"}
    assert all(case.right >= 0 for case in cases)


def test_a_run_holds_the_first_ten() -> None:
    found = run(small_index(), [Query("1", "natural", "an amber lantern", 1)], Ranker.text_alone())
    assert found["1"][0] == 1
