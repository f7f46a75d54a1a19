"""The command that makes images."""

from __future__ import annotations

import argparse
from pathlib import Path

from lora_manager.application import generation_summary
from lora_manager.cli.opening import opened
from lora_manager.cli.output import ProgressBar, print_json, print_line
from lora_manager.hosts.base import GenerationRequest, Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be chosen for a generation."""
    parser.add_argument("prompt", metavar="PROMPT", help="with <lora:NAME:WEIGHT> tags")
    parser.add_argument("--model", type=Path, required=True, metavar="DIR", help="diffusers folder or .safetensors")
    parser.add_argument("--output-dir", type=Path, metavar="DIR")
    parser.add_argument("--negative", default="")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--cfg", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=-1)
    parser.add_argument("--sampler", default="Euler a")
    parser.add_argument("--batch", type=int, default=1)


def generate(arguments: argparse.Namespace) -> None:
    """Make images and record them."""
    request = GenerationRequest(
        prompt=arguments.prompt,
        negative_prompt=arguments.negative,
        width=arguments.width,
        height=arguments.height,
        steps=arguments.steps,
        cfg_scale=arguments.cfg,
        seed=arguments.seed,
        sampler=arguments.sampler,
        batch_size=arguments.batch,
    )
    bar = ProgressBar()

    def on_progress(progress: Progress) -> None:
        bar(progress.step, progress.steps, progress.message)

    with opened(arguments) as app:
        summary = generation_summary(app.generator.run(request, on_progress, lambda: False))
    bar.close()
    if arguments.json:
        print_json(summary)
        return
    for image in summary["images"]:
        print_line(image["path"])
    for item in summary["applied"]:
        print_line(f"applied: {item['name']} {item['weight']:g}")
    for item in summary["refused"]:
        print_line(f"not applied: {item['tag_name']}: {item['reason']}")
