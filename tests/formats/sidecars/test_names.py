from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.sidecars.names import candidate_names, description_name, sidecar_stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.json", "a"),
        ("a.b.civitai.info", "a.b"),
        ("a.CIVITAI.INFO", "a"),
        ("a.cm-info.json", "a"),
        ("a.metadata.json", "a"),
        ("a.api_info.json", "a"),
        ("a.swarm.json", "a"),
        ("a.safetensors.json", "a.safetensors"),
        ("a.safetensors.rgthree-info.json", "a.safetensors"),
        (".json", None),
        ("json", None),
        ("a.txt", None),
        ("a.safetensors", None),
        ("a.preview.png", None),
        ("", None),
    ],
)
def test_what_a_sidecar_belongs_to(name: str, stem: str | None) -> None:
    assert sidecar_stem(name) == stem


@given(st.text(min_size=1).filter(lambda stem: not stem.startswith(".")), st.sampled_from([".safetensors", ".PT"]))
def test_every_candidate_leads_back_to_its_model(stem: str, extension: str) -> None:
    for name in candidate_names(stem, extension):
        assert sidecar_stem(name) is not None
    back = {sidecar_stem(name) for name in candidate_names("plain", extension)}
    assert back == {"plain", "plain" + extension}
    assert sidecar_stem(description_name(stem)) is None
