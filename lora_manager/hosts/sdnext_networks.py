"""SDNext's LoRAs: where they lie, what stands in a tag to load a file, and which of a prompt's tags were applied.

A file's name in a tag is its stem with `.` written as `_`. Of two files with one such name SDNext lists one, whichever
of its listing threads came last; the other is reached by its absolute path, where paths begin with `/`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from modules import shared
from modules.lora import lora_common, lora_load

from lora_manager.formats.lora_tags import LoraTag, find_tags
from lora_manager.hosts.added_weights import add
from lora_manager.hosts.base import AppliedAdapter, NetworkLocation, RefusedAdapter
from lora_manager.hosts.tolerant import finite_number

_SPOILS_A_PATH = frozenset("<>:=\\")
"""Signs with which a path in a tag means something else: ends of the tag, its arguments, its named arguments."""


def roots() -> list[Path]:
    """The one folder that SDNext lists LoRAs from; its option is relative unless the user wrote it otherwise."""
    return [Path(os.path.abspath(os.path.expanduser(shared.cmd_opts.lora_dir)))]


def tag_name(location: NetworkLocation) -> str:
    """What stands in the tag so that SDNext loads this very file."""
    path = os.path.abspath(location.root / location.relative_path)
    name = Path(path).stem.replace(".", "_")
    listed = lora_load.available_network_aliases.get(name)
    ours = location.first_of_stem if listed is None else os.path.abspath(listed.filename) == path
    if ours or not path.startswith("/") or not _SPOILS_A_PATH.isdisjoint(path):
        return name
    return path


def reached_file(name: str) -> Path | None:
    """The file that SDNext would load for this name, by its own list or as a path."""
    if name.startswith("/"):
        return Path(os.path.abspath(name)) if os.path.isfile(name) else None
    listed = lora_load.available_network_aliases.get(name)
    return None if listed is None else Path(os.path.abspath(listed.filename))


def refresh() -> None:
    """Make SDNext list its folder again."""
    lora_load.list_available_networks()


def applied_now(tags: Sequence[LoraTag]) -> list[AppliedAdapter]:
    """The LoRAs that SDNext has applied, with its own multipliers.

    Read while a run is going on or has just ended: until its own LoRAs are activated the list is that of the run before
    it, and stays so where the activation failed. So only those that the run's tags name are taken.
    """
    by_name = {tag.name: tag for tag in reversed(tags)}
    found: dict[Path, AppliedAdapter] = {}
    for network in list(lora_common.loaded_networks):
        file = _file(network)
        tag = by_name.get(network.name) or next((tag for tag in tags if reached_file(tag.name) == file), None)
        if tag is not None:
            te_weight = finite_number(getattr(network, "te_multiplier", None), tag.te_weight)
            unet_weight = _strongest(getattr(network, "unet_multiplier", None), tag.unet_weight)
            add(found, AppliedAdapter(tag.name, file, te_weight, unet_weight))
    return list(found.values())


def applied_before(prompts: Iterable[str]) -> list[AppliedAdapter]:
    """The LoRAs of a first pass whose second had a prompt of its own: SDNext's list is that of the second by then.

    What it would load for a tag is all that is left to go by.
    """
    found: dict[Path, AppliedAdapter] = {}
    for prompt in dict.fromkeys(prompts):
        of_one: dict[Path, AppliedAdapter] = {}
        for tag in find_tags(prompt):
            if _asks_for_something(tag) and (path := reached_file(tag.name)) is not None:
                add(of_one, AppliedAdapter(tag.name, path, tag.te_weight, tag.unet_weight))
        found.update(of_one)
    return list(found.values())


def refused(tags: Iterable[LoraTag], applied: Sequence[AppliedAdapter]) -> list[RefusedAdapter]:
    """The tags that had no effect, each with its reason."""
    names = {adapter.tag_name for adapter in applied}
    files = {adapter.path for adapter in applied}
    without = {tag.name: tag for tag in tags if tag.name not in names and reached_file(tag.name) not in files}
    return [RefusedAdapter(name, _reason(tag)) for name, tag in without.items()]


def tags_of(prompts: Iterable[str]) -> list[LoraTag]:
    """The LoRA tags of all prompts of a run, each once."""
    return list({tag.text: tag for prompt in dict.fromkeys(prompts) for tag in find_tags(prompt)}.values())


def _reason(tag: LoraTag) -> str:
    if not tag.text.startswith("<lora:"):
        return "SDNext knows <lora:...> only: write it so"
    if not _asks_for_something(tag):
        return "its weight is 0, so SDNext leaves it out"
    if reached_file(tag.name) is None:
        return "SDNext lists no LoRA of this name"
    return "SDNext could not apply it: it is probably made for another base model (SDNext's log says more)"


def _asks_for_something(tag: LoraTag) -> bool:
    return tag.text.startswith("<lora:") and (tag.te_weight != 0 or tag.unet_weight != 0)


def _file(network: Any) -> Path:
    """Its file. Nunchaku models list the file's record itself, others a network that has one."""
    return Path(os.path.abspath(getattr(network, "network_on_disk", network).filename))


def _strongest(multipliers: Any, otherwise: float) -> float:
    """One number for the three parts of a UNet, which differ only when a tag says so."""
    if not isinstance(multipliers, (list, tuple)):
        return finite_number(multipliers, otherwise)
    return max((finite_number(part, otherwise) for part in multipliers), key=abs, default=otherwise)
