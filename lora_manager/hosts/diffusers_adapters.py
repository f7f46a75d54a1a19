"""LoRAs on a diffusers pipeline: loaded from safetensors only, applied with their weights, read back, taken off again.

The one file that knows how diffusers and peft hold adapters. Whatever a file contains, the pipeline is left either with
the whole adapter or without a trace of it.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from lora_manager.errors import LoraManagerError
from lora_manager.hosts.base import AdapterToApply, AppliedAdapter, RefusedAdapter

_LOG = logging.getLogger(__name__)
_KEPT_UNUSED = 4
_DOWN = (".lora_down.weight", ".lora_A.weight", ".lora.down.weight", "_lora.down.weight")
_UP = (".lora_up.weight", ".lora_B.weight", ".lora.up.weight", "_lora.up.weight")
_NOTHING_FITS = "none of its layers exists in the loaded model: it was made for another base model"
_UNSUPPORTED = {
    "LoHa": (".hada_w1_a", ".hada_w1_b"),
    "LoKr": (".lokr_w1", ".lokr_w1_a"),
    "OFT": (".oft_blocks", ".oft_diag"),
    "IA3": (".on_input",),
    "GLoRA": (".a1.weight",),
    "full-weight": (".diff",),
}

_Key = tuple[str, int, int]


class _RefusedError(LoraManagerError):
    """This network file cannot be applied to this model; the message is the reason shown to the user."""


@dataclass
class _Loaded:
    name: str
    modules: int
    attached: int
    last_used: int


@dataclass(frozen=True)
class AppliedSet:
    """What the pipeline holds active for a run, by its own account, what was refused, and what the user should know."""

    applied: tuple[AppliedAdapter, ...]
    refused: tuple[RefusedAdapter, ...]
    notes: tuple[str, ...]


class PipelineAdapters:
    """The LoRAs of one pipeline. Not thread-safe: the engine's lock is held around every call."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._loaded: dict[_Key, _Loaded] = {}
        self._refused: dict[_Key, str] = {}
        self._names = count(1)
        self._runs = count(1)

    def apply(self, adapters: Sequence[AdapterToApply]) -> AppliedSet:
        """Make exactly these adapters active with their weights; an adapter of weight 0 is not even loaded."""
        run = next(self._runs)
        wanted = _merge_duplicates(adapters)
        refused: list[RefusedAdapter] = []
        active: list[tuple[AdapterToApply, _Loaded]] = []
        pending = list(wanted)
        while pending:
            adapter = pending.pop(0)
            try:
                loaded = self._load(adapter.path)
            except _RefusedError as error:
                refused.append(RefusedAdapter(adapter.tag_name, str(error)))
                # A failed load may have cost the others their place: see _load.
                pending = [done for done, _ in active] + pending
                active.clear()
                continue
            loaded.last_used = run
            active.append((adapter, loaded))
        self._activate(active)
        self._forget_unused(run)
        applied = tuple(self._read_back(adapter, loaded) for adapter, loaded in active)
        notes = tuple(_partly_fits(adapter, loaded) for adapter, loaded in active if loaded.attached < loaded.modules)
        return AppliedSet(applied, tuple(refused), notes)

    def _load(self, path: Path) -> _Loaded:
        key = _file_key(path)
        if key in self._loaded:
            return self._loaded[key]
        if key in self._refused:
            raise _RefusedError(self._refused[key])
        state = _read_state(path)
        name = f"lm{next(self._names)}"
        try:
            with _peft_warnings_ignored():
                self._pipeline.load_lora_weights(state, adapter_name=name)
            attached = sum(1 for _ in self._layers(name))
            if not attached:
                raise _RefusedError(_NOTHING_FITS)
        except (_RefusedError, ValueError, KeyError, RuntimeError, TypeError, AttributeError, IndexError) as error:
            _LOG.info("%s does not fit the loaded model", path, exc_info=True)
            self._start_over()
            self._refused[key] = str(error) if isinstance(error, _RefusedError) else _reason(error)
            raise _RefusedError(self._refused[key]) from error
        self._loaded[key] = _Loaded(name, _count_modules(state), attached, 0)
        return self._loaded[key]

    def _start_over(self) -> None:
        # A load that failed half-way leaves layers that no call of diffusers takes off one by one.
        self._pipeline.unload_lora_weights()
        self._loaded.clear()

    def _activate(self, active: Sequence[tuple[AdapterToApply, _Loaded]]) -> None:
        if not active:
            if self._loaded:
                self._pipeline.disable_lora()
            return
        parts: dict[str, list[str]] = self._pipeline.get_list_adapters()
        weights = [
            {
                part: adapter.te_weight if part.startswith("text_encoder") else adapter.unet_weight
                for part, names in parts.items()
                if loaded.name in names
            }
            for adapter, loaded in active
        ]
        self._pipeline.enable_lora()
        self._pipeline.set_adapters([loaded.name for _, loaded in active], weights)

    def _forget_unused(self, run: int) -> None:
        unused = sorted(
            (item for item in self._loaded.items() if item[1].last_used != run), key=lambda i: i[1].last_used
        )
        for key, loaded in unused[: max(0, len(unused) - _KEPT_UNUSED)]:
            with _peft_warnings_ignored():
                self._pipeline.delete_adapters(loaded.name)
            del self._loaded[key]

    def _read_back(self, adapter: AdapterToApply, loaded: _Loaded) -> AppliedAdapter:
        """The weights that the layers really hold; a part that the file has no layers for keeps the one asked for."""
        weights = {True: adapter.te_weight, False: adapter.unet_weight}
        for part, layer in self._layers(loaded.name):
            is_active = loaded.name in layer.active_adapters and not layer.disable_adapters
            own_scale = layer.lora_alpha[loaded.name] / layer.r[loaded.name]
            weight = layer.scaling[loaded.name] / own_scale if is_active else 0.0
            weights[part.startswith("text_encoder")] = round(float(weight), 6)
        return AppliedAdapter(adapter.tag_name, adapter.path, weights[True], weights[False])

    def _layers(self, name: str) -> Iterator[tuple[str, Any]]:
        for part, component in self._pipeline.components.items():
            for module in component.modules() if hasattr(component, "modules") else ():
                if name in getattr(module, "scaling", ()) and name in getattr(module, "lora_A", ()):
                    yield part, module


