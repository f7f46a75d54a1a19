"""The demo's model: a Stable Diffusion 1.x in miniature with random weights. It draws coloured noise, and fast.

Its pictures change clearly with the prompt, the seed and every LoRA, which is all a demo and a test need of it. It
predicts the velocity, so that the picture is what the network says rather than what is left of the starting noise.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lora_manager.demo.networks import CHANNELS, TEXT_LAYERS, TEXT_WIDTH
from lora_manager.formats.file_replace import patiently
from lora_manager.hosts.diffusers_model import DEMO_MARK

_TOKENS = 77
_START, _END = "<|startoftext|>", "<|endoftext|>"
# One halving more than the real VAE: a quarter of the work for the same size of picture.
_VAE_CHANNELS = (8, 8, 16, 16, 16)
_NOTE = (
    "A toy made by LoRA Manager for its demo: random weights, draws noise. Delete the folder and it is made again.\n"
)


def build_tiny_model(folder: Path, words: Iterable[str] = (), seed: int = 0) -> Path:
    """Make the model in `folder` (replaced if there) as a diffusers model; `words` get tokens of their own.

    Needs torch, diffusers and transformers; takes about a second after their import.
    """
    import transformers

    # Before diffusers is imported, which makes transformers say what image processors lack.
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    from diffusers import StableDiffusionPipeline

    if folder.exists():
        patiently(lambda: shutil.rmtree(folder))
    tokenizer, vocabulary = _make_tokenizer(folder / "tokenizer", words)
    parts = _make_parts(vocabulary, seed)
    pipeline = StableDiffusionPipeline(
        **parts, tokenizer=tokenizer, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    (folder / DEMO_MARK).write_text(_NOTE, encoding="utf-8")
    return folder


def _make_parts(vocabulary: int, seed: int) -> dict[str, Any]:
    import torch
    from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    random = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        unet = UNet2DConditionModel(
            sample_size=32,
            layers_per_block=1,
            block_out_channels=CHANNELS,
            norm_num_groups=8,
            cross_attention_dim=TEXT_WIDTH,
            attention_head_dim=4,
        )
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * len(_VAE_CHANNELS),
            up_block_types=("UpDecoderBlock2D",) * len(_VAE_CHANNELS),
            block_out_channels=_VAE_CHANNELS,
            norm_num_groups=4,
            sample_size=512,
        )
        text_encoder = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=vocabulary,
                hidden_size=TEXT_WIDTH,
                intermediate_size=TEXT_WIDTH,
                num_hidden_layers=TEXT_LAYERS,
                num_attention_heads=12,
                max_position_embeddings=_TOKENS,
                bos_token_id=vocabulary - 2,
                eos_token_id=vocabulary - 1,
                pad_token_id=vocabulary - 1,
            )
        )
        _make_text_matter(text_encoder, unet, random)
        _set_contrast(unet, vae, random)
    scheduler = EulerAncestralDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        steps_offset=1,
    )
    return {
        "unet": unet.eval(),
        "vae": vae.eval(),
        "text_encoder": text_encoder.eval().half(),
        "scheduler": scheduler,
    }


def _make_text_matter(text_encoder: Any, unet: Any, random: Any) -> None:
    """Scale the weights between the words and the picture up: fresh networks hardly listen to their text."""
    for name, weight in text_encoder.named_parameters():
        if weight.ndim == 2:
            scale = 1.0 if "token_embedding" in name else 0.3 if "position" in name else 1.5 * weight.shape[1] ** -0.5
            weight.normal_(0, scale, generator=random)
    for name, weight in unet.named_parameters():
        if "attn2.to_" in name and weight.ndim == 2:
            gain = 3.0 if "to_v" in name or "to_out" in name else 2.0
            weight.normal_(0, gain * weight.shape[1] ** -0.5, generator=random)


def _set_contrast(unet: Any, vae: Any, random: Any) -> None:
    """Scale both outputs so that pictures are neither grey nor clipped."""
    import torch

    texts = torch.randn(8, _TOKENS, TEXT_WIDTH, generator=random)
    latents = torch.randn(8, 4, 32, 32, generator=random)
    _normalise(unet.conv_out, unet(latents, 900, texts).sample, 1.0)
    _normalise(vae.decoder.conv_out, vae.decode(latents[:2]).sample, 0.45)


def _normalise(layer: Any, output: Any, spread: float) -> None:
    factor = spread / output.std((0, 2, 3))
    layer.weight.mul_(factor[:, None, None, None])
    layer.bias.copy_((layer.bias - output.mean((0, 2, 3))) * factor)


def _make_tokenizer(folder: Path, words: Iterable[str]) -> tuple[Any, int]:
    """A CLIP tokenizer whose vocabulary is every byte and, piece by piece, every one of the words."""
    from transformers import CLIPTokenizer

    characters = _byte_characters()
    vocabulary = dict.fromkeys([*characters, *(character + "</w>" for character in characters)])
    merges: list[str] = []
    for word in sorted({word.lower() for word in words if word.isascii() and word.isalpha()}):
        pieces = [*word[:-1], word[-1] + "</w>"]
        start = pieces[0]
        for piece in pieces[1:]:
            if start + piece not in vocabulary:
                vocabulary[start + piece] = None
                merges.append(f"{start} {piece}")
            start += piece
    vocabulary.update(dict.fromkeys([_START, _END]))
    folder.mkdir(parents=True)
    tokens = {token: number for number, token in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(tokens), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{merge}\n" for merge in merges), encoding="utf-8")
    special = {"bos_token": _START, "eos_token": _END, "unk_token": _END, "pad_token": _END}
    settings = {"tokenizer_class": "CLIPTokenizer", "model_max_length": _TOKENS, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return CLIPTokenizer.from_pretrained(str(folder)), len(tokens)


def _byte_characters() -> list[str]:
    """The printable character that byte-level vocabularies write for each byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + number) for number in range(len(others))]
