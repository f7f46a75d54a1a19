from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.base_model import (
    BaseModel,
    Evidence,
    detect_architecture,
    family_of,
    resolve_base_model,
    rule_of,
)
from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES, RULES, VERSIONS
from lora_manager.formats.network_file import describe_network
from tests.formats.header_fixtures import SHARED_HEADERS, HeaderCase, header_of, load_cases, load_shared

SDXL_KEY = "lora_unet_input_blocks_4_1_transformer_blocks_1_attn2_to_k.lora_down.weight"
SDXL = {SDXL_KEY: ("F16", [8, 2048])}
SD15 = {SDXL_KEY: ("F16", [8, 768])}
UNKNOWN = {"something.lora_down.weight": ("F16", [8, 111])}

SHARED_FAMILIES = {
    "anima_lora_kohya": "Anima",
    "anima_lora_kohya_with_te": "Anima",
    "anima_lora_peft": "Anima",
    "flux_dora_onetrainer": "Flux.1",
    "flux_lokr_bfl": "Flux.1",
    "flux_lora_aitoolkit": "Flux.1",
    "flux_lora_diffusers": "Flux.1",
    "flux_lora_diffusers_no_proj_mlp": "Flux.1",
    "flux_lora_xlabs": "Flux.1",
    "qwen_image_lora_kohya": "Qwen-Image",
    "fixtures_flux1_diffusers": "Flux.1",
    "fixtures_flux2_klein_diffusers": "Flux.2 Klein 9B",
    "fixtures_h3_diffusers": "MiniMax H3",
    "fixtures_krea2_diffusers": "Krea 2",
    "fixtures_krea2_lycoris": "Krea 2",
    "fixtures_qwen_image_kohya": "Qwen-Image",
    "fixtures_sdxl_lycoris": "SDXL",
}


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_fixture(case: HeaderCase) -> None:
    by_keys = case.expected.get("by_keys", case.expected["family"])
    assert detect_architecture(case.header).family == by_keys
    found = resolve_base_model(None, None, case.header, "file")
    assert (found.family, found.base_model) == (case.expected["family"], case.expected["base_model"])
    assert bool(found.evidence) == bool(found.family)


def test_every_rule_is_proven_by_a_fixture() -> None:
    proven = [rule_of(case.header)[0] for case in load_cases()]
    assert [rule for rule in RULES if rule not in proven] == []


@pytest.mark.parametrize("name", sorted(SHARED_FAMILIES))
def test_real_header(name: str) -> None:
    if not SHARED_HEADERS.is_dir():
        pytest.skip("the shared data are not here")
    (path,) = [path for path in SHARED_HEADERS.glob("*.json") if re.search(rf"_{name}\.json$", path.name)]
    header = load_shared(path.name)
    assert detect_architecture(header).family == SHARED_FAMILIES[name]
    assert resolve_base_model(None, None, header, "").family == SHARED_FAMILIES[name]