def _merge_duplicates(adapters: Sequence[AdapterToApply]) -> list[AdapterToApply]:
    """One entry per file: hosts apply a tag that stands twice twice, which is the sum of its weights."""
    merged: dict[Path, AdapterToApply] = {}
    for adapter in adapters:
        if adapter.path in merged:
            first = merged[adapter.path]
            te_weight, unet_weight = first.te_weight + adapter.te_weight, first.unet_weight + adapter.unet_weight
            adapter = AdapterToApply(first.tag_name, first.path, te_weight, unet_weight)
        merged[adapter.path] = adapter
    return [adapter for adapter in merged.values() if adapter.te_weight or adapter.unet_weight]


def _file_key(path: Path) -> _Key:
    try:
        status = path.stat()
    except OSError as error:
        raise _RefusedError(f"its file cannot be read ({error.strerror}): scan the library again") from error
    return str(path), status.st_mtime_ns, status.st_size


def _read_state(path: Path) -> dict[str, Any]:
    """The file's tensors with each alpha multiplied in, so that what remains to scale by is the weight alone."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if path.suffix.lower() != ".safetensors":
        raise _RefusedError("only .safetensors files are opened: opening this one could run code; convert it first")
    try:
        state: dict[str, Any] = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise _RefusedError(f"its file is broken or incomplete ({error}): download it again") from error
    for algorithm, suffixes in _UNSUPPORTED.items():
        if any(key.endswith(suffixes) for key in state):
            raise _RefusedError(f"the standalone engine cannot apply {algorithm} networks; SDNext and others can")
    if not _count_modules(state):
        raise _RefusedError("it holds no LoRA layers")
    return _with_alpha_applied(state)


def _with_alpha_applied(state: dict[str, Any]) -> dict[str, Any]:
    for key in [key for key in state if key.endswith(".alpha")]:
        base = key[: -len(".alpha")]
        for down, up in zip(_DOWN, _UP, strict=True):
            if base + down in state and base + up in state:
                rank = state[base + down].shape[0]
                weight = state[base + up]
                state[base + up] = (weight.float() * (float(state.pop(key)) / rank)).to(weight.dtype)
                break
    return state


def _count_modules(state: dict[str, Any]) -> int:
    return sum(key.endswith(_DOWN) for key in state)


@contextmanager
def _peft_warnings_ignored() -> Iterator[None]:
    """Quiet peft's advice for people who train. What does not match is counted and told to the user in our words."""
    with warnings.catch_warnings():
        for message in (
            "Already found a `peft_config`",
            "Found missing adapter keys",
            "Adapter lm.* was active which is",
        ):
            warnings.filterwarnings("ignore", message=message, category=UserWarning)
        yield


def _reason(error: Exception) -> str:
    text = str(error)
    if "size mismatch" in text or "shape" in text:
        return "its layers have other sizes than those of the loaded model: it was made for another base model"
    if text.startswith("Target modules"):
        return _NOTHING_FITS
    first_line = text.strip().splitlines()[0][:200] if text.strip() else type(error).__name__
    return f"the loaded model cannot take it ({first_line})"


def _partly_fits(adapter: AdapterToApply, loaded: _Loaded) -> str:
    missing = loaded.modules - loaded.attached
    return f"{missing} of the {loaded.modules} layers of {adapter.tag_name} do not exist in the loaded model"
