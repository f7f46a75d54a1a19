"""The Lora extension of AUTOMATIC1111: it skips an unknown LoRA, applies the rest and writes the weights down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modules import extra_networks, lora_lists, shared
from modules.lora_lists import (  # noqa: F401 - looked for here
    NetworkOnDisk,
    available_network_aliases,
    available_networks,
    forbidden_network_aliases,
)

loaded_networks: list[Network] = []


class Network:
    """`modules` are the parts of the model that it fits."""

    def __init__(self, name: str, on_disk: NetworkOnDisk) -> None:
        self.name = name
        self.mentioned_name = name
        self.network_on_disk = on_disk
        self.te_multiplier = self.unet_multiplier = 1.0
        self.modules: dict[str, Any] = {} if "misfit" in name else {"lora_unet_x": object()}


def list_available_networks() -> None:
    lora_lists.list_folders([shared.cmd_opts.lora_dir, shared.cmd_opts.lyco_dir_backcompat])


def load_networks(names: Sequence[str], te: Sequence[float], unet: Sequence[float]) -> None:
    loaded_networks.clear()
    if any(lora_lists.find(name) is None for name in names):
        list_available_networks()
    held: dict[str, Network] = {}
    for name, te_multiplier, unet_multiplier in zip(names, te, unet, strict=True):
        on_disk = lora_lists.find(name)
        if on_disk is not None and "broken" not in name:
            # Named twice, it is one object that stands in the list twice.
            network = held.setdefault(name, Network(name, on_disk))
            network.te_multiplier, network.unet_multiplier = te_multiplier, unet_multiplier
            loaded_networks.append(network)


extra_networks.extra_network_registry["lora"] = lora_lists.ExtraNetworkLora(load_networks)
