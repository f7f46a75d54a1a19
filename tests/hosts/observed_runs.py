"""A host's runs as the run observer sees them: a processing object, the function that every host has, its errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lora_manager.hosts.base import (
    GeneratedImage,
    GenerationRequest,
    GenerationResult,
    LoadedModel,
    ObservedGeneration,
)
from lora_manager.hosts.run_observer import Run, RunObserver

MODEL = LoadedModel("plain", "plain.safetensors", "SD 1.5")


@dataclass(eq=False)
class Picture:
    """Compares as tensors and arrays do: not at all."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("the truth value of more than one element is ambiguous")

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Process:
    """The host's `p`: a data class that compares by its fields, as A1111's does."""

    picture: Picture = field(default_factory=Picture)
    prompt: str = "a cat"


class HostError(Exception):
    """Something in the host."""


def describe(run: Run) -> ObservedGeneration | None:
    return told(run.process.prompt, run.saved[0].path.name if run.saved else "", len(run.saved))


def told(prompt: str, first: str = "", images: int = 0) -> ObservedGeneration:
    pictures = [GeneratedImage(Path(first), 1, 64, 64, "")] * images
    return ObservedGeneration("txt2img", GenerationRequest(prompt), GenerationResult(pictures, "", (), (), MODEL, 1.0))


def prompts(reports: list[ObservedGeneration]) -> list[str]:
    return [report.request.prompt for report in reports]


def process_images(
    p: Process, observer: RunObserver, inside: Callable[[], None] = lambda: None, saves: int = 1
) -> None:
    """A host's run, under the name that every host gives it: hooks, images, and an error without the last hook."""
    observer.begin(p)
    for number in range(saves):
        observer.saved(p, Path(f"/out/{number}.png"), "infotext")
    inside()
    observer.end(p)


def fail() -> None:
    raise HostError("out of memory")