@pytest.mark.parametrize(
    ("base_model", "family"),
    [
        ("SD 1.4", "SD 1.5"),
        ("SD 1.5", "SD 1.5"),
        ("SD 1.5 LCM", "SD 1.5"),
        ("SD1", "SD 1.5"),
        ("sd_v1", "SD 1.5"),
        ("stable-diffusion-v1/lora", "SD 1.5"),
        ("SD 2.1 768", "SD 2.x"),
        ("stable-diffusion-v2-768-v", "SD 2.x"),
        ("SDXL 1.0", "SDXL"),
        ("SDXL Lightning", "SDXL"),
        ("SDXL Hyper", "SDXL"),
        ("sdxl_", "SDXL"),
        ("stable-diffusion-xl-v1-base/lora", "SDXL"),
        ("Pony", "Pony"),
        ("PonyXL", "Pony"),
        ("Pony V7", "Pony V7"),
        ("Illustrious", "Illustrious"),
        ("Noob", "NoobAI"),
        ("NoobAI", "NoobAI"),
        ("Flux.1 D", "Flux.1"),
        ("Flux.1 Kontext", "Flux.1"),
        ("flux-1-dev/lora", "Flux.1"),
        ("Flux.2 D", "Flux.2 Dev"),
        ("Flux.2 Klein 9B-base", "Flux.2 Klein 9B"),
        ("flux2_klein_9b", "Flux.2 Klein 9B"),
        ("Flux.2-klein-4b/lora", "Flux.2 Klein 4B"),
        ("Flux.2/lora", "Flux.2"),
        ("Chroma1/lora", "Chroma"),
        ("SD 3.5 Large Turbo", "SD 3.5"),
        ("stable-diffusion-v3.5/lora", "SD 3.5"),
        ("SD 3", "SD 3"),
        ("Wan Video 2.2 TI2V-5B", "Wan"),
        ("wan2.1/lora", "Wan"),
        ("Qwen", "Qwen-Image"),
        ("Qwen 2", "Qwen 2"),
        ("qwen-image-2512", "Qwen-Image"),
        ("Cosmos-Predict2/lora", "Cosmos"),
        ("SDXL 1.0 LCM", "SDXL"),
        ("Flux.3", "Flux.3"),
        ("Wan Video 2.2 I2V-A14B", "Wan"),
        ("Stable Cascade", "Stable Cascade"),
        ("CogVideoX", "CogVideoX"),
        ("Mochi", "Mochi"),
        ("SVD XT", "SVD"),
        ("Kolors", "Kolors"),
        ("Playground v2", "Playground"),
        ("HiDream-O1", "HiDream-O1"),
        ("Lumina", "Lumina 2"),
        ("Sana 1.6B", "Sana"),
        ("ZImageTurbo", "Z-Image"),
        ("zimage", "Z-Image"),
        ("LTXV", "LTX-Video"),
        ("LTXV2", "LTX-2"),
        ("LTXV 2.3", "LTX-2"),
        ("Hunyuan 1", "Hunyuan DiT"),
        ("Hunyuan Video", "Hunyuan Video"),
        ("hunyuan-image-2.1", "Hunyuan Image"),
        ("anima-preview", "Anima"),
        ("Animagine", ""),
        ("Krea-2/lora", "Krea 2"),
        ("PixArt a", "PixArt"),
        ("Ideogram/lora", "Ideogram"),
        ("Other", ""),
        ("Nano Banana", ""),
        ("", ""),
    ],
)
def test_family_of_what_sites_and_trainers_write(base_model: str, family: str) -> None:
    assert family_of(base_model) == family


def test_every_family_knows_its_own_name() -> None:
    assert {family.name: family_of(family.name) for family in FAMILIES} == {name: name for name in BY_NAME}


def test_tables_name_known_families_only() -> None:
    assert {rule.family for rule in RULES} <= set(BY_NAME)
    assert {family.refines for family in FAMILIES} - {""} <= set(BY_NAME)


SAYS_SDXL = Evidence("Its keys hold attn2_to_k, input 2048: SDXL", "tensors")


def test_a_claim_is_kept_as_written_where_the_keys_allow_it() -> None:
    for claim, family in (("SDXL Lightning", "SDXL"), ("Illustrious", "Illustrious"), ("Nano Banana 9", "SDXL")):
        says = Evidence(f'Civitai says "{claim}"', "civitai")
        assert resolve_base_model(claim, "SD1", header_of(SDXL), "a pony") == BaseModel(
            claim, family, "civitai", (says, SAYS_SDXL)
        )
    assert resolve_base_model("Nano Banana 9", None, header_of(UNKNOWN), "x").family == ""


def test_a_claim_of_another_architecture_does_not_hold_against_the_keys() -> None:
    wrong = Evidence('Civitai says "SD 1.5", but the keys are not of that', "civitai")
    assert resolve_base_model("SD 1.5", None, header_of(SDXL), "x") == BaseModel(
        "SDXL", "SDXL", "keys", (SAYS_SDXL, wrong)
    )
    found = resolve_base_model("SD 1.5", None, header_of(SDXL), "ink for pony")
    assert (found.base_model, [each.source for each in found.evidence]) == ("Pony", ["tensors", "civitai", "name"])


def test_a_claim_of_the_wider_family_is_refined_by_the_keys() -> None:
    klein = header_of({"diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight": ("BF16", [8, 4096])})
    found = resolve_base_model("Flux.2", None, klein, "x")
    assert (found.base_model, found.family, len(found.evidence)) == ("Flux.2 Klein 9B", "Flux.2 Klein 9B", 1)


@pytest.mark.parametrize("name", ["single_blocks_7_linear2", "double_blocks_0_img_mlp_2", "double_blocks_3_txt_mlp_2"])
def test_modules_that_lead_back_from_a_wider_layer_tell_the_width_by_their_output(name: str) -> None:
    wide = 15360 if "linear2" in name else 12288
    tensors = {f"lora_unet_{name}.lora_down.weight": [8, wide], f"lora_unet_{name}.lora_up.weight": [3072, 8]}
    header = header_of({key: ("BF16", shape) for key, shape in tensors.items()})
    assert detect_architecture(header).family == "Flux.1"


