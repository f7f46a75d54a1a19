from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.network_file import describe_network, naming_of, sort_keys
from tests.formats.header_fixtures import SHARED_HEADERS, HeaderCase, header_of, load_cases, load_shared

DOWN = "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight"
UP = "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight"
ALPHA = "lora_unet_mid_block_attentions_0_proj_in.alpha"
LORA = {DOWN: ("F16", [8, 1280]), UP: ("F16", [1280, 8])}

SHARED_ALGORITHMS = {
    "invoke-ai__InvokeAI__anima_lora_kohya.json": ("LoRA", "kohya", 8),
    "invoke-ai__InvokeAI__anima_lora_kohya_with_te.json": ("LoRA", "kohya", 8),
    "invoke-ai__InvokeAI__anima_lora_peft.json": ("LoRA", "comfy", 8),
    "invoke-ai__InvokeAI__flux_dora_onetrainer.json": ("DoRA", "onetrainer", 4),
    "invoke-ai__InvokeAI__flux_lokr_bfl.json": ("LoKr", "comfy", None),
    "invoke-ai__InvokeAI__flux_lora_aitoolkit.json": ("LoRA", "comfy", 16),
    "invoke-ai__InvokeAI__flux_lora_diffusers.json": ("LoRA", "diffusers", 32),
    "invoke-ai__InvokeAI__flux_lora_diffusers_no_proj_mlp.json": ("LoRA", "diffusers", 16),
    "invoke-ai__InvokeAI__flux_lora_xlabs.json": ("LoRA", "xlabs", 16),
    "invoke-ai__InvokeAI__qwen_image_lora_kohya.json": ("LoKr", "kohya", None),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_flux1_diffusers.json": ("LoRA", "diffusers", 32),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_flux2_klein_diffusers.json": ("LoRA", "comfy", 64),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_h3_diffusers.json": ("LoRA", "bare", 128),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_krea2_diffusers.json": ("LoRA", "comfy", 32),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_krea2_lycoris.json": ("LoKr", "comfy", None),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_qwen_image_kohya.json": ("LoRA", "bare", 64),
    "rockerBOO__lora-inspector-rs__crates_inspector_tests_fixtures_sdxl_lycoris.json": ("LoHa", "kohya", 32),
}


def no_alpha(key: str) -> float | None:
    return None


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_fixture(case: HeaderCase) -> None:
    info = describe_network(case.header, no_alpha)
    assert naming_of(case.header) == case.expected.get("naming", naming_of(case.header))
    for field in ("algorithm", "rank", "rank_max", "module_count", "alpha", "dora"):
        if field in case.expected:
            assert getattr(info, field) == case.expected[field], field
    for field in ("modules", "embeddings"):
        if field in case.expected:
            assert getattr(info, field) == case.expected[field], field
    if "ranks" in case.expected:
        assert {str(rank): count for rank, count in info.ranks.items()} == case.expected["ranks"]
    assert sum(info.modules.values()) == info.module_count
    assert info.naming == naming_of(case.header)


@pytest.mark.parametrize("file_name", sorted(SHARED_ALGORITHMS))
def test_real_header(file_name: str) -> None:
    if not SHARED_HEADERS.is_dir():
        pytest.skip("the shared data are not here")
    header = load_shared(file_name)
    info = describe_network(header, no_alpha)
    assert (info.algorithm, naming_of(header), info.rank) == SHARED_ALGORITHMS[file_name]


def test_every_real_header_has_its_answer() -> None:
    if not SHARED_HEADERS.is_dir():
        pytest.skip("the shared data are not here")
    assert {path.name for path in SHARED_HEADERS.glob("*.json")} == set(SHARED_ALGORITHMS)


def test_alpha_is_read_once_and_only_where_the_metadata_do_not_say() -> None:
    asked: list[str] = []

    def read(key: str) -> float | None:
        asked.append(key)
        return 4.0

    tensors = {**LORA, ALPHA: ("F16", []), "lora_te_x.alpha": ("F16", [])}
    assert describe_network(header_of(tensors), read).alpha == 4.0
    assert asked == [ALPHA]
    assert describe_network(header_of(tensors, {"ss_network_alpha": "16"}), read).alpha == 16.0
    assert asked == [ALPHA]
    assert describe_network(header_of(tensors, {"ss_network_alpha": "None"}), read).alpha == 4.0


def test_with_several_ranks_three_alphas_are_read_and_each_is_kept_once() -> None:
    tensors: dict[str, tuple[str, list[int]]] = {}
    for number, rank in enumerate((4, 4, 8, 8, 16)):
        tensors[f"lora_unet_m{number}.lora_down.weight"] = ("BF16", [rank, 64])
        tensors[f"lora_unet_m{number}.alpha"] = ("BF16", [])
    values = {"lora_unet_m0.alpha": 4.0, "lora_unet_m2.alpha": 4.0, "lora_unet_m4.alpha": 1.0}
    asked: list[str] = []

    def read(key: str) -> float | None:
        asked.append(key)
        return values[key]

    info = describe_network(header_of(tensors), read)
    assert (info.alpha, info.alphas, dict(info.ranks)) == (4.0, (4.0, 1.0), {8: 2, 4: 2, 16: 1})
    assert asked == list(values)


