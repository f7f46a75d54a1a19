from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from lora_manager.hosts.base import AppliedAdapter, NetworkLocation, RefusedAdapter
from tests.hosts.in_sdnext import Inside

NO_PATHS_IN_TAGS = pytest.mark.skipif(sys.platform == "win32", reason="a path holds a colon there")


def location(inside: Inside, relative: str, first: bool = True) -> NetworkLocation:
    return NetworkLocation(inside.loras, relative, first)


def applied(inside: Inside, prompt: str) -> list[AppliedAdapter]:
    """What the host applied for a prompt of ours."""
    return list(inside.generate(prompt).applied)


def refused(inside: Inside, prompt: str) -> dict[str, str]:
    return {item.tag_name: item.reason for item in inside.generate(prompt).refused}


@pytest.mark.parametrize(
    ("relative", "name"),
    [("ink-wash.safetensors", "ink-wash"), ("my.lora v1.5.safetensors", "my_lora v1_5"), ("a/b/c.safetensors", "c")],
)
def test_a_name_is_the_stem_without_dots(sdnext: Inside, relative: str, name: str) -> None:
    file = sdnext.add_lora(relative)
    assert sdnext.host.tag_name(location(sdnext, relative)) == name
    assert sdnext.host.reached_file(name) == file
    assert sdnext.host.reached_file(Path(relative).stem) == file


def test_a_file_that_the_host_has_not_listed_yet(sdnext: Inside) -> None:
    assert sdnext.host.tag_name(location(sdnext, "new.v2.safetensors")) == "new_v2"
    assert sdnext.host.reached_file("new_v2") is None


@NO_PATHS_IN_TAGS
def test_of_two_files_of_one_name_the_unlisted_one_goes_by_its_path(sdnext: Inside) -> None:
    files = {relative: sdnext.add_lora(relative) for relative in ("ink-wash.safetensors", "sub/ink-wash.safetensors")}
    names = {relative: sdnext.host.tag_name(location(sdnext, relative)) for relative in files}
    assert sorted(names.values(), key=len)[0] == "ink-wash"
    for relative, name in names.items():
        assert sdnext.host.reached_file(name) == files[relative]
        (adapter,) = applied(sdnext, f"a cat <lora:{name}:0.5>")
        assert adapter == AppliedAdapter(name, files[relative], 0.5, 0.5)


@NO_PATHS_IN_TAGS
def test_names_that_differ_by_a_dot_are_one_name(sdnext: Inside) -> None:
    dotted, plain = sdnext.add_lora("a.b.safetensors"), sdnext.add_lora("a_b.safetensors")
    assert sdnext.host.tag_name(location(sdnext, "a_b.safetensors")) == "a_b"
    assert sdnext.host.tag_name(location(sdnext, "a.b.safetensors")) == str(dotted)
    assert sdnext.host.reached_file("a_b") == plain


@NO_PATHS_IN_TAGS
def test_the_second_of_a_stem_goes_by_its_path_before_it_is_listed(sdnext: Inside) -> None:
    assert sdnext.host.tag_name(location(sdnext, "b/x.safetensors", False)) == str(sdnext.loras / "b/x.safetensors")


@pytest.mark.parametrize("folder", ["a=b", "a:b", "a>b", "a<b"])
@pytest.mark.skipif(sys.platform == "win32", reason="not in a name there")
def test_a_path_that_would_spoil_the_tag_is_not_used(sdnext: Inside, folder: str) -> None:
    assert sdnext.host.tag_name(location(sdnext, f"{folder}/x.safetensors", False)) == "x"


@NO_PATHS_IN_TAGS
def test_a_path_reaches_a_file_only_while_it_is_there(sdnext: Inside) -> None:
    assert sdnext.host.reached_file(str(sdnext.loras / "ink-wash.safetensors")) is not None
    assert sdnext.host.reached_file("/nowhere/ink-wash.safetensors") is None


@pytest.mark.parametrize(
    ("arguments", "te_weight", "unet_weight"),
    [
        (":0.8", 0.8, 0.8),
        ("", 1.0, 1.0),
        (":0.8:te=0.3", 0.3, 0.3),
        (":0.8:unet=0.4", 0.8, 0.4),
        (":0.8:0.4", 0.8, 0.8),  # a second number is none of the UNet's here
        (":0.5:in=0.2:out=-0.9", 0.5, -0.9),
        (":nonsense", 1.0, 1.0),
        (":-1", -1.0, -1.0),
    ],
)
def test_weights_are_the_hosts_own(sdnext: Inside, arguments: str, te_weight: float, unet_weight: float) -> None:
    (adapter,) = applied(sdnext, f"a cat <lora:ink-wash{arguments}>")
    assert (adapter.te_weight, adapter.unet_weight) == (te_weight, unet_weight)
    assert adapter.path == sdnext.loras / "ink-wash.safetensors"


def test_a_tag_in_either_spelling(sdnext: Inside) -> None:
    file = sdnext.add_lora("my.style v1.5.safetensors")
    for name in ("my_style v1_5", "my.style v1.5"):
        assert applied(sdnext, f"<lora:{name}:0.5>") == [AppliedAdapter(name, file, 0.5, 0.5)]


