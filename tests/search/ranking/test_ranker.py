from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lora_manager.errors import BadInputError
from lora_manager.search.ranking.features import NAMES
from lora_manager.search.ranking.ranker import (
    FORMAT,
    MOST_BYTES,
    OWN_NAME,
    Ranker,
    as_share,
    prior_terms,
    where_it_matches,
)

STUMP = {
    "inner": [1],
    "feature": [0],
    "threshold": [0.5],
    "left": [-1],
    "right": [-2],
    "value": [0.0],
    "leaves": [-1, 2],
}
DATA: dict[str, Any] = {
    "format": FORMAT, "name": "stump", "features": ["text_rel"], "trees": STUMP, "scale": 2.0, "shift": 1.0,
}  # fmt: skip


def _rows(*values: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    rows = np.zeros((len(values), len(NAMES)), np.float32)
    rows[:, NAMES.index("text_rel")] = values
    return rows


def test_a_ranker_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(json.dumps(DATA))
    ranker = Ranker.load(path)
    assert ranker.name == "stump"
    assert ranker.log_odds(_rows(0, 1)).tolist() == [-1, 5]
    assert {name: values.tolist() for name, values in ranker.shares(_rows(1)).items()} == {"words": [4.0]}


def test_the_shipped_ranker_is_there() -> None:
    ranker = Ranker.shipped()
    assert ranker.trees is not None
    assert ranker is Ranker.shipped()


def test_a_user_has_a_ranker_of_their_own(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Ranker.in_folder(tmp_path) is Ranker.shipped()
    assert not caplog.records
    path = tmp_path / OWN_NAME
    path.write_text(json.dumps(DATA))
    assert Ranker.in_folder(tmp_path).name == "stump"
    path.write_text("{}")
    assert Ranker.in_folder(tmp_path) is Ranker.shipped()
    assert len(caplog.records) == 1


def test_text_alone() -> None:
    ranker = Ranker.text_alone()
    odds = ranker.log_odds(_rows(0.2, 0.9))
    assert odds[1] > odds[0]
    assert list(ranker.shares(_rows(1))) == ["words"]


def _with(**changes: Any) -> bytes:
    return json.dumps({**DATA, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
        _with(format="other"),
        _with(features=["no such"]),
        _with(features=[]),
        _with(features={"text_rel": 1}),
        _with(features=[["text_rel"]]),
        _with(scale="2"),
        _with(scale=None),
        _with(shift=1e300),
        _with(scale=float("nan")),
        _with(trees=[]),
        _with(trees={**STUMP, "feature": [1]}),
        _with(trees={**STUMP, "leaves": [1, 1e999]}),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ranker.json"
    path.write_bytes(content)
    with pytest.raises(BadInputError):
        Ranker.load(path)


def test_a_damaged_file_is_a_ranker_or_refused(tmp_path: Path) -> None:
    rnd = random.Random(3)
    whole = json.dumps(DATA).encode()
    path = tmp_path / "ranker.json"
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[rnd.randrange(len(damaged))] = rnd.randrange(32, 127)
        path.write_bytes(bytes(damaged))
        try:
            ranker = Ranker.load(path)
        except BadInputError:
            continue
        assert np.isfinite(ranker.log_odds(_rows(0, 1))).all()


@pytest.mark.parametrize("leaves", [[-3e38, 3e38], [-1e300, 2], [float("nan"), 0]])
def test_leaves_whose_sum_would_be_no_number_are_refused(leaves: list[float]) -> None:
    with pytest.raises(BadInputError, match="number that is none"):
        Ranker.of({**DATA, "trees": {**STUMP, "leaves": leaves}})


def test_half_a_sign_in_the_name_is_replaced() -> None:
    assert Ranker.of({**DATA, "name": "mine \ud800"}).name == "mine ?"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / OWN_NAME)
    assert Ranker.in_folder(tmp_path) == Ranker.shipped()


def test_priors_add_from_what_is_known() -> None:
    added = prior_terms({"preference": np.array([0.5, 1, 0, np.nan], np.float32), "other": np.ones(4, np.float32)})
    assert list(added) == ["preference"]
    assert added["preference"].tolist() == [0, 1.5, -1.5, 0]
    assert prior_terms({"family": np.array([1, 0], np.float32)})["family"].tolist() == [0, -2]


def test_shares() -> None:
    assert as_share(np.array([0.0], np.float32)).tolist() == [0.5]
    assert 0 < as_share(np.array([-1e9], np.float32))[0] < as_share(np.array([1e9], np.float32))[0] < 1


def test_liking_lifts_what_matches_in_proportion() -> None:
    shift, log_odds = np.array([1.5, 1.5, 1.5, -1.5], np.float32), np.array([2.0, 0.0, -6.0, -6.0], np.float32)
    moved = where_it_matches(shift, log_odds)
    assert moved[0] == pytest.approx(1.5)
    assert moved[1] == pytest.approx(1.5 * 0.5 / as_share(log_odds)[0])
    assert moved[2] < 0.01
    assert moved[3] == -1.5
    assert len(where_it_matches(shift[:0], log_odds[:0])) == 0
