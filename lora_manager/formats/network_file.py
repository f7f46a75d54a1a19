"""What kind of network a file holds, told from the names and shapes of its tensors: algorithm, naming, rank, alpha."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any, NamedTuple

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.safetensors_header import SafetensorsHeader
from lora_manager.formats.tensor_table import TensorTable


@dataclass(frozen=True)
class NetworkInfo:
    """What a network file holds; "" or None where the header does not tell.

    algorithm: "LoRA", "LoCon", "DoRA", "LoHa", "LoKr", "OFT", "BOFT", "IA3", "GLoRA", "VeRA", "Full", "Norm" ...
    rank: that of most modules; rank_max: the largest; ranks: how many modules have which. alphas: those that are known,
    the commonest first. dora: the weights are decomposed, whatever the algorithm. naming: see `naming_of`.
    modules: how many in which part of the model ("unet", "transformer", "te1", "te2", "t5", "llm"). embeddings: how
    many words of the text encoder lie in the file beside the network.
    """

    algorithm: str
    rank: int | None
    rank_max: int | None
    alpha: float | None
    dtype: str
    module_count: int
    dora: bool
    naming: str = ""
    ranks: Mapping[int, int] = field(default_factory=dict)
    alphas: tuple[float, ...] = ()
    modules: Mapping[str, int] = field(default_factory=dict)
    embeddings: int = 0


class Marker(NamedTuple):
    """What one segment of a key means. Each module has exactly one `primary` tensor; `rank_axis` of its shape."""

    algorithm: str
    primary: bool = False
    rank_axis: int | None = None


_MOST_RANKS, _LONGEST_DTYPE = 40, 16
ALPHA = "alpha"
DORA = "dora"
_DOWN = Marker("LoRA", primary=True, rank_axis=0)
_UP = Marker("LoRA")
_MID = Marker("LoCon")

# Segment of the key -> what it marks. A new algorithm is a few rows here (and a branch in `module_shape.module_shape`).
_MARKERS: Mapping[str, Marker] = {
    "lora_down": _DOWN,
    "lora_A": _DOWN,
    "lora_up": _UP,
    "lora_B": _UP,
    "lora_mid": _MID,
    "hada_w1_b": Marker("LoHa", primary=True, rank_axis=0),
    "hada_w1_a": Marker("LoHa"),
    "hada_w2_a": Marker("LoHa"),
    "hada_w2_b": Marker("LoHa"),
    "hada_t1": Marker("LoHa"),
    "hada_t2": Marker("LoHa"),
    "lokr_w1": Marker("LoKr", primary=True),
    "lokr_w1_b": Marker("LoKr", primary=True, rank_axis=0),
    "lokr_w1_a": Marker("LoKr"),
    "lokr_w2": Marker("LoKr"),
    "lokr_w2_a": Marker("LoKr"),
    "lokr_w2_b": Marker("LoKr", rank_axis=0),
    "lokr_t2": Marker("LoKr"),
    "oft_blocks": Marker("OFT", primary=True),
    "oft_diag": Marker("OFT", primary=True),
    "oft_R": Marker("OFT", primary=True),
    "boft_R": Marker("BOFT", primary=True),
    "boft_s": Marker("BOFT"),
    "on_input": Marker("IA3", primary=True),
    "ia3_l": Marker("IA3", primary=True),
    "vera_lambda_d": Marker("VeRA", primary=True),
    "vera_lambda_b": Marker("VeRA"),
    "lora_embedding_A": Marker("LoRA", primary=True, rank_axis=0),
    "lora_embedding_B": _UP,
    "fourierft_spectrum": Marker("FourierFT", primary=True),
    "hra_u": Marker("HRA", primary=True, rank_axis=1),
    "miss_block": Marker("MiSS", primary=True, rank_axis=0),
    "bone_block": Marker("Bone", primary=True, rank_axis=0),
    "a2": Marker("GLoRA", primary=True, rank_axis=0),
    "a1": Marker("GLoRA"),
    "b1": Marker("GLoRA"),
    "b2": Marker("GLoRA"),
    "bm": Marker("GLoRA"),
    "diff": Marker("Full", primary=True),
    "diff_b": Marker("Full"),
    "set_weight": Marker("Full", primary=True),
    "w_norm": Marker("Norm", primary=True),
    "b_norm": Marker("Norm"),
    "dora_scale": Marker(DORA),
    "magnitude": Marker(DORA),
    "lora_magnitude_vector": Marker(DORA),
    "alpha": Marker(ALPHA),
}
_PRIMARY = frozenset(segment for segment, marker in _MARKERS.items() if marker.primary)
# What ends a key: the rightmost of the markers among its last three segments.
_ANY_MARKER = "|".join(_MARKERS)
_NO_MARKER = rf"\.(?!(?:{_ANY_MARKER})[.\n])[^.\n]*"
_ENDING = re.compile(rf"\.({_ANY_MARKER})(?:\.weight\n|(?:{_NO_MARKER}){{0,2}}\n)")
# A file of one of these may also carry whole differences of small layers and norms: those do not name the file.
_SIDE_ALGORITHMS = ("Full", "Norm")
# Tested in this order, for a file can mix them: text encoders keep the kohya names nearly everywhere.
_NAMINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("peft", ("base_model.model.",)),
    ("onetrainer", ("lora_transformer_", "lora_prior_unet_")),
    ("lycoris", ("lycoris_",)),
    ("comfy", ("diffusion_model.", "model.diffusion_model.", "text_encoders.")),
    ("diffusers", ("transformer.", "unet.", "text_encoder.", "text_encoder_2.", "text_encoder_3.")),
    ("kohya", ("lora_unet_", "lora_te")),
)
_HEAD = max(len(prefix) for _, prefixes in _NAMINGS for prefix in prefixes)
# The text encoders of each part, by how their modules' names begin; what is left is the model itself.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "te1",
        (
            "lora_te_", "lora_te1_", "text_encoder.", "text_encoder_text_", "text_encoders.clip_l.", "te1.", "clip_l.",
            "text_model.", "base_model.model.text_model.", "base_model.model.text_encoder.", "lycoris_text_model_",
        ),
    ),
    ("te2", ("lora_te2_", "text_encoder_2.", "text_encoders.clip_g.", "te2.", "clip_g.")),
    ("t5", ("lora_te3_", "text_encoder_3.", "text_encoders.t5xxl.", "te3.", "t5xxl.")),
    ("llm", ("text_encoders.qwen", "text_encoders.gemma", "text_encoders.llama", "text_encoders.mistral")),
)  # fmt: skip
# Words of a text encoder of another kind than its place says: the first of Lumina is no CLIP, the second of Flux a T5.
_T5 = re.compile(r"encoder[._]block[._]")
_LLM = re.compile(r"^(?!.*text_model).*layers[._]\d")
_UNET = re.compile(r"(?:down|up|input|output|mid|middle)_blocks?[._]")
_EMBEDDING = re.compile(r"bundle_emb\.[^\n]*|clip_[lg]\n|emb_params\n")


class NetworkModule(NamedTuple):
    """One adapted layer: its name as the file spells it, and its primary tensor."""

    name: str
    algorithm: str
    key: str


@dataclass(frozen=True, eq=False)
class NetworkKeys:
    """The keys of a header, sorted by meaning: for each tensor its module and the marker that ends its key.

    Both are "" for a tensor that is not part of a network.
    """

    tensors: TensorTable
    names: list[str]
    markers: list[str]

    @cached_property
    def modules(self) -> list[NetworkModule]:
        """The adapted layers."""
        columns = zip(self.names, self.markers, self.tensors.names, strict=True)
        return [
            NetworkModule(name, _MARKERS[marker].algorithm, key) for name, marker, key in columns if marker in _PRIMARY
        ]


@lru_cache(maxsize=2)
def sort_keys(header: SafetensorsHeader) -> NetworkKeys:
    """Sort the keys of a file by what they mark.

    Cached, for algorithm and base model are told from it one after the other; so it must not be changed.
    """
    tensors = header.tensors
    text = "\n".join([*tensors.names, ""])
    parts = _ENDING.split(text)  # name, marker, name, marker ... and nothing
    names, markers = parts[:-1:2], parts[1::2]
    if len(markers) != len(tensors) or text.count("\n") != len(tensors):  # some belong to no network, or are odd
        split = [_split(key) for key in tensors.names]
        names, markers = [name for name, _ in split], [marker for _, marker in split]
    return NetworkKeys(tensors, names, markers)


def _split(key: str) -> tuple[str, str]:
    """The module's name and the marker of a key such as `layer.lora_A.default.weight`."""
    parts = key.rsplit(".", 3)
    for index in range(len(parts) - 1, 0, -1):
        if parts[index] in _MARKERS:
            return ".".join(parts[:index]), parts[index]
    # Older diffusers and xlabs: `layer_lora.down.weight`, `layer.lora.down.weight`, `qkv_lora1.down.weight`.
    if len(parts) >= 3 and parts[-2] in ("down", "up") and "lora" in parts[-3]:
        return ".".join(parts[:-2]), f"lora_{parts[-2]}"
    return "", ""


