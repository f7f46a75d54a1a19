"""`<kind:argument:argument>` in prompts, and the networks that they activate."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

extra_network_registry: dict[str, Any] = {}
errors_shown: list[str] = []
_TAG = re.compile(r"<(\w+):([^>]+)>")


class ExtraNetworkParams:
    def __init__(self, items: Sequence[Any] = ()) -> None:
        self.items = list(items)
        self.positional: list[Any] = []
        self.named: dict[str, str] = {}
        for item in self.items:
            key, equals, value = item.partition("=") if isinstance(item, str) else (item, "", "")
            if equals:
                self.named[key] = value
            else:
                self.positional.append(item)


def parse_prompts(prompts: Sequence[str]) -> tuple[list[str], Mapping[str, list[ExtraNetworkParams]]]:
    """The prompts without their tags, and the tags of the first one only."""
    data: defaultdict[str, list[ExtraNetworkParams]] = defaultdict(list)
    for kind, body in _TAG.findall(prompts[0]):
        data[kind].append(ExtraNetworkParams(body.split(":")))
    return [_TAG.sub("", prompt) for prompt in prompts], data


def activate(p: Any, data: Mapping[str, list[ExtraNetworkParams]]) -> None:
    """Activate each kind; one that fails is activated a second time, with nothing."""
    activated = set()
    for kind, params in data.items():
        network = extra_network_registry.get("lora" if kind == "lyco" else kind)
        if network is not None and _tried(network, p, list(params)):
            activated.add(network)
    for network in extra_network_registry.values():
        if network not in activated:
            _tried(network, p, [])
    if p.scripts is not None:
        p.scripts.after_extra_networks_activate(p, batch_number=p.iteration, extra_network_data=data)


def _tried(network: Any, p: Any, params: list[ExtraNetworkParams]) -> bool:
    try:
        network.activate(p, params)
    except Exception as error:  # noqa: BLE001 - as the host
        errors_shown.append(f"activating extra network: {error}")
        return False
    return True
