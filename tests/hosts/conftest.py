from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from lora_manager.demo.networks import NetworkPlan, write_network
from lora_manager.hosts.base import AdapterToApply
from lora_manager.hosts.standalone import StandaloneConfig, StandaloneHost
from tests.hosts.in_a1111 import Inside, inside_host
from tests.hosts.in_sdnext import Inside as InsideSdnext
from tests.hosts.in_sdnext import inside_sdnext


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    from lora_manager.demo.tiny_model import build_tiny_model

    with warnings.catch_warnings():
        # diffusers' schedulers still use an old way of turning a tensor into a numpy array.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="diffusers")
        return build_tiny_model(tmp_path_factory.mktemp("model") / "tiny", ["ink", "dragon"])


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    write_network(folder / "ink.safetensors", NetworkPlan(rank=4, alpha=2, seed=1), {})
    write_network(folder / "film.safetensors", NetworkPlan(rank=8, alpha=8, seed=2, with_text_encoder=True), {})
    return folder


@pytest.fixture(scope="module")
def host(tiny_model: Path, networks: Path, tmp_path_factory: pytest.TempPathFactory) -> StandaloneHost:
    outputs = tmp_path_factory.mktemp("outputs")
    return StandaloneHost(StandaloneConfig((networks,), tiny_model, tiny_model.parent, outputs))


@pytest.fixture
def ink(networks: Path) -> AdapterToApply:
    return AdapterToApply("ink", networks / "ink.safetensors", 1.0, 1.0)


@pytest.fixture
def film(networks: Path) -> AdapterToApply:
    return AdapterToApply("film", networks / "film.safetensors", 1.0, 1.0)


@pytest.fixture(params=["a1111", "forge"])
def inside(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inside]:
    """Each imitated host of the AUTOMATIC1111 family, running."""
    with inside_host(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def a1111(tmp_path: Path) -> Iterator[Inside]:
    with inside_host("a1111", tmp_path) as found:
        yield found


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Inside]:
    with inside_host("forge", tmp_path) as found:
        yield found


@pytest.fixture
def sdnext(tmp_path: Path) -> Iterator[InsideSdnext]:
    """The imitated SDNext, running."""
    with inside_sdnext(tmp_path) as found:
        yield found