def test_where_others_look_the_same_what_is_written_decides() -> None:
    block = header_of({"diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight": ("BF16", [8, 3072])})
    assert resolve_base_model(None, None, block, "x").family == "Flux.1"
    assert resolve_base_model("Hunyuan Video", None, block, "x").family == "Hunyuan Video"
    assert resolve_base_model(None, None, block, "ink hunyuan video").family == "Hunyuan Video"
    assert resolve_base_model("SD 1.5", None, block, "x").family == "Flux.1"
    trained = header_of({key: ("BF16", [8, 3072]) for key in block.tensors}, {"modelspec.architecture": "flux-1-dev"})
    found = resolve_base_model(None, None, trained, "hunyuan video look")
    assert (found.family, found.base_model) == ("Flux.1", "Flux.1 D")


@pytest.mark.parametrize(
    ("metadata", "name", "base_model"),
    [
        ({}, "x", "Wan Video 14B"),
        ({}, "ink_wan2.2_high_noise", "Wan Video 2.2 14B"),
        ({"ss_output_name": "ink-LowNoise"}, "x", "Wan Video 2.2 14B"),
        ({"ss_base_model_version": "wan2.2"}, "x", "Wan Video 2.2 14B"),
        ({}, "ink_wan2.1", "Wan Video 14B"),
    ],
)
def test_versions_that_only_metadata_and_names_tell(metadata: dict[str, str], name: str, base_model: str) -> None:
    wan = header_of({"diffusion_model.blocks.0.self_attn.q.lora_A.weight": ("BF16", [8, 5120])}, metadata)
    assert resolve_base_model(None, None, wan, name).base_model == base_model


def test_versions_belong_to_known_families_whose_word_for_them_they_are() -> None:
    assert {row.version: family_of(row.version) for row in VERSIONS} == {row.version: row.family for row in VERSIONS}
    named = {rule.version: rule.family for rule in RULES if rule.version}
    assert {version: family_of(version) for version in named} == named


def test_a_claim_of_other_gives_way_and_is_shown_only_when_nothing_is_found() -> None:
    assert resolve_base_model("Other", None, header_of(SD15), "x").base_model == "SD 1.5"
    assert resolve_base_model("Other", None, header_of(UNKNOWN), "x") == BaseModel("Other", "", "")


@pytest.mark.parametrize(
    ("metadata", "sd_version", "name", "family", "source"),
    [
        ({}, None, "x", "SDXL", "keys"),
        ({}, "PonyXL", "x", "Pony", "a1111"),
        ({}, "SD1", "x", "SDXL", "keys"),
        ({"ss_sd_model_name": "noobaiXL_vPred.safetensors"}, None, "x", "NoobAI", "kohya"),
        ({"ss_sd_model_name": "sd_xl_base_1.0.safetensors"}, None, "style_pony", "SDXL", "keys"),
        ({"modelspec.title": "ink for Illustrious"}, None, "x", "Illustrious", "modelspec"),
        ({}, None, "ink_IL_v2", "Illustrious", "file_name"),
        ({}, None, "inkStyle_PDXL", "Pony", "file_name"),
        ({}, None, "il_postino", "SDXL", "keys"),
        ({}, None, "long_ponytail", "SDXL", "keys"),
        ({}, None, "my_little_pony", "SDXL", "keys"),
        ({}, None, "MyLittlePony", "SDXL", "keys"),
        ({}, None, "flux style", "SDXL", "keys"),
    ],
)
def test_descendants_of_sdxl_are_told_by_what_is_written(
    metadata: dict[str, str], sd_version: str | None, name: str, family: str, source: str
) -> None:
    found = resolve_base_model(None, sd_version, header_of(SDXL, metadata), name)
    assert (found.family, found.base_model, found.source) == (family, family, source)


