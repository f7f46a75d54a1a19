"""The tags of prompts, taken out of them and put into effect."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from modules.logger import log
from modules.lora import extra_networks_lora

_TAG = re.compile(r"<(\w+):([^>]+)>")


class ExtraNetworkParams:
    """A part with one `=` is a named argument, be it the name of a file."""

    def __init__(self, items: list[str]) -> None:
        self.positional: list[str] = []
        self.named: dict[str, str] = {}
        for item in items:
            parts = item.split("=", 2)
            if len(parts) == 2:
                self.named[parts[0]] = parts[1]
            else:
                self.positional.append(item)


def parse_prompt(prompt: str) -> tuple[str, defaultdict[str, list[ExtraNetworkParams]]]:
    found: defaultdict[str, list[ExtraNetworkParams]] = defaultdict(list)

    def take(match: re.Match[str]) -> str:
        found[match.group(1)].append(ExtraNetworkParams(match.group(2).split(":")))
        return ""

    return _TAG.sub(take, prompt), found


def parse_prompts(prompts: list[str]) -> tuple[list[str], Any]:
    """Of several prompts the last one with tags wins."""
    stripped, data = [], defaultdict(list)
    for prompt in prompts:
        text, found = parse_prompt(prompt)
        stripped.append(text)
        data = found or data
    return stripped, data


def activate(p: Any, data: Any) -> None:
    if p.disable_extra_networks:
        return
    for kind in data:
        if kind != "lora":
            log.warning("Skipping unknown extra network: %s", kind)
    try:
        extra_networks_lora.activate(p, data.get("lora", []))
    except Exception as error:  # noqa: BLE001 - the host shows it and makes the picture without
        log.error("Activating network: type=lora %s", error)
