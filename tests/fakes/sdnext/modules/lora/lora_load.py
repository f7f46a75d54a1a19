"""The LoRA files the host lists, by names without dots; files are absolute, the folder is not."""

from __future__ import annotations

import os
from typing import Any

from modules import shared
from modules.logger import log
from modules.lora import lora_common

available_networks: dict[str, NetworkOnDisk] = {}
available_network_aliases: dict[str, NetworkOnDisk] = {}
unfit: set[str] = set()
"""Files of which nothing fits the model."""
listed = 0


class NetworkOnDisk:
    def __init__(self, name: str, filename: str) -> None:
        self.name = name
        self.filename = filename
        self.fullname = name
        self.alias = name


class Network:
    def __init__(self, name: str, network_on_disk: NetworkOnDisk) -> None:
        self.name = name
        self.network_on_disk = network_on_disk
        self.te_multiplier: Any = 1.0
        self.unet_multiplier: Any = [1.0] * 3


def list_available_networks() -> None:
    """Of two files of one name the one that comes last stays."""
    global listed
    listed += 1
    available_networks.clear()
    available_network_aliases.clear()
    found = [os.path.join(folder, name) for folder, _, names in os.walk(_folder()) for name in names]
    for filename in sorted(name for name in found if name.endswith(".safetensors")):
        stem = os.path.splitext(os.path.basename(filename))[0]
        entry = NetworkOnDisk(stem.replace(".", "_"), filename)
        available_networks[entry.name] = available_network_aliases[entry.name] = entry
        if stem != entry.name:
            available_network_aliases.setdefault(stem, entry)


def network_load(names: list[str], te: list[Any], unet: list[Any]) -> None:
    lora_common.loaded_networks.clear()
    for name, te_multiplier, unet_multiplier in zip(names, te, unet, strict=True):
        entry = _entry(name)
        if entry is None or entry.filename in unfit:
            log.error('Network load: type=LoRA name="%s" detected=None not loaded', name)
            continue
        network = Network(name, entry)
        network.te_multiplier, network.unet_multiplier = te_multiplier, unet_multiplier
        lora_common.loaded_networks.append(network)


def _entry(name: str) -> NetworkOnDisk | None:
    if name not in available_network_aliases:
        list_available_networks()
    if name.startswith("/"):
        return NetworkOnDisk(name, name) if os.path.exists(name) else None
    return available_network_aliases.get(name)


def _folder() -> str:
    return os.path.abspath(os.path.expanduser(shared.cmd_opts.lora_dir))
