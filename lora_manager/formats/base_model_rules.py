"""Two tables: the families of base models with how people write them, and how the keys of a network tell them apart.

A new family is one row in FAMILIES and, where its keys differ from those of the others, one in RULES.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A group of base models whose adapters fit one another.

    name: stable identifier and display name in one. written: how trainers and model sites write it, matched at the
    start of the text in lower case without anything but letters and digits. named: how it appears inside a title or
    file name, where anything that is not a letter or digit has become a space ("" if a name proves nothing).
    refines: the family with the same keys, from which only metadata or a name can tell it.
    """

    name: str
    written: str
    named: str = ""
    refines: str = ""


# Tested in this order: the more specific spelling stands first.
FAMILIES: tuple[Family, ...] = (
    Family("Pony V7", r"ponyv?7", r"(?i:pony ?v?7)", refines="AuraFlow"),
    # Not ponytails, and not a series about little ponies.
    Family("Pony", r"pony|pdxl", r"(?i:(?<!little)(?<!little )pony(?! ?tail)|pdxl)", refines="SDXL"),
    Family("NoobAI", r"noob", r"(?i:noob)", refines="SDXL"),
    # "IL" in capitals only: in small letters it is an article in two languages.
    Family(
        "Illustrious",
        r"illustrious|ilxl|ilv\d|il$",
        r"(?i:illustrious|\bilxl|\billus\b)|(?<![A-Z])IL\b",
        refines="SDXL",
    ),
    Family("Kolors", r"kolors", r"(?i:\bkolors\b)", refines="SDXL"),
    Family("SDXL", r"(?:stablediffusion|sd)xl|ssd1b", r"(?i:sd ?xl|xl(?![a-z]))"),
    Family("SD 3.5", r"(?:stablediffusion|sd)v?35", r"(?i:\bsd ?v?3 ?5)", refines="SD 3"),
    Family("SD 3", r"(?:stablediffusion|sd)v?3", r"(?i:\bsd ?v?3\b)"),
    Family("SD 2.x", r"(?:stablediffusion|sd)v?2", r"(?i:\bsd ?v?2(?: ?[01])?\b|\bv2 [01] )"),
    Family("SD 1.5", r"(?:stablediffusion|sd)v?1", r"(?i:\bsd ?v?1(?: ?[2-5])?\b|\bv1 5 pruned)"),
    Family("Flux.2 Klein 4B", r"flux2?klein(?:base)?4b", r"(?i:klein(?: base)? ?4b)"),
    Family("Flux.2 Klein 9B", r"flux2?klein(?:base)?9b", r"(?i:klein(?: base)? ?9b)"),
    Family("Flux.2 Dev", r"flux2d", r"(?i:flux ?2 ?dev)"),
    Family("Flux.2", r"flux2", r"(?i:flux ?2|\bklein\b)"),
    Family("Flux.1", r"flux", r"(?i:flux)"),
    # Not "chromatic" or "chromakey".
    Family("Chroma", r"chroma(?!t)", r"(?i:\bchroma(?![a-z]))", refines="Flux.1"),
    Family("Wan", r"wan(?:video|ai|\d|$)", r"(?i:\bwan ?(?:2|video))"),
    Family("Qwen 2", r"qwen2$"),
    Family("Qwen-Image", r"qwen", r"(?i:qwen)"),
    Family("Z-Image", r"zimage", r"(?i:\bz ?image|\bzit\b)"),
    Family("Lumina 2", r"lumina", r"(?i:\blumina ?2)"),
    Family("HiDream", r"hidream", r"(?i:hidream)"),
    Family("Hunyuan Video", r"hunyuanvideo|hyvid", r"(?i:hunyuan ?video)"),
    Family("Hunyuan Image", r"hunyuanimage", r"(?i:hunyuan ?image)"),
    Family("Hunyuan DiT", r"hunyuan(?:1|dit|$)|hydit", r"(?i:hunyuan ?dit)"),
    Family("LTX-2", r"ltx(?:v|video)?2(?!b)", r"(?i:\bltx ?v? ?2(?!b))", refines="LTX-Video"),
    Family("LTX-Video", r"ltx", r"(?i:\bltx)"),
    # Not "Animagine" (SDXL) or "animate".
    Family("Anima", r"anima(?!gine|te|ted)", r"(?i:\banima\b)"),
    Family("Krea 2", r"krea2", r"(?i:\bkrea ?2)"),
    Family("PixArt", r"pixart", r"(?i:pixart)"),
    Family("AuraFlow", r"auraflow", r"(?i:aura ?flow)"),
    Family("Stable Cascade", r"stablecascade", r"(?i:stable ?cascade)"),
    Family("SVD", r"svd|stablevideo"),
    Family("AnimateDiff", r"animatediff", r"(?i:animate ?diff)"),
    Family("CogVideoX", r"cogvideo", r"(?i:cogvideo)"),
    Family("Mochi", r"mochi"),
    Family("MiniMax H3", r"minimaxh3", r"(?i:minimax ?h3)"),
    Family("Ernie", r"ernie"),
    Family("Ideogram", r"ideogram", r"(?i:ideogram)"),
)
BY_NAME = {family.name: family for family in FAMILIES}