@pytest.mark.parametrize(
    ("metadata", "sd_version", "name", "family", "source"),
    [
        (
            {"modelspec.architecture": "Z-Image/lora", "ss_base_model_version": "sdxl_"},
            None,
            "x",
            "Z-Image",
            "modelspec",
        ),
        ({"ss_base_model_version": "sd_1.5"}, None, "x", "", ""),
        ({"ss_base_model_version": "sd_1.5"}, None, "wan2.2 ink", "Wan", "file_name"),
        ({"ss_base_model_version": "krea2"}, "SD1", "x", "Krea 2", "kohya"),
        ({"ss_base_model_version": "None", "ss_v2": "True"}, None, "x", "SD 2.x", "kohya"),
        ({"ss_sd_model_name": "sd-v1-5-pruned-fp16.safetensors"}, None, "x", "SD 1.5", "kohya"),
        ({}, "SDXL", "x", "SDXL", "a1111"),
        ({}, "Unknown", "style v1.5", "", ""),
        ({"modelspec.architecture": "newcomer-9/lora"}, None, "x", "", "modelspec"),
        # What is written first names the family, what is written later which member of it.
        (
            {
                "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
                "ss_sd_model_name": "ponyDiffusionV6XL.safetensors",
            },
            None,
            "x",
            "Pony",
            "kohya",
        ),
        ({}, None, "WireTechXL", "SDXL", "file_name"),
        ({}, None, "chromatic_aberration", "", ""),
        ({}, None, "animated character", "", ""),
    ],
)
def test_metadata_and_names_where_the_keys_say_nothing(
    metadata: dict[str, str], sd_version: str | None, name: str, family: str, source: str
) -> None:
    found = resolve_base_model(None, sd_version, header_of(UNKNOWN, metadata), name)
    assert (found.family, found.source) == (family, source)


def test_without_a_header_what_is_written_is_all_there_is() -> None:
    assert resolve_base_model(None, "SD 1.5", None, "x").family == "SD 1.5"
    says = Evidence('Its record says "Some Model 9"', "metadata")
    assert resolve_base_model(None, "Some Model 9", None, "x") == BaseModel("Some Model 9", "", "a1111", (says,))
    assert resolve_base_model("Flux.1 D", "SD1", None, "x").family == "Flux.1"
    assert resolve_base_model(None, None, None, "x") == BaseModel("", "", "")


def test_names_with_line_breaks_do_not_confuse_the_search() -> None:
    header = header_of({"x\nlora_unet_blocks_0_self_attn_q.lora_down.weight": ("F16", [8, 5120]), **SDXL})
    assert detect_architecture(header).family == "SDXL"


NAMES = st.sampled_from(["diffusion_model.", "lora_unet_", "", "\n"]).flatmap(
    lambda prefix: st.sampled_from(
        ["blocks.0.self_attn.q", "transformer_blocks_1_attn2_to_k", "x", "double_blocks.0."]
    ).map(lambda name: prefix + name)
)
ENDS = st.sampled_from(
    [".lora_A.weight", ".lora_B.weight", ".alpha", ".lokr_w1", ".lokr_w2_a", ".hada_t1", ".diff", ""]
)
SHAPES = st.lists(st.sampled_from([0, 1, 8, 768, 3072, 5120, 2**62]), max_size=5)
WORDS = (
    st.sampled_from(
        ["", "None", "a\x00b", "x" * 99_999, "sdxl", "pony", "wan2.2", "flux", "[" * 999, "\ud800", "é" * 999]
    )
    | st.text()
)


@given(
    st.dictionaries(st.tuples(NAMES, ENDS).map("".join), st.tuples(st.just("F16"), SHAPES), max_size=8),
    st.dictionaries(
        st.sampled_from(["modelspec.architecture", "ss_base_model_version", "ss_sd_model_name", "ss_network_args"]),
        WORDS,
    ),
    st.none() | WORDS,
    WORDS,
)
def test_whatever_is_in_a_header_it_gets_an_answer_with_its_evidence(
    tensors: dict[str, tuple[str, list[int]]], metadata: dict[str, str], claimed: str | None, name: str
) -> None:
    header = header_of(tensors, metadata)
    network = describe_network(header, lambda key: None)
    assert sum(network.modules.values()) == network.module_count
    found = resolve_base_model(claimed, name, header, name)
    assert bool(found.evidence) == bool(found.source)
    assert found.family == "" or found.family in BY_NAME
    assert all(each.source in ("tensors", "civitai", "metadata", "name") for each in found.evidence)
    assert resolve_base_model(claimed, name, header, name) == found
    assert len(found.base_model) <= 300
    for text in (found.base_model, *(each.what for each in found.evidence)):
        assert text.encode().count(0) == 0
        assert len(text) < 1000
