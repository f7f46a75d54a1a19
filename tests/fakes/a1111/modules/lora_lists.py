"""What the Lora extensions of all these hosts have in common: the lists of names and aliases, reading a tag's weights.

`networks` stands in for theirs, which the real ones have each in a module of that name.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from modules import extra_networks, shared

available_networks: dict[str, NetworkOnDisk] = {}
available_network_aliases: dict[str, NetworkOnDisk] = {}
forbidden_network_aliases: dict[str, int] = {}
Load = Callable[[Sequence[str], Sequence[float], Sequence[float]], None]


class NetworkOnDisk:
    def __init__(self, name: str, filename: str) -> None:
        self.name = name
        self.filename = filename
        self.alias = _output_name(filename) or name


def find(name: str) -> NetworkOnDisk | None:
    if name.lower() in forbidden_network_aliases:
        return available_networks.get(name)
    return available_network_aliases.get(name)


def list_folders(folders: Sequence[str]) -> None:
    """Of several files of one name the last remains; an alias of several is forbidden."""
    available_networks.clear()
    available_network_aliases.clear()
    forbidden_network_aliases.clear()
    forbidden_network_aliases["none"] = 1
    for filename in [file for folder in folders for file in _walk(folder)]:
        entry = NetworkOnDisk(os.path.splitext(os.path.basename(filename))[0], filename)
        available_networks[entry.name] = entry
        if entry.alias in available_network_aliases:
            forbidden_network_aliases[entry.alias.lower()] = 1
        available_network_aliases[entry.name] = entry
        available_network_aliases[entry.alias] = entry


class ExtraNetworkLora:
    def __init__(self, load: Load) -> None:
        self._load = load

    def activate(self, p: Any, params_list: list[Any]) -> None:
        additional = shared.opts.sd_lora
        asked = [params.items[0] for params in params_list]
        if additional != "None" and additional in available_networks and additional not in asked:
            weight = shared.opts.extra_networks_default_multiplier
            p.all_prompts = [f"{prompt}<lora:{additional}:{weight}>" for prompt in p.all_prompts]
            params_list.append(extra_networks.ExtraNetworkParams([additional, weight]))
        te = [_weight(params, "te", 1, 1.0) for params in params_list]
        unet = [_weight(params, "unet", 2, te[number]) for number, params in enumerate(params_list)]
        self._load([params.positional[0] for params in params_list], te, unet)


def _weight(params: Any, name: str, place: int, otherwise: float) -> float:
    value = float(params.positional[place]) if len(params.positional) > place else otherwise
    return float(params.named.get(name, value))


def _walk(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders.sort()
        yield from (os.path.join(parent, file) for file in sorted(files) if file.endswith(".safetensors"))


def _output_name(filename: str) -> str:
    with open(filename, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        metadata = json.loads(file.read(length)).get("__metadata__", {})
    return str(metadata.get("ss_output_name", ""))
