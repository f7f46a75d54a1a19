"""The command that makes the demo."""

from __future__ import annotations

import argparse

from lora_manager.cli.output import print_json, print_line


def make_demo(arguments: argparse.Namespace) -> None:
    """Make a demo library, and a tiny model that its LoRAs fit."""
    from lora_manager.demo.make import make_demo as make

    demo = make(arguments.folder, with_model=not arguments.light, count=arguments.count)
    found = {"lora_dir": str(demo.lora_dir), "model_dir": str(demo.model_dir) if demo.model_dir else None}
    if arguments.json:
        print_json(found)
    else:
        print_line(f"LoRAs: {found['lora_dir']}")
        print_line(f"Model: {found['model_dir'] or 'none (made without torch)'}")