# The checkpoint that a trainer names is SDXL itself, so nothing in a title makes it one of its descendants.
PLAIN_CHECKPOINT = re.compile(r"sd_?xl_?(?:base|turbo|refiner)", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """One row: the family holds when every condition that is given holds.

    Fragments are looked for in the module names, prefix removed and dots made underscores; `^` is the start of a name
    and `$` its end. any_of, all_of, none_of: fragments. widths: the hidden width (the input width of most modules), 0
    for one that cannot be told. inputs, outputs: the input or output width of a module that holds one of `any_of`.
    text_encoder: look at the modules of the text encoders instead.
    """

    family: str
    any_of: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    text_encoder: bool = False


_FLUX = ("double_blocks_", "single_blocks_", "single_transformer_blocks_")
_DIT = ("^blocks_",)
_MMDIT = ("^transformer_blocks_",)
_LUMINA = ("_attention_", "_feed_forward_", "_adaLN")
_JOINT = ("_attn_add_", "_attn_to_", "_ff_context_", "_norm1_context_")
_HUNYUAN = (
    "individual_token_refiner", "context_embedder_token_refiner", "txt_mod_linear", "img_mod_linear",
    "img_mlp_fc1", "txt_mlp_fc1", "img_mlp_fc2", "txt_mlp_fc2",
)  # fmt: skip
_CROSS = ("attn2_to_k$", "attn2_to_v$")

# The first row that holds wins: what no other family has stands first, what several share last.
RULES: tuple[Rule, ...] = (
    Rule("Chroma", ("distilled_guidance_layer",)),
    Rule("HiDream", ("double_stream_blocks_", "single_stream_blocks_")),
    Rule("Krea 2", ("txtfusion", "text_fusion", "time_mod_proj")),
    Rule("Krea 2", ("_attn_gate$", "_attn_wq$"), all_of=_DIT),
    Rule("LTX-2", ("audio_attn1", "audio_to_video_attn", "to_gate_logits")),
    Rule(
        "Anima",
        ("_attn_q_proj$", "_attn_k_proj$", "_attn_v_proj$", "_attn_output_proj$", "_mlp_layer", "_adaln_modulation"),
        all_of=_DIT,
    ),
    Rule("Hunyuan DiT", ("_attn1_to_q$", "_attn2_to_q$"), all_of=_DIT, widths=(1408,)),
    Rule(
        "Wan",
        (
            "_self_attn_q$", "_self_attn_k$", "_self_attn_v$", "_self_attn_o$",
            "_cross_attn_q$", "_cross_attn_k$", "_cross_attn_v$", "_cross_attn_o$", "_attn1_to_q$", "_ffn_",
        ),
        all_of=_DIT,
    ),
    Rule("Z-Image", _LUMINA, all_of=("^layers_",), widths=(3840,)),
    Rule("Lumina 2", _LUMINA, all_of=("^layers_",), widths=(2304,)),
    Rule("MiniMax H3", ("^token_refiner_",), widths=(5376,)),
    Rule("AuraFlow", ("^joint_transformer_blocks_", "^double_layers_", "^single_layers_")),
    Rule("Hunyuan Image", _HUNYUAN, widths=(3584,)),
    Rule("Hunyuan Video", _HUNYUAN, widths=(3072, 2048)),
    Rule("Flux.2 Klein 9B", _FLUX, widths=(4096,)),
    Rule("Flux.2 Dev", _FLUX, widths=(6144,)),
    # Klein 4B is as wide as Flux.1. Its gated feed-forward is wider ...
    Rule("Flux.2 Klein 4B", ("_img_mlp_0$", "_txt_mlp_0$", "_linear_in$"), widths=(3072,), outputs=(18432,)),
    Rule("Flux.2 Klein 4B", ("_linear1$", "_to_qkv_mlp_proj$"), widths=(3072,), outputs=(27648,)),
    # ... and it has 5 double and 20 single blocks, where Flux.1 has 19 and 38, Hunyuan Video 20 and 40.
    Rule(
        "Flux.2 Klein 4B", _FLUX, all_of=("^double_blocks_4_", "^single_blocks_19_"),
        none_of=("^double_blocks_5_", "^single_blocks_20_"), widths=(3072,),
    ),
    Rule(
        "Flux.2 Klein 4B", _FLUX, all_of=("^transformer_blocks_4_", "^single_transformer_blocks_19_"),
        none_of=("^transformer_blocks_5_", "^single_transformer_blocks_20_"), widths=(3072,),
    ),
    Rule(
        "Hunyuan Video", ("^double_blocks_19_", "^single_blocks_38_", "^single_transformer_blocks_38_"),
        widths=(3072,),
    ),
    Rule("Flux.1", _FLUX, widths=(3072, 0)),
    Rule("Qwen-Image", ("_img_mlp_", "_txt_mlp_", "_img_mod_1", "_txt_mod_1"), all_of=_MMDIT),
    # Flux.1 without its single blocks. Attention alone looks like Qwen-Image, but that has 60 blocks and this one 19.
    Rule("Flux.1", ("_ff_context_", "_norm1_context_"), all_of=_MMDIT, widths=(3072,)),
    Rule("Flux.1", _JOINT, all_of=("^transformer_blocks_18_",), none_of=("^transformer_blocks_19_",), widths=(3072,)),
    Rule("Qwen-Image", _JOINT, all_of=_MMDIT, widths=(3072,)),
    Rule("SD 3.5", ("^joint_blocks_", *_JOINT), widths=(2432,)),
    Rule("SD 3.5", ("_x_block_attn2_",), widths=(1536,)),
    Rule("SD 3.5", ("_attn2_to_",), all_of=(*_MMDIT, "_attn_"), widths=(1536,)),
    Rule("SD 3", ("^joint_blocks_", *_JOINT), widths=(1536,)),
    Rule("Mochi", ("_attn1_add_",), all_of=_MMDIT),
    Rule("LTX-Video", ("_attn2_to_",), all_of=_MMDIT, widths=(2048, 4096)),
    Rule("PixArt", ("_attn2_to_",), all_of=_MMDIT, widths=(1152,)),
    Rule("CogVideoX", ("_attn1_to_",), all_of=_MMDIT, none_of=("_attn2_",), widths=(1920, 3072)),
    Rule("SVD", ("temporal_transformer_blocks_",)),
    Rule("AnimateDiff", ("motion_modules_",)),
    # A UNet is told by the width of the text that its cross-attention reads ...
    Rule("SDXL", _CROSS, inputs=(2048,)),
    Rule("SD 2.x", _CROSS, inputs=(1024,)),
    Rule("SD 1.5", _CROSS, inputs=(768,)),
    # ... else by its text encoders, else by what only one of them has.
    Rule("SDXL", ("^lora_te2_text_model_", "^text_encoder_2_text_model_"), text_encoder=True),
    Rule("SDXL", ("_transformer_blocks_1_", "^up_blocks_0_attentions_"), all_of=("_attn",), none_of=_MMDIT),
    Rule("SD 2.x", ("^lora_te_text_model_", "^text_encoder_text_model_"), inputs=(1024,), text_encoder=True),
    Rule("SD 1.5", ("^lora_te_text_model_", "^text_encoder_text_model_"), inputs=(768,), text_encoder=True),
    Rule("SD 1.5", ("^down_blocks_0_attentions_", "^down_blocks_3_", "^up_blocks_2_attentions_", "^up_blocks_3_")),
    Rule("SD 1.5", ("^input_blocks_1_1_", "^input_blocks_2_1_", "^input_blocks_11_", "^output_blocks_11_")),
    # Trainers use these names for SDXL only; they write the blocks of SD 1 and 2 in the words of diffusers.
    Rule("SDXL", ("^input_blocks_", "^output_blocks_", "^middle_block_")),
)  # fmt: skip
