from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from tests.helpers.packages import make_environment
from tools import check_install
from tools.check_install import copied, difference, freeze, run_install


def test_what_was_added_and_what_moved_are_told_apart() -> None:
    before = {"a": "1", "b": "1", "c": "1"}
    assert difference(before, {**before, "d": "2"}) == (["d==2"], [])
    assert difference(before, {"a": "1", "b": "2"}) == ([], ["b 1 -> 2", "c 1 -> gone"])


@pytest.mark.skipif(sys.platform == "win32", reason="a copied environment starts no Python there")
def test_the_real_install_py_runs_in_a_copy_and_its_source_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = make_environment(tmp_path, monkeypatch)
    environment.put("old-lamp", "1.0")
    environment.put("nh3", "0.1")
    python = copied(environment.python, tmp_path / "copy")
    before = freeze(python)
    assert set(before) == {"pip", "old-lamp"}, "the packages of LoRA Manager are taken out of the copy"
    monkeypatch.setattr(check_install, "NOWHERE", str(environment.wheels))
    options = argparse.Namespace(without_network=True, read_only=False, encoder=False)
    said, seconds = run_install(python, options)
    assert "could not be installed" in said
    assert said.endswith("exit 0")
    assert seconds > 0
    assert difference(before, freeze(python)) == ([], [])
    assert environment.versions() == {"old-lamp": "1.0", "nh3": "0.1"}