@dataclass
class _Tally:
    """What the tensors of a file add up to: how many modules of each algorithm and type, how many of each rank."""

    algorithms: dict[str, int] = field(default_factory=dict)
    dtypes: dict[str, int] = field(default_factory=dict)
    ranks: dict[int, int] = field(default_factory=dict)
    dora: bool = False
    convolution: bool = False
    butterfly: bool = False


def _tally(keys: NetworkKeys) -> _Tally:
    tally = _Tally()
    # A few dozen combinations of marker, type and shape, however large the file.
    for (segment, kind), count in Counter(zip(keys.markers, keys.tensors.kinds, strict=True)).items():
        marker = _MARKERS.get(segment)
        if marker is None:
            continue
        if marker.primary:
            tally.algorithms[marker.algorithm] = tally.algorithms.get(marker.algorithm, 0) + count
            tally.dtypes[kind.dtype] = tally.dtypes.get(kind.dtype, 0) + count
        elif marker.algorithm is DORA:
            tally.dora = True
        shape = kind.shape
        if marker.rank_axis is not None and len(shape) > 1:
            rank = shape[marker.rank_axis]
            tally.ranks[rank] = tally.ranks.get(rank, 0) + count
        if marker is _MID or (marker is _DOWN and len(shape) > 2 and max(shape[2:]) > 1):
            tally.convolution = True
        if segment == "oft_blocks" and len(shape) > 3:  # butterflies: one axis more than the diagonal blocks have
            tally.butterfly = True
    return tally