def test_the_alpha_of_convolutions_stands_in_the_arguments_of_the_network() -> None:
    metadata = {"ss_network_alpha": "8", "ss_network_args": '{"conv_dim": "4", "conv_alpha": "1"}'}
    assert describe_network(header_of(LORA, metadata), no_alpha).alphas == (8.0, 1.0)
    broken = {"ss_network_alpha": "8", "ss_network_args": '{"conv_alpha": "1'}
    assert describe_network(header_of(LORA, broken), no_alpha).alphas == (8.0,)


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["diffusion_model.layers.0.attention.qkv"], {"transformer": 1}),
        (["text_encoders.clip_l.transformer.x", "text_encoders.t5xxl.transformer.x"], {"te1": 1, "t5": 1}),
        (["lora_te1_text_model_x", "lora_te3_encoder_block_0_layer_0_SelfAttention_q"], {"te1": 1, "t5": 1}),
        (["text_encoder_2.encoder.block.0.layer.0.SelfAttention.q"], {"t5": 1}),
        (["lora_te_model_layers_0_self_attn_q_proj"], {"llm": 1}),
        (["lora_te_layers_0_mlp_down_proj"], {"llm": 1}),
        (["text_encoders.qwen25_7b.transformer.model.layers.0.mlp"], {"llm": 1}),
        (["lora_te_text_model_encoder_layers_0_mlp_fc1", "lora_unet_mid_block_x"], {"unet": 1, "te1": 1}),
    ],
)
def test_modules_are_counted_by_the_part_of_the_model(names: list[str], parts: dict[str, int]) -> None:
    tensors = {f"{name}.lora_A.weight": ("F16", [8, 64]) for name in names}
    assert describe_network(header_of(tensors), no_alpha).modules == parts


@pytest.mark.parametrize(
    ("metadata", "alpha"),
    [
        ({"ss_network_alpha": "nan"}, None),
        ({"ss_network_alpha": "Dynamic"}, None),
        ({"lora_adapter_metadata": '{"transformer.lora_alpha": 32, "transformer.r": 16}'}, 32.0),
        ({"lora_adapter_metadata": "{broken"}, None),
        ({"lora_adapter_metadata": "[1]"}, None),
        ({"lora_adapter_metadata": '{"unet.lora_alpha": true, "text.lora_alpha": 1e300}'}, None),
        ({}, None),
    ],
)
def test_alpha_from_metadata(metadata: dict[str, str], alpha: float | None) -> None:
    assert describe_network(header_of(LORA, metadata), no_alpha).alpha == alpha


def test_mixed_ranks_give_the_common_one_and_the_largest() -> None:
    tensors = {f"lora_unet_m{i}.lora_down.weight": ("BF16", [rank, 64]) for i, rank in enumerate((4, 4, 4, 16, 64))}
    info = describe_network(header_of(tensors), no_alpha)
    assert (info.rank, info.rank_max, info.dtype) == (4, 64, "BF16")


def test_empty_header_and_odd_shapes_say_nothing_and_do_not_raise() -> None:
    assert describe_network(header_of({}), no_alpha).algorithm == ""
    odd = header_of({"a.lora_down.weight": ("F16", []), "b.hada_w1_b": ("F16", [3]), "lora_down": ("F16", [1, 1])})
    info = describe_network(odd, no_alpha)
    assert (info.rank, info.module_count) == (None, 2)


MARKERS = ("lora_A", "lora_down", "alpha", "a1", "diff", "dora_scale")
SEGMENTS = (*MARKERS, "weight", "default", "layer", "x_lora", "down", "")


def by_segments(key: str) -> tuple[str, str]:
    """The rule in words: the rightmost marker among the last three segments; older names as a last resort."""
    parts = key.rsplit(".", 3)
    for index in range(len(parts) - 1, 0, -1):
        if parts[index] in MARKERS:
            return ".".join(parts[:index]), parts[index]
    old = len(parts) > 2 and parts[-2] == "down" and "lora" in parts[-3]
    return (".".join(parts[:-2]), "lora_down") if old else ("", "")


@given(st.lists(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=6).map(".".join), max_size=6, unique=True))
def test_keys_are_sorted_the_same_way_all_at_once_and_one_by_one(names: list[str]) -> None:
    keys = sort_keys(header_of({name: ("F16", [1]) for name in names}))
    assert list(zip(keys.names, keys.markers, strict=True)) == [by_segments(name) for name in names]


def test_line_breaks_in_keys_do_not_move_the_others() -> None:
    names = ["x.alpha\ny.alpha", "a\nb.lora_down.weight", "c.lora_up.weight"]
    keys = sort_keys(header_of({name: ("F16", [1]) for name in names}))
    assert keys.names == ["x.alpha\ny", "a\nb", "c"]
    assert keys.markers == ["alpha", "lora_down", "lora_up"]


def test_a_file_of_three_thousand_tensors_takes_little_time() -> None:
    tensors = {f"lora_unet_m{i}.{end}": ("F16", [8, 8]) for i in range(1_500) for end in ("lora_A.weight", "lora_B.x")}
    header = header_of(tensors)
    started = time.process_time()
    assert describe_network(header, no_alpha).module_count == 1_500
    assert time.process_time() - started < 0.1  # .002 measured


@pytest.mark.parametrize(
    ("key", "naming"),
    [
        ("mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight", "diffusers"),
        ("double_blocks.0.processor.qkv_lora1.down.weight", "xlabs"),
        ("transformer_blocks.0.attn.to_q.lora_A.weight", "bare"),
        ("base_model.model.x.lora_A.weight", "peft"),
        ("lora_prior_unet_x.lora_down.weight", "onetrainer"),
        ("text_encoders.t5xxl.x.lora_A.weight", "comfy"),
        ("x.weight", ""),
    ],
)
def test_who_named_the_keys(key: str, naming: str) -> None:
    assert naming_of(header_of({key: ("F16", [4, 64])})) == naming
