"""The Lora extension of Forge: LoRAs become patches, all of a prompt or none, and the list's multipliers stay 1.

An unknown name raises in the middle; whoever called then activates nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modules import extra_networks, lora_lists, sd_models, shared
from modules.lora_lists import (  # noqa: F401 - looked for here
    NetworkOnDisk,
    available_network_aliases,
    available_networks,
    forbidden_network_aliases,
)

loaded_networks: list[Network] = []


class Network:
    def __init__(self, name: str, on_disk: NetworkOnDisk) -> None:
        self.name = name
        self.mentioned_name = name
        self.network_on_disk = on_disk
        self.te_multiplier = self.unet_multiplier = 1.0
        self.modules: dict[str, Any] = {}


def list_available_networks() -> None:
    """The flag for LyCORIS is there; the folder is not listed."""
    lora_lists.list_folders([shared.cmd_opts.lora_dir])


def load_lora_state_dict(filename: str) -> str:
    """What the patches are made of."""
    return filename


def load_networks(names: Sequence[str], te: Sequence[float], unet: Sequence[float]) -> None:
    loaded_networks.clear()
    if any(lora_lists.find(name) is None for name in names):
        list_available_networks()
    patches: list[tuple[str, float]] = []
    for name, weight in zip(names, unet, strict=True):
        on_disk = lora_lists.find(name)
        if on_disk is None:
            raise AttributeError("'NoneType' object has no attribute 'filename'")
        loaded_networks.append(Network(name, on_disk))
        if "misfit" not in name:
            patches.append((load_lora_state_dict(on_disk.filename), weight))
    sd_models.patch(patches)


extra_networks.extra_network_registry["lora"] = lora_lists.ExtraNetworkLora(load_networks)