def describe_network(header: SafetensorsHeader, read_alpha: Callable[[str], float | None]) -> NetworkInfo:
    """Describe the network of a file. `read_alpha` reads one scalar tensor; it is called once for a rank, seldom."""
    keys = sort_keys(header)
    tally = _tally(keys)
    # Of equally common ranks the larger one: the smaller is that of the convolutions.
    ranks = dict(sorted(tally.ranks.items(), key=lambda item: (-item[1], -item[0])))
    alphas = _alphas(header.metadata, keys, len(ranks), read_alpha)
    return NetworkInfo(
        algorithm=_algorithm(tally),
        rank=next(iter(ranks), None),
        rank_max=max(ranks, default=None),
        alpha=alphas[0] if alphas else None,
        # That of most modules: alphas and norms are often kept in another type.
        dtype=_commonest(tally.dtypes)[:_LONGEST_DTYPE],
        module_count=sum(tally.algorithms.values()),
        dora=tally.dora,
        naming=naming_of(header),
        ranks=dict(islice(ranks.items(), _MOST_RANKS)),
        alphas=alphas,
        modules=_modules_by_part(keys),
        embeddings=_embeddings(keys),
    )


def _modules_by_part(keys: NetworkKeys) -> dict[str, int]:
    names = "\n".join(["", *[module.name for module in keys.modules], ""])
    count = len(keys.modules)
    parts: dict[str, int] = {}
    for part, prefixes in _PARTS:
        found = [prefix for prefix in prefixes if f"\n{prefix}" in names]
        if found:
            kind = _kind_of_encoder(names, found[0], part)
            parts[kind] = parts.get(kind, 0) + sum(names.count(f"\n{prefix}") for prefix in found)
    rest = count - sum(parts.values())
    if rest > 0:
        parts = {"unet" if _UNET.search(names) else "transformer": rest, **parts}
    return parts


