"""Three tables: the families of base models with how people write them, their versions, and what their keys look like.

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
    Family("Playground", r"playground", r"(?i:\bplayground ?v?2)", refines="SDXL"),
    Family("SDXL", r"(?:stablediffusion|sd)xl|ssd1b", r"(?i:sd ?xl|xl(?![a-z]))"),
    Family("SD 3.5", r"(?:stablediffusion|sd)v?35", r"(?i:\bsd ?v?3 ?5)", refines="SD 3"),
    Family("SD 3", r"(?:stablediffusion|sd)v?3", r"(?i:\bsd ?v?3\b)"),
    Family("SD 2.x", r"(?:stablediffusion|sd)v?2", r"(?i:\bsd ?v?2(?: ?[01])?\b|\bv2 [01] )"),
    Family("SD 1.5", r"(?:stablediffusion|sd)v?1", r"(?i:\bsd ?v?1(?: ?[2-5])?\b|\bv1 5 pruned)"),
    Family("Flux.2 Klein 4B", r"flux2?klein(?:base)?4b", r"(?i:klein(?: base)? ?4b)"),
    Family("Flux.2 Klein 9B", r"flux2?klein(?:base)?9b", r"(?i:klein(?: base)? ?9b)"),
    Family("Flux.2 Dev", r"flux2d", r"(?i:flux ?2 ?dev)"),
    Family("Flux.2", r"flux2", r"(?i:flux ?2|\bklein\b)"),
    Family("Flux.3", r"flux3", r"(?i:flux ?3)"),
    Family("Flux.1", r"flux", r"(?i:flux)"),
    # Not "chromatic" or "chromakey".
    Family("Chroma", r"chroma(?!t)", r"(?i:\bchroma(?![a-z]))", refines="Flux.1"),
    Family("LongCat-Image", r"longcat", r"(?i:\blongcat)", refines="Flux.1"),
    Family("Ovis-Image", r"ovis", r"(?i:\bovis ?image)", refines="Flux.1"),
    Family("Bria", r"bria|fibo", r"(?i:\bbria ?(?:3|fibo))", refines="Flux.1"),
    Family("Wan", r"wan(?:video|ai|\d|$)", r"(?i:\bwan ?(?:2|video))"),
    Family("Qwen 2", r"qwen(?:image)?2(?:[01]|$)", r"(?i:qwen(?: image)? 2 [01]\b)"),
    Family("Qwen-Image", r"qwen", r"(?i:qwen)"),
    Family("Z-Image", r"zimage", r"(?i:\bz ?image|\bzit\b)"),
    Family("Lumina 2", r"lumina", r"(?i:\blumina ?2)"),
    Family("HiDream-O1", r"hidreamo", r"(?i:hidream ?o1)"),
    Family("HiDream", r"hidream", r"(?i:hidream)"),
    Family("Hunyuan Video", r"hunyuanvideo|hyvid|framepack", r"(?i:hunyuan ?video|framepack)"),
    Family("Hunyuan Image", r"hunyuanimage", r"(?i:hunyuan ?image)"),
    Family("Hunyuan DiT", r"hunyuan(?:1|dit|$)|hydit", r"(?i:hunyuan ?dit)"),
    Family("LTX-2", r"ltx(?:v|video)?2(?!b)", r"(?i:\bltx ?v? ?2(?!b))", refines="LTX-Video"),
    Family("LTX-Video", r"ltx", r"(?i:\bltx)"),
    # Not "Animagine" (SDXL) or "animate".
    Family("Anima", r"anima(?!gine|te|ted)", r"(?i:\banima\b)", refines="Cosmos"),
    Family("Cosmos", r"(?:nvidia)?cosmos", r"(?i:\bcosmos ?(?:predict|2))", refines="Anima"),
    Family("Krea 2", r"krea2", r"(?i:\bkrea ?2)"),
    Family("Sana", r"sana(?:\d|sprint|video|$)", r"(?i:\bsana ?(?:1|sprint|video))", refines="PixArt"),
    Family("PixArt", r"pixart", r"(?i:pixart)"),
    Family("AuraFlow", r"auraflow", r"(?i:aura ?flow)"),
    Family("Stable Cascade", r"(?:stable)?cascade|wuerstchen|wurstchen", r"(?i:stable ?cascade)"),
    Family("SVD", r"svd|stablevideo"),
    Family("AnimateDiff", r"animatediff", r"(?i:animate ?diff)"),
    Family("CogVideoX", r"cogvideo", r"(?i:cogvideo)"),
    Family("CogView", r"cogview", r"(?i:cogview)"),
    Family("GLM-Image", r"glmimage", r"(?i:\bglm ?image)", refines="CogView"),
    Family("Allegro", r"allegro(?:\d|video|$)"),
    Family("Kandinsky", r"kandinsky", r"(?i:kandinsky)"),
    Family("Mochi", r"mochi"),
    Family("OmniGen", r"omnigen", r"(?i:omnigen)"),
    Family("MiniMax H3", r"minimaxh3", r"(?i:minimax ?h3)"),
    Family("Ernie", r"ernie"),
    Family("Ideogram", r"ideogram", r"(?i:ideogram)"),
    Family("ACE-Step", r"acestep", r"(?i:\bace ?step)"),
)
BY_NAME = {family.name: family for family in FAMILIES}


@dataclass(frozen=True)
class Version:
    """A version within a family, as model sites write it.

    named: how it appears in a title, a file name or a trainer's identifier, written as for `Family.named`. of: only for
    what the keys have told to be this already ("" if for the whole family).
    """

    family: str
    version: str
    named: str
    of: str = ""


# The first that is named wins. Only what changes which model an adapter is for: "Lightning" in a name of SDXL does not.
VERSIONS: tuple[Version, ...] = (
    Version("Wan", "Wan Video 2.2 14B", r"(?i:wan ?2 ?2|\bhigh ?noise|\blow ?noise|\bw22)", of="Wan Video 14B"),
    Version("Wan", "Wan Video 2.2", r"(?i:wan ?2 ?2)", of="Wan"),
    Version("Flux.1", "Flux.1 Kontext", r"(?i:kontext)"),
    Version("Flux.1", "Flux.1 Krea", r"(?i:\bkrea)"),
    Version("Flux.1", "Flux.1 S", r"(?i:schnell)"),
    Version("Flux.1", "Flux.1 D", r"(?i:flux ?1? ?dev\b)"),
    Version("LTX-2", "LTXV 2.3", r"(?i:\bltx ?v? ?2 ?3\b)"),
    Version("Z-Image", "ZImageTurbo", r"(?i:\bz ?image ?turbo)"),
    Version("Z-Image", "ZImageBase", r"(?i:\bz ?image ?base)"),
    Version("Hunyuan Video", "Hunyuan Video 1.5", r"(?i:hunyuan ?video ?1 ?5)"),
)

# The checkpoint that a trainer names is SDXL itself, so nothing in a title makes it one of its descendants.
PLAIN_CHECKPOINT = re.compile(r"sd_?xl_?(?:base|turbo|refiner)", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """One row: the family holds when every condition that is given holds.

    Fragments are looked for in the module names, prefix removed and dots made underscores; `^` is the start of a name
    and `$` its end. any_of, all_of, none_of: fragments. widths: the hidden width (the input width of most modules, else
    the output width), 0 for one that cannot be told. inputs, outputs: the input or output width of a module that holds
    one of `any_of`. text_encoder: look at the modules of the text encoders instead. version: what it is called where
    the keys tell more than the family. like: the families that may look the same, so that what a site, a trainer or a
    name says decides.
    """

    family: str
    any_of: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    text_encoder: bool = False
    version: str = ""
    like: tuple[str, ...] = ()


_FLUX = ("double_blocks_", "single_blocks_", "single_transformer_blocks_")
_DIT = ("^blocks_",)
_LAYERS = ("^layers_",)
_MMDIT = ("^transformer_blocks_",)
_LUMINA = ("_attention_", "_feed_forward_", "_adaLN", "_attn_to_")
_JOINT = ("_attn_add_", "_attn_to_", "_ff_context_", "_norm1_context_")
_HUNYUAN = (
    "individual_token_refiner", "context_embedder_token_refiner", "txt_mod_linear", "img_mod_linear",
    "img_mlp_fc1", "txt_mlp_fc1", "img_mlp_fc2", "txt_mlp_fc2", "single_blocks_0_modulation_linear$",
)  # fmt: skip
_WAN = (
    "_self_attn_q$", "_self_attn_k$", "_self_attn_v$", "_self_attn_o$",
    "_cross_attn_q$", "_cross_attn_k$", "_cross_attn_v$", "_cross_attn_o$", "_attn1_to_q$", "_attn2_to_q$", "_ffn_",
)  # fmt: skip
_ANIMA = (
    "_attn_q_proj$", "_attn_k_proj$", "_attn_v_proj$", "_attn_output_proj$", "_mlp_layer", "_adaln_modulation",
)  # fmt: skip
_CASCADE = ("_kv_mapper_", "_channelwise_", "^down_blocks_0_2_attention_", "^up_blocks_0_2_attention_")
_CROSS = ("attn2_to_k$", "attn2_to_v$")
_NO_UNET = ("^transformer_blocks_", "^blocks_")
# As wide as Flux.1, or built like it: told apart by the number of blocks, which a file need not hold all of.
_LIKE_FLUX = ("Flux.2 Klein 4B", "Flux.2", "Hunyuan Video", "Chroma")

# The first row that holds wins: what no other family has stands first, what several share last.
RULES: tuple[Rule, ...] = (
    Rule("Chroma", ("distilled_guidance_layer",)),
    Rule("HiDream", ("double_stream_blocks_", "single_stream_blocks_")),
    Rule("HiDream-O1", ("^language_model_layers_",)),
    Rule("Krea 2", ("txtfusion", "text_fusion", "time_mod_proj")),
    Rule("Krea 2", ("_attn_gate$", "_attn_wq$"), all_of=_DIT),
    Rule("Krea 2", ("_mlp_gate$", "_mlp_up$"), all_of=_DIT, widths=(6144,)),
    Rule("Krea 2", ("_attn_to_gate$", "_ff_gate$"), all_of=_MMDIT, widths=(6144,)),
    Rule("LTX-2", ("audio_attn1", "audio_to_video_attn", "to_gate_logits")),
    Rule("Cosmos", _ANIMA, all_of=_DIT, widths=(5120,)),
    Rule("Anima", _ANIMA, all_of=_DIT),
    Rule("Anima", ("^llm_adapter_",)),
    Rule("Hunyuan DiT", ("_attn1_to_q$", "_attn2_to_q$"), all_of=_DIT, widths=(1408,)),
    Rule("Hunyuan DiT", ("_attn1_Wqkv$", "_attn2_kv_proj$"), all_of=_DIT),
    Rule("Mochi", ("_attn1_add_",), all_of=_MMDIT),
    Rule("Mochi", ("_attn_qkv_x$", "_attn_qkv_y$"), all_of=_DIT),
    Rule("Wan", ("_cross_attn_k_img$", "_attn2_add_k_proj$"), all_of=_DIT, widths=(5120,), version="Wan Video 14B i2v"),
    Rule("Wan", (*_WAN, "_self_attn_to_"), all_of=_DIT, widths=(5120,), version="Wan Video 14B"),
    Rule("Wan", _WAN, all_of=_DIT, widths=(1536,), version="Wan Video 1.3B"),
    Rule("Wan", _WAN, all_of=_DIT, widths=(3072,), version="Wan Video 2.2 TI2V-5B"),
    Rule("Wan", _WAN, all_of=_DIT),
    Rule("Z-Image", _LUMINA, all_of=_LAYERS, widths=(3840,)),
    Rule("Lumina 2", _LUMINA, all_of=_LAYERS, widths=(2304,)),
    Rule("OmniGen", _LUMINA, all_of=_LAYERS, widths=(2520,)),
    Rule("OmniGen", ("_self_attn_qkv_proj$", "_mlp_gate_up_proj$"), all_of=_LAYERS, widths=(3072,)),
    Rule("Ideogram", _LUMINA, all_of=_LAYERS, widths=(4608,)),
    Rule("Ernie", ("_self_attention_", "_mlp_linear_fc"), all_of=_LAYERS, widths=(3072,)),
    Rule("ACE-Step", ("_self_attn_to_", "_cross_attn_to_", "_cross_attn_q_proj$"), all_of=_LAYERS, widths=(2048,)),
    Rule("MiniMax H3", ("^token_refiner_", "^blocks_", "^transformer_blocks_"), widths=(5376,)),
    Rule("AuraFlow", ("^joint_transformer_blocks_", "^double_layers_", "^single_layers_")),
    Rule("Stable Cascade", _CASCADE),
    Rule("Kandinsky", ("visual_transformer_blocks_", "text_transformer_blocks_")),
    Rule("Hunyuan Image", _HUNYUAN, widths=(3584,)),
    Rule("Hunyuan Image", ("^double_blocks_", "^single_blocks_"), widths=(3584,)),
    Rule("Hunyuan Video", (*_HUNYUAN, "^double_blocks_"), widths=(2048,), version="Hunyuan Video 1.5"),
    Rule("Hunyuan Video", _HUNYUAN, widths=(3072,)),
    Rule("Flux.3", ("mode_blocks_",)),
    Rule("Flux.2 Klein 9B", _FLUX, widths=(4096,)),
    Rule("Flux.2 Dev", _FLUX, widths=(6144,)),
    # Klein 4B is as wide as Flux.1. Its gated feed-forward is wider ...
    Rule("Flux.2 Klein 4B", ("_img_mlp_0$", "_txt_mlp_0$", "_linear_in$"), widths=(3072,), outputs=(18432,)),
    Rule("Flux.2 Klein 4B", ("_linear1$", "_to_qkv_mlp_proj$"), widths=(3072,), outputs=(27648,)),
    # ... and it has 5 double and 20 single blocks, where Flux.1 has 19 and 38, Hunyuan Video 20 and 40.
    Rule(
        "Flux.2 Klein 4B", _FLUX, all_of=("^double_blocks_4_", "^single_blocks_19_"),
        none_of=("^double_blocks_5_", "^single_blocks_20_"), widths=(3072,), like=("Flux.1", "Flux.2"),
    ),
    Rule(
        "Flux.2 Klein 4B", _FLUX, all_of=("^transformer_blocks_4_", "^single_transformer_blocks_19_"),
        none_of=("^transformer_blocks_5_", "^single_transformer_blocks_20_"), widths=(3072,), like=("Flux.1", "Flux.2"),
    ),
    Rule(
        "Hunyuan Video",
        (
            "^double_blocks_19_", "^single_blocks_38_", "^single_blocks_39_", "^single_transformer_blocks_38_",
            "^single_transformer_blocks_39_",
        ),
        widths=(3072,), like=("Bria",),
    ),
    Rule(
        "Ovis-Image", _FLUX, all_of=("^transformer_blocks_5_", "^single_transformer_blocks_26_"),
        none_of=("^transformer_blocks_6_", "^single_transformer_blocks_27_"), widths=(3072,), like=("Flux.1",),
    ),
    Rule(
        "LongCat-Image", _FLUX, all_of=("^transformer_blocks_9_", "^single_transformer_blocks_19_"),
        none_of=("^transformer_blocks_10_", "^single_transformer_blocks_20_"), widths=(3072,), like=("Flux.1",),
    ),
    Rule(
        "Flux.1", _FLUX, all_of=("^double_blocks_18_", "^single_blocks_37_"), widths=(3072,), like=("Chroma",),
    ),
    Rule(
        "Flux.1", _FLUX, all_of=("^transformer_blocks_18_", "^single_transformer_blocks_37_"), widths=(3072,),
        like=("Chroma",),
    ),
    Rule("Flux.1", _FLUX, widths=(3072, 0), like=_LIKE_FLUX),
    Rule("Qwen 2", ("_img_mlp_",), all_of=_MMDIT, widths=(4096,)),
    Rule("Qwen-Image", ("_img_mlp_", "_txt_mlp_", "_img_mod_1", "_txt_mod_1"), all_of=_MMDIT),
    # Flux.1 without its single blocks. Attention alone looks like Qwen-Image, but that has 60 blocks and this one 19.
    Rule("Flux.1", ("_ff_context_", "_norm1_context_"), all_of=_MMDIT, widths=(3072,), like=_LIKE_FLUX),
    Rule(
        "Flux.1", _JOINT, all_of=("^transformer_blocks_18_",), none_of=("^transformer_blocks_19_",), widths=(3072,),
        like=("Qwen-Image", *_LIKE_FLUX),
    ),
    Rule(
        "Flux.2 Klein 4B", _JOINT, all_of=("^transformer_blocks_4_",), none_of=("^transformer_blocks_5_",),
        widths=(3072,), like=("Flux.2", "Flux.1", "Qwen-Image"),
    ),
    Rule("Qwen-Image", _JOINT, all_of=("^transformer_blocks_59_",), widths=(3072,)),
    Rule(
        "Qwen-Image", _JOINT, all_of=_MMDIT, none_of=("_cross_attn_",), widths=(3072,), like=("Flux.1", *_LIKE_FLUX),
    ),
    Rule("Flux.2 Dev", _JOINT, all_of=_MMDIT, widths=(6144,), like=("Flux.2", "Krea 2")),
    Rule("Qwen 2", _JOINT, all_of=("^transformer_blocks_31_",), widths=(4096,)),
    Rule("Flux.2 Klein 9B", _JOINT, all_of=_MMDIT, widths=(4096,), like=("Flux.2", "Qwen 2")),
    Rule("Hunyuan Video", _JOINT, all_of=_MMDIT, widths=(2048,), version="Hunyuan Video 1.5"),
    Rule("SD 3.5", ("^joint_blocks_",), widths=(2432,), version="SD 3.5 Large"),
    Rule("SD 3.5", _JOINT, all_of=_MMDIT, widths=(2432,), version="SD 3.5 Large"),
    Rule("SD 3.5", ("_x_block_attn2_",), widths=(1536,), version="SD 3.5 Medium"),
    Rule("SD 3.5", ("_attn2_to_",), all_of=(*_MMDIT, "_attn_"), widths=(1536,), version="SD 3.5 Medium"),
    Rule("SD 3", ("^joint_blocks_",), widths=(1536,), like=("SD 3.5",)),
    Rule("SD 3", _JOINT, all_of=_MMDIT, none_of=("_cross_attn_",), widths=(1536,), like=("SD 3.5",)),
    Rule("Cosmos", _CROSS, all_of=_MMDIT, inputs=(1024,), widths=(2048, 4096, 5120)),
    Rule("LTX-Video", ("_attn2_to_",), all_of=_MMDIT, widths=(2048, 4096)),
    Rule("Sana", ("_ff_conv_inverted", "_ff_conv_point"), all_of=_MMDIT),
    Rule("Sana", ("_attn2_to_",), all_of=_MMDIT, widths=(2240,)),
    Rule("Allegro", ("_attn2_to_",), all_of=_MMDIT, widths=(2304,)),
    Rule("PixArt", ("_attn2_to_",), all_of=_MMDIT, widths=(1152,)),
    Rule("CogView", ("_attn1_to_",), all_of=_MMDIT, none_of=("_attn2_",), widths=(2560,)),
    Rule("Mochi", ("_attn1_to_",), all_of=("^transformer_blocks_47_",), none_of=("_attn2_",), widths=(3072,)),
    Rule("CogVideoX", ("_attn1_to_",), all_of=_MMDIT, none_of=("_attn2_",), widths=(1920, 3072)),
    Rule("SVD", ("temporal_transformer_blocks_",)),
    Rule("AnimateDiff", ("motion_modules_",)),
    Rule("Kolors", ("^encoder_hid_proj",)),
    # A UNet is told by the width of the text that its cross-attention reads ...
    Rule("SDXL", _CROSS, inputs=(2048,), none_of=_NO_UNET),
    Rule("SD 2.x", _CROSS, inputs=(1024,), none_of=_NO_UNET),
    Rule("SD 1.5", _CROSS, inputs=(768,), none_of=_NO_UNET),
    Rule("Kandinsky", _CROSS, inputs=(4096,), none_of=_NO_UNET),
    # ... else by its text encoders, else by what only one of them has.
    Rule("SDXL", ("^lora_te2_text_model_", "^text_encoder_2_text_model_"), text_encoder=True),
    Rule("SDXL", ("_transformer_blocks_1_", "^up_blocks_0_attentions_"), all_of=("_attn",), none_of=_NO_UNET),
    Rule("SD 2.x", ("^lora_te_text_model_", "^text_encoder_text_model_"), inputs=(1024,), text_encoder=True),
    Rule("SD 1.5", ("^lora_te_text_model_", "^text_encoder_text_model_"), inputs=(768,), text_encoder=True),
    Rule(
        "SD 1.5", ("^down_blocks_0_attentions_", "^down_blocks_3_", "^up_blocks_2_attentions_", "^up_blocks_3_"),
        like=("SD 2.x",),
    ),
    Rule(
        "SD 1.5", ("^input_blocks_1_1_", "^input_blocks_2_1_", "^input_blocks_11_", "^output_blocks_11_"),
        like=("SD 2.x",),
    ),
    # Trainers use these names for SDXL only; they write the blocks of SD 1 and 2 in the words of diffusers.
    Rule("SDXL", ("^input_blocks_", "^output_blocks_", "^middle_block_"), like=("SD 1.5", "SD 2.x")),
)  # fmt: skip
