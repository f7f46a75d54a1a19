from __future__ import annotations

import pytest

from lora_manager.hosts.diffusers_samplers import SAMPLERS


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore::DeprecationWarning:diffusers")
def test_every_scheduler_exists() -> None:
    diffusers = pytest.importorskip("diffusers")
    assert [name for name, sampler in SAMPLERS.items() if not hasattr(diffusers, sampler.scheduler)] == []


def test_the_default_is_the_one_of_the_web_uis() -> None:
    assert next(iter(SAMPLERS)) == "Euler a"
