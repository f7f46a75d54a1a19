from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lora_manager.hosts.base import AppliedAdapter, GenerationResult
from tests.hosts.in_a1111 import Inside, request


def run(inside: Inside, prompt: str) -> GenerationResult:
    result: GenerationResult = inside.host.generate(request(prompt), lambda progress: None, lambda: False)
    return result


def weights(result: GenerationResult) -> dict[str, tuple[float, float]]:
    return {adapter.tag_name: (adapter.te_weight, adapter.unet_weight) for adapter in result.applied}


def reasons(result: GenerationResult) -> dict[str, str]:
    return {tag.tag_name: tag.reason for tag in result.refused}


# --- folders and names ------------------------------------------------------------------------------------------------


def test_lycoris_is_a_root_where_the_host_lists_it(inside: Inside) -> None:
    """The others of the family know its flag and list only LoRAs."""
    models = inside.folder / "models"
    listed = [models / "Lora", models / "LyCORIS"] if inside.family == "a1111" else [models / "Lora"]
    assert inside.host.roots() == listed


def test_a_lycoris_folder_that_is_not_there_is_no_root(a1111: Inside) -> None:
    (a1111.folder / "models" / "LyCORIS").rmdir()
    assert a1111.host.roots() == [a1111.folder / "models" / "Lora"]


def test_a_relative_folder_becomes_absolute(inside: Inside) -> None:
    inside.module("shared").cmd_opts.lora_dir = "models/Lora"
    assert inside.host.roots()[0] == Path.cwd() / "models" / "Lora"


def test_names_and_aliases_reach_their_file(inside: Inside) -> None:
    path = inside.folder / "models" / "Lora" / "ink-wash.safetensors"
    assert inside.host.reached_file("ink-wash") == path
    assert inside.host.reached_file("ink_wash_v1") == path
    assert inside.host.reached_file("nobody") is None


def test_of_two_files_of_one_name_the_host_reaches_the_last(inside: Inside) -> None:
    inside.lora("a/twin")
    last = inside.lora("b/twin")
    assert inside.host.reached_file("twin") == last


def test_an_alias_of_two_files_reaches_the_file_of_that_name_only(inside: Inside) -> None:
    inside.lora("one", alias="same")
    inside.lora("two", alias="same")
    assert inside.host.reached_file("same") is None
    path = inside.lora("same")
    assert inside.host.reached_file("same") == path


def test_new_files_are_found_after_a_refresh(inside: Inside) -> None:
    path = inside.folder / "models" / "Lora" / "new.safetensors"
    inside.control.add_lora(path)
    assert inside.host.reached_file("new") is None
    inside.host.refresh_networks()
    assert inside.host.reached_file("new") == path


# --- what was applied -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("<lora:ink-wash>", (1.0, 1.0)),
        ("<lora:ink-wash:0.8>", (0.8, 0.8)),
        ("<lora:ink-wash:0.8:0.3>", (0.8, 0.3)),
        ("<lora:ink-wash:0.8:unet=0.1>", (0.8, 0.1)),
        ("<lora:ink-wash:te=0.2>", (0.2, 0.2)),
        ("<lora:ink-wash:te=0.2:unet=-0.5>", (0.2, -0.5)),
        ("<lyco:ink-wash:0.4>", (0.4, 0.4)),
    ],
)
def test_weights_are_those_the_host_used(inside: Inside, tag: str, expected: tuple[float, float]) -> None:
    assert weights(run(inside, f"a cat {tag}")) == {"ink-wash": expected}


def test_the_file_is_named_by_its_absolute_path_also_by_an_alias(inside: Inside) -> None:
    path = inside.folder / "models" / "Lora" / "paper-cut.safetensors"
    assert run(inside, "x <lora:paper_cut_v1:0.5>").applied == (AppliedAdapter("paper_cut_v1", path, 0.5, 0.5),)


def test_a_file_named_twice_is_applied_twice_over(inside: Inside) -> None:
    """By its name and its alias, at 0.5 and 0.25."""
    (adapter,) = run(inside, "x <lora:ink-wash:0.5> <lora:ink_wash_v1:0.25>").applied
    assert adapter.unet_weight == pytest.approx(0.75)


def test_weight_nought_is_no_use(inside: Inside) -> None:
    result = run(inside, "x <lora:ink-wash:0> <lora:paper-cut:0:1>")
    assert weights(result) == {"paper-cut": (0.0, 1.0)}
    assert reasons(result) == {"ink-wash": "Its weight is 0."}


def test_the_network_that_a_setting_adds_counts(inside: Inside) -> None:
    options = inside.module("shared").opts
    options.set("sd_lora", "paper-cut")
    options.set("extra_networks_default_multiplier", 0.9)
    assert weights(run(inside, "x <lora:ink-wash:0.5>")) == {"ink-wash": (0.5, 0.5), "paper-cut": (0.9, 0.9)}


def test_one_made_for_another_model_had_no_effect(inside: Inside) -> None:
    inside.lora("misfit")
    result = run(inside, "x <lora:misfit:1> <lora:ink-wash:0.5>")
    assert weights(result) == {"ink-wash": (0.5, 0.5)}
    assert "another kind of model" in reasons(result)["misfit"]


def test_a_host_that_tells_nothing_of_its_patches_is_believed(forge: Inside) -> None:
    """reForge and Classic apply patches too, and keep no table of files."""
    sd_models = forge.module("sd_models")
    sd_models.patch = lambda files: setattr(sd_models.model_data.sd_model, "forge_objects_after_applying_lora", None)
    assert weights(run(forge, "x <lora:ink-wash:0.5>")) == {"ink-wash": (0.5, 0.5)}


# --- what was not -----------------------------------------------------------------------------------------------------


def test_an_unknown_one_is_skipped_by_automatic1111(a1111: Inside) -> None:
    result = run(a1111, "x <lora:nobody:1> <lora:ink-wash:0.5>")
    assert weights(result) == {"ink-wash": (0.5, 0.5)}
    assert reasons(result) == {"nobody": "The host lists no LoRA of this name."}


def test_an_unknown_one_takes_all_others_with_it_on_forge(forge: Inside) -> None:
    """Also those that stand before it, which the host's list held for a moment."""
    result = run(forge, "x <lora:ink-wash:0.5> <lora:nobody:1> <lora:paper-cut:1>")
    assert result.applied == ()
    found = reasons(result)
    assert found["nobody"].endswith("then applies none of the prompt's LoRAs.")
    assert found["ink-wash"] == found["paper-cut"]
    assert "when it does not know one of them, here nobody" in found["ink-wash"]


def test_a_weight_that_is_no_number_drops_all(inside: Inside) -> None:
    result = run(inside, "x <lora:ink-wash:strong> <lora:paper-cut:1>")
    assert result.applied == ()
    assert set(reasons(result)) == {"ink-wash", "paper-cut"}


def test_a_file_that_does_not_load_is_refused(a1111: Inside) -> None:
    a1111.lora("broken")
    assert "could not load" in reasons(run(a1111, "x <lora:broken:1>"))["broken"]


def test_without_the_lora_extension_every_tag_is_refused(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "networks")
    assert inside.host.reached_file("ink-wash") is None
    inside.host.refresh_networks()
    assert inside.host.roots() == [inside.folder / "models" / "Lora"]
    assert reasons(run(inside, "x <lora:ink-wash:1>")) == {"ink-wash": "The host's Lora extension is switched off."}