def _kind_of_encoder(names: str, prefix: str, part: str) -> str:
    start = names.index(f"\n{prefix}") + 1
    first = names[start : names.index("\n", start)]
    if _T5.search(first):
        return "t5"
    return "llm" if _LLM.search(first) else part


def _embeddings(keys: NetworkKeys) -> int:
    others = [name for name, marker in zip(keys.tensors.names, keys.markers, strict=True) if not marker]
    words = {match.split(".")[1] if "." in match else match for match in _EMBEDDING.findall("\n".join([*others, ""]))}
    return len(words)


def _algorithm(tally: _Tally) -> str:
    main = {key: count for key, count in tally.algorithms.items() if key not in _SIDE_ALGORITHMS}
    algorithm = _commonest(main or tally.algorithms)
    if algorithm == "OFT" and tally.butterfly:
        return "BOFT"
    if algorithm == "LoRA" and tally.dora:
        return "DoRA"
    return "LoCon" if algorithm == "LoRA" and tally.convolution else algorithm


def _commonest(counts: dict[str, int]) -> str:
    """Of equally common ones the first."""
    return max(counts, key=lambda key: counts[key], default="")


def naming_of(header: SafetensorsHeader) -> str:
    """Who named the keys: "kohya", "onetrainer", "lycoris", "comfy", "diffusers", "peft", "xlabs", "bare", or "".

    "" for what is not a network.
    """
    keys = sort_keys(header)
    if not keys.modules:
        return ""
    heads = {key[:_HEAD] for key in header.tensors}
    for naming, prefixes in _NAMINGS:
        if any(head.startswith(prefixes) for head in heads):
            return naming
    first = keys.modules[0].name
    if ".processor." not in first:
        return "bare"
    return "xlabs" if first.startswith(("double_blocks.", "single_blocks.")) else "diffusers"


def _alphas(
    metadata: Mapping[str, str], keys: NetworkKeys, rank_count: int, read_alpha: Callable[[str], float | None]
) -> tuple[float, ...]:
    """The trainer's own figures first: they cost no seek on a slow disk; then the tensors; then PEFT's settings."""
    found = [_number(metadata.get("ss_network_alpha", ""))]
    if found[0] is not None:
        found.append(_number(str(_settings(metadata.get("ss_network_args", "")).get("conv_alpha", ""))))
    elif ALPHA in keys.markers:
        places = [row for row, marker in enumerate(keys.markers) if marker == ALPHA]
        # With one rank all are mostly the same; with several, those at both ends tell the spread.
        chosen = places[:1] if rank_count < 2 else dict.fromkeys((places[0], places[len(places) // 2], places[-1]))
        found = [read_alpha(keys.tensors.names[row]) for row in chosen]
    if not any(found):
        found.extend(_peft_alphas(metadata.get("lora_adapter_metadata", "")))
    return tuple(dict.fromkeys(alpha for alpha in found if alpha is not None and math.isfinite(alpha)))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _peft_alphas(text: str) -> list[float]:
    settings = _settings(text)
    alphas = (value for key, value in settings.items() if key.rpartition(".")[2] == "lora_alpha")
    return [float(value) for value in islice(alphas, 4) if type(value) in (int, float) and abs(value) < 1e9]


def _settings(text: str) -> dict[str, Any]:
    """A JSON object inside a value of the metadata; empty for anything else."""
    if not text:
        return {}
    try:
        settings = parse_json(text.encode("utf-8", "replace"))
    except UnreadableFileError:
        return {}
    return settings if isinstance(settings, dict) else {}