@NO_PATHS_IN_TAGS
def test_a_file_that_two_tags_name_is_applied_twice_over(sdnext: Inside) -> None:
    file = sdnext.loras / "ink-wash.safetensors"
    result = sdnext.generate(f"<lora:ink-wash:0.5> <lora:{file}:0.75> <lora:paper-cut:0.3>")
    assert list(result.applied) == [
        AppliedAdapter("ink-wash", file, 1.25, 1.25),
        AppliedAdapter("paper-cut", sdnext.loras / "paper-cut.safetensors", 0.3, 0.3),
    ]
    assert list(result.refused) == []


def test_a_tag_that_stands_twice_is_applied_twice(sdnext: Inside) -> None:
    (adapter,) = applied(sdnext, "<lora:ink-wash:0.5> <lora:ink-wash:0.25>")
    assert (adapter.te_weight, adapter.unet_weight) == (0.75, 0.75)


@NO_PATHS_IN_TAGS
def test_a_first_pass_that_names_a_file_twice(sdnext: Inside) -> None:
    file = sdnext.loras / "ink-wash.safetensors"
    prompt, second = f"a cat <lora:ink-wash:0.5> <lora:{file}:0.75>", "sharp <lora:paper-cut:0.5>"
    observed = sdnext.observed(prompt, refiner_prompt=second, enable_hr=True)
    weights = [(item.tag_name, item.unet_weight) for item in observed.result.applied]
    assert weights == [("ink-wash", 1.25), ("paper-cut", 0.5)]
    assert list(observed.result.refused) == []


@pytest.mark.parametrize("weight", ["nan", "inf", "1e999"])
def test_a_weight_that_is_no_finite_number(sdnext: Inside, monkeypatch: pytest.MonkeyPatch, weight: str) -> None:
    monkeypatch.setattr(sdnext.module("processing"), "_draw", lambda p, number: Image.new("RGB", (p.width, p.height)))
    (adapter,) = applied(sdnext, f"<lora:ink-wash:{weight}>")
    assert (adapter.te_weight, adapter.unet_weight) == (1.0, 1.0)


def test_why_a_tag_had_no_effect(sdnext: Inside) -> None:
    unfit = sdnext.add_lora("for-sdxl.safetensors")
    sdnext.module("lora.lora_load").unfit.add(str(unfit))
    reasons = refused(sdnext, "<lora:gone:1> <lora:paper-cut:0> <lora:for-sdxl:1> <lyco:ink-wash:1> <lora:ink-wash:1>")
    assert list(reasons) == ["gone", "paper-cut", "for-sdxl"]
    assert "no LoRA of this name" in reasons["gone"]
    assert "weight is 0" in reasons["paper-cut"]
    assert "another base model" in reasons["for-sdxl"]


def test_a_tag_of_another_kind_is_refused(sdnext: Inside) -> None:
    assert "<lora:...>" in refused(sdnext, "<lyco:ink-wash:1>")["ink-wash"]


def test_one_unknown_name_takes_nothing_from_the_others(sdnext: Inside) -> None:
    result = sdnext.generate("<lora:gone:1> <lora:ink-wash:0.8> <lora:paper-cut:0.5>")
    assert [(item.tag_name, item.unet_weight) for item in result.applied] == [("ink-wash", 0.8), ("paper-cut", 0.5)]


def test_what_the_run_before_applied_is_not_taken_for_this_ones(sdnext: Inside) -> None:
    """A name with one `=` and no weight breaks the activation, and the list stays as it was."""
    sdnext.add_lora("a=b.safetensors")
    assert applied(sdnext, "<lora:ink-wash:0.8>")
    result = sdnext.generate("<lora:a=b>")
    assert result.applied == ()
    assert [item.tag_name for item in result.refused] == ["a=b"]
    assert sdnext.module("lora.lora_common").loaded_networks, "the trap is not there any more"


def test_files_listed_without_a_network_around_them(sdnext: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for Nunchaku's models: no multipliers, and the listed name whichever spelling was typed."""
    file = sdnext.add_lora("my.style.safetensors")
    networks = sdnext.module("lora.lora_load")
    listed = networks.available_networks["my_style"]

    def load(names: list[str], te: list[float], unet: list[float]) -> None:
        sdnext.module("lora.lora_common").loaded_networks[:] = [listed]

    monkeypatch.setattr(networks, "network_load", load)
    assert applied(sdnext, "<lora:my.style:0.7>") == [AppliedAdapter("my.style", file, 0.7, 0.7)]


def test_a_second_pass_with_its_own_prompt_does_not_hide_the_first(sdnext: Inside) -> None:
    prompt, second = "a cat <lora:ink-wash:0.8> <lora:gone:1>", "sharp <lora:paper-cut:0.5>"
    observed = sdnext.observed(prompt, refiner_prompt=second, enable_hr=True)
    weights = [(item.tag_name, item.unet_weight) for item in observed.result.applied]
    assert weights == [("ink-wash", 0.8), ("paper-cut", 0.5)]
    assert list(observed.result.refused) == [RefusedAdapter("gone", "SDNext lists no LoRA of this name")]


def test_a_prompt_for_a_second_pass_that_is_not_made(sdnext: Inside) -> None:
    observed = sdnext.observed("a cat <lora:ink-wash:0.8>", refiner_prompt="sharp <lora:paper-cut:0.5>")
    assert [item.tag_name for item in observed.result.applied] == ["ink-wash"]
    assert observed.result.refused == []
