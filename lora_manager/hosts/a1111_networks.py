"""The LoRAs of an AUTOMATIC1111 family host: where it looks, which file a name means, what a run really applied.

Its own Lora extension keeps the lists; the module `networks` is that extension's, importable once it is loaded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modules import paths, sd_models, shared

from lora_manager.hosts.added_weights import add
from lora_manager.hosts.base import AppliedAdapter, RefusedAdapter
from lora_manager.hosts.tolerant import finite_number

UNKNOWN = "The host lists no LoRA of this name."
UNKNOWN_DROPS_ALL = "The host lists no LoRA of this name, and then applies none of the prompt's LoRAs."
DROPPED = "The host applies none of a prompt's LoRAs when it does not know one of them, here {unknown}."
FAILED = "The host could not load this LoRA; its console says why."
DOES_NOT_FIT = "It was made for another kind of model than the one that is loaded: none of its parts fits."
NO_WEIGHT = "Its weight is 0."
SWITCHED_OFF = "The host's Lora extension is switched off."

_KINDS = ("lora", "lyco")


@dataclass(frozen=True)
class Activated:
    """What became of the tags of one prompt when the host activated its networks."""

    applied: Sequence[AppliedAdapter] = ()
    refused: Sequence[RefusedAdapter] = ()


@dataclass(frozen=True)
class _Asked:
    """A tag as the host parsed it."""

    name: str
    te_weight: float
    unet_weight: float


def roots() -> list[Path]:
    """The LoRA folder, and LyCORIS/ on the hosts that list it too and where it exists."""
    lora_dir = getattr(shared.cmd_opts, "lora_dir", None) or os.path.join(paths.models_path, "Lora")
    found = [Path(os.path.abspath(lora_dir))]
    other = getattr(shared.cmd_opts, "lyco_dir_backcompat", None)
    if other and _lists_lycoris() and os.path.isdir(other):
        found.append(Path(os.path.abspath(other)))
    return found


def refresh() -> None:
    """Make the host list its folders again."""
    networks = _networks()
    if networks is not None:
        networks.list_available_networks()


def reached_file(name: str) -> Path | None:
    """The file the host would load for this name or alias."""
    networks = _networks()
    if networks is None:
        return None
    # A word that several files claim as their alias means the file of that name, if there is one.
    ambiguous = name.lower() in networks.forbidden_network_aliases
    found = (networks.available_networks if ambiguous else networks.available_network_aliases).get(name)
    return None if found is None else Path(os.path.abspath(found.filename))


def activated(extra_network_data: Mapping[str, Sequence[Any]] | None) -> Activated:
    """What the host has just applied of the networks it parsed from a prompt.

    True only from the activation to the end of the run, on some hosts not even that long.
    """
    asked = _asked(extra_network_data or {})
    networks = _networks()
    if networks is None:
        return Activated(refused=tuple(RefusedAdapter(tag.name, SWITCHED_OFF) for tag in asked))
    applied: dict[Path, AppliedAdapter] = {}
    refused: dict[str, str] = {}
    loaded = set()
    waiting = list(asked)
    for network in list(networks.loaded_networks):
        tag = _weights_of(networks, network, waiting)
        loaded.add(tag.name)
        path = Path(os.path.abspath(network.network_on_disk.filename))
        reason = _no_effect(networks, network, tag)
        if reason:
            refused[tag.name] = reason
        else:
            add(applied, AppliedAdapter(tag.name, path, tag.te_weight, tag.unet_weight))
    unknown = [tag.name for tag in asked if reached_file(tag.name) is None]
    for tag in asked:
        if tag.name not in loaded:
            refused[tag.name] = _why_not(networks, tag, unknown)
    return Activated(tuple(applied.values()), tuple(RefusedAdapter(name, why) for name, why in refused.items()))


def _networks() -> Any:
    """The Lora extension's module of lists; None when that extension is switched off."""
    return sys.modules.get("networks")


def _lists_lycoris() -> bool:
    """Whether the host's listing reads the LyCORIS folder: several keep its flag and pass the folder by."""
    networks = _networks()
    listing = [getattr(networks, name, None) for name in ("process_network_files", "list_available_networks")]
    return any("lyco_dir_backcompat" in function.__code__.co_names for function in listing if function is not None)


def _patches_models(networks: Any) -> bool:
    """Whether the host applies LoRAs as patches, all of a prompt or none, and leaves the list's multipliers unset."""
    return hasattr(networks, "load_lora_state_dict")


def _asked(data: Mapping[str, Sequence[Any]]) -> list[_Asked]:
    return [_read(params) for kind in _KINDS for params in data.get(kind, ()) if params.positional]


def _read(params: Any) -> _Asked:
    te_weight = finite_number(params.named.get("te", params.positional[1] if len(params.positional) > 1 else 1.0), 1.0)
    unet_weight = params.positional[2] if len(params.positional) > 2 else te_weight
    return _Asked(str(params.positional[0]), te_weight, finite_number(params.named.get("unet", unet_weight), te_weight))


def _weights_of(networks: Any, network: Any, waiting: list[_Asked]) -> _Asked:
    """The name as typed and the weights of a network that the host holds; its tag is taken from those waiting."""
    name = getattr(network, "mentioned_name", None) or network.name
    tag = next((tag for tag in waiting if tag.name == name), None)
    if tag is None:
        # Not of the prompt: the one that the setting "Add network to prompt" adds.
        weight = finite_number(getattr(shared.opts, "extra_networks_default_multiplier", 1.0), 1.0)
        tag = _Asked(name, weight, weight)
    else:
        waiting.remove(tag)
    if _patches_models(networks):
        return tag
    te_weight = finite_number(network.te_multiplier, tag.te_weight)
    return _Asked(name, te_weight, finite_number(network.unet_multiplier, tag.unet_weight))


def _no_effect(networks: Any, network: Any, tag: _Asked) -> str:
    """Why a network that the host holds does nothing, or ""."""
    if not tag.te_weight and not tag.unet_weight:
        return NO_WEIGHT
    if not _patches_models(networks):
        return "" if network.modules else DOES_NOT_FIT
    patched = _patched_files()
    return DOES_NOT_FIT if patched is not None and network.network_on_disk.filename not in patched else ""


def _patched_files() -> set[str] | None:
    """The files whose patches lie on the loaded model; None where the host does not tell."""
    model = sd_models.model_data.sd_model
    objects = getattr(model, "forge_objects_after_applying_lora", None)
    patchers = [getattr(objects, "unet", None), getattr(getattr(objects, "clip", None), "patcher", None)]
    tables = [table for patcher in patchers if (table := getattr(patcher, "lora_patches", None)) is not None]
    return {key[0] for table in tables for key in table} if tables else None


def _why_not(networks: Any, tag: _Asked, unknown: Sequence[str]) -> str:
    if tag.name in unknown:
        return UNKNOWN_DROPS_ALL if _patches_models(networks) else UNKNOWN
    if unknown and _patches_models(networks):
        return DROPPED.format(unknown=", ".join(unknown))
    return FAILED
