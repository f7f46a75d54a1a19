from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lora_manager.optional_packages import (
    ENCODER,
    INSTALL_ENCODER,
    Plan,
    add_encoder,
    encoder_plan,
    wanted_at_start,
)
from lora_manager.package_install import NOBODY, Step
from tests.helpers.packages import Environment, make_environment

# What the web UIs bring, as far as it matters here.
SDNEXT = {"torch": "2.13.0+cpu", "transformers": "5.13.0", "huggingface-hub": "1.23.0", "scipy": "1.14.1"}
REFORGE = {"torch": "2.13.0+cpu", "transformers": "4.48.1", "huggingface-hub": "0.25.0", "scipy": "1.16.3"}
FORGE = {"torch": "2.13.0+cpu", "transformers": "4.46.1", "huggingface-hub": "0.26.2", "scipy": "1.16.3"}
A1111 = {"torch": "2.13.0+cpu", "transformers": "4.30.2", "huggingface-hub": "0.36.2", "scipy": "1.16.3"}
ALL_BESIDE = {"numpy": "2.1.2", "tqdm": "4.68", "typing-extensions": "4.15", "pillow": "12.2"}


def alone(requirement: str) -> Step:
    return Step((requirement,), alone=True, built=True)


@pytest.mark.parametrize(
    ("have", "requirement"),
    [
        (SDNEXT, "sentence-transformers>=5.2,<7"),
        ({**SDNEXT, "transformers": "5.13.0.dev0"}, "sentence-transformers>=5.2,<7"),
        ({**SDNEXT, "huggingface-hub": "1.2.9"}, "sentence-transformers>=5.2,<6"),
        ({**SDNEXT, "transformers": "4.52.4"}, "sentence-transformers>=5.2,<6"),  # SDNext with DirectML
        (REFORGE, "sentence-transformers>=5.2,<6"),
        (FORGE, "sentence-transformers>=5.2,<6"),
    ],
)
def test_the_encoder_is_of_the_versions_that_go_with_transformers(have: Mapping[str, str], requirement: str) -> None:
    plan = encoder_plan({**have, **ALL_BESIDE})
    assert (plan.state, plan.can_install, plan.reason) == ("missing", True, "")
    assert plan.steps == (Step(("scikit-learn",), built=True), alone(requirement))
    versions = requirement.removeprefix(ENCODER)
    fits = f"{ENCODER} ({versions}, as fits transformers {have['transformers']})"
    for said in (fits, "scikit-learn", "Nothing that is installed changes"):
        assert said in plan.plan


def test_the_encoder_never_brings_torch_or_transformers_whatever_it_asks_for() -> None:
    """It asks for a setuptools that torch wants and the hosts do not have: with that, pip would move one of them."""
    for have in (SDNEXT, REFORGE, FORGE):
        *_, last = encoder_plan(have).steps
        assert last.alone
        named = [name for step in encoder_plan(have).steps for name in step.requirements]
        assert not {"torch", "transformers", "setuptools"} & set(named)


def test_what_is_there_already_is_not_asked_for_again() -> None:
    plan = encoder_plan({**SDNEXT, **ALL_BESIDE, "scikit-learn": "1.9.1"})
    assert plan.steps == (alone("sentence-transformers>=5.2,<7"),)


@pytest.mark.parametrize(
    ("have", "why"),
    [
        (A1111, "transformers 4.30.2 is installed, and no sentence-transformers works"),
        ({**SDNEXT, "transformers": "6.0.1"}, "newer than any"),
        ({"transformers": "5.13.0"}, "needs torch"),
        ({"torch": "2.13.0"}, "needs transformers"),
        ({}, "needs torch"),
    ],
)
def test_where_none_fits_nothing_is_planned_and_the_reason_is_said(have: Mapping[str, str], why: str) -> None:
    plan = encoder_plan(have)
    assert (plan.state, plan.can_install, plan.steps, plan.version) == ("unfit", False, (), "")
    assert why in plan.reason
    assert plan.reason.endswith(".")


@pytest.mark.parametrize(
    ("have", "version", "state"),
    [
        (SDNEXT, "6.2.0", "installed"),
        (SDNEXT, "5.1.2", "unfit"),
        (FORGE, "3.4.1", "installed"),
        (FORGE, "6.0", "unfit"),
        (A1111, "2.2.2", "installed"),
        ({}, "5.2", "installed"),
    ],
)
def test_one_that_is_there_is_left_alone_also_where_it_does_not_fit(
    have: Mapping[str, str], version: str, state: str
) -> None:
    plan = encoder_plan({**have, ENCODER: version})
    assert (plan.state, plan.version, plan.can_install) == (state, version, False)
    assert bool(plan.reason) is (state == "unfit")


@pytest.mark.parametrize(("value", "wanted"), [("1", True), ("true", True), (" Yes ", True), ("0", False), ("", False)])
def test_the_setting_is_an_environment_variable(value: str, wanted: bool) -> None:
    assert wanted_at_start({INSTALL_ENCODER: value}) is wanted
    assert not wanted_at_start({})


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """SDNext's, with an index that has the encoder."""
    found = make_environment(tmp_path, monkeypatch)
    for name, version in {**SDNEXT, **ALL_BESIDE, "setuptools": "69.5.1"}.items():
        found.put(name, version.partition("+")[0])
    found.offer("threadpoolctl")
    found.offer("scikit-learn", "1.9.1", requires=("numpy>=2", "threadpoolctl"))
    for name, version in (("torch", "2.14.0"), ("setuptools", "84.2.1"), ("transformers", "6.0")):
        found.offer(name, version)
    return found


def test_the_plan_is_followed_and_nothing_moves(environment: Environment) -> None:
    environment.offer(ENCODER, "6.2.0", requires=("torch>=2.14", "setuptools>=77", "scikit-learn"))
    before = environment.versions()
    outcome = add_encoder(environment.target, encoder_plan(before), NOBODY)
    assert outcome.added == {"scikit-learn": "1.9.1", ENCODER: "6.2.0", "threadpoolctl": "1.0"}
    assert (outcome.moved, outcome.failure) == ((), "")
    after = environment.versions()
    assert after == {**before, **outcome.added}
    assert encoder_plan(after) == Plan(ENCODER, "installed", "6.2.0")


def test_an_encoder_that_does_not_work_is_taken_back_whole(environment: Environment) -> None:
    environment.offer(ENCODER, "6.2.0", code="from transformers import PreTrainedModel")
    before = environment.versions()
    outcome = add_encoder(environment.target, encoder_plan(before), NOBODY)
    assert "cannot import name 'PreTrainedModel'" in outcome.failure
    assert environment.versions() == before
