"""From tags to multipliers: one for the text encoder, three for the UNet, text where a tag's text is no number."""

from __future__ import annotations

from typing import Any

from modules import shared
from modules.lora import lora_common, lora_load


def activate(p: Any, params_list: list[Any]) -> None:
    names, te, unet = [], [], []
    for params in params_list:
        name = params.positional[0]
        default = shared.opts.extra_networks_default_multiplier
        if len(params.positional) > 1:
            given = _number(params.positional[1])
            default = default if isinstance(given, str) and "@" not in given else given
        te_multiplier = _number(params.named.get("te", default))
        unet_multiplier = [_number(params.named.get("unet", te_multiplier))] * 3
        for place, part in enumerate(("in", "mid", "out")):
            unet_multiplier[place] = _number(params.named.get(part, unet_multiplier[place]))
        if te_multiplier == 0 and all(part == 0 for part in unet_multiplier):
            continue
        names.append(name)
        te.append(te_multiplier)
        unet.append(unet_multiplier)
    shared.state.end(shared.state.begin("LoRA"))
    lora_load.network_load(names, te, unet)
    if lora_common.loaded_networks:
        p.extra_generation_params["LoRA networks"] = ", ".join(network.name for network in lora_common.loaded_networks)


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value
