"""The protocol between LoRA Manager and whatever generates images: SDNext, AUTOMATIC1111 and kin, or our own engine.

Everything above this file speaks only these types; everything that knows a particular host lives in a sibling module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol


class HostState(str, Enum):
    """Whether a generation is running in the host right now, ours or the user's."""

    IDLE = "idle"
    BUSY = "busy"


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint the host can generate with. `family` is one of formats.base_model's families, "" if unknown."""

    name: str
    path: str
    family: str
    note: str = ""


UNKNOWN_MODEL = LoadedModel("", "", "")
"""What a run is told with whose host does not say what it ran with."""


@dataclass(frozen=True)
class NetworkLocation:
    """A network file as the host needs to see it to name it in a prompt.

    `first_of_stem` is False when another file of the same stem comes before it: that one has the plain name.
    """

    root: Path
    relative_path: str
    first_of_stem: bool = True


@dataclass(frozen=True)
class AdapterToApply:
    """One adapter that the caller resolved from a tag of the prompt: which file, how strongly."""

    tag_name: str
    path: Path
    te_weight: float
    unet_weight: float


@dataclass(frozen=True)
class GenerationRequest:
    """What to draw. `prompt` still holds its `<lora:...>` tags; `adapters` are those tags resolved to files.

    Sizes in pixels; seed -1 asks the host to choose one; `batch_size` images are made one after another with
    consecutive seeds.
    """

    prompt: str
    negative_prompt: str = ""
    width: int = 512
    height: int = 512
    steps: int = 20
    cfg_scale: float = 7.0
    seed: int = -1
    sampler: str = "Euler a"
    batch_size: int = 1
    adapters: Sequence[AdapterToApply] = ()


@dataclass(frozen=True)
class GenerationDefaults:
    """What a generation form starts with: pixels that suit the loaded model, steps, guidance, sampler.

    Width and height must be multiples of `size_step` pixels.
    """

    width: int = 512
    height: int = 512
    steps: int = 20
    cfg_scale: float = 7.0
    sampler: str = "Euler a"
    size_step: int = 8


@dataclass(frozen=True)
class AppliedAdapter:
    """An adapter the host really applied, by its own account."""

    tag_name: str
    path: Path
    te_weight: float
    unet_weight: float


@dataclass(frozen=True)
class RefusedAdapter:
    """A tag of the prompt that had no effect, and why."""

    tag_name: str
    reason: str


@dataclass(frozen=True)
class GeneratedImage:
    """One picture on disk with the infotext that is embedded in it."""

    path: Path
    seed: int
    width: int
    height: int
    infotext: str


@dataclass(frozen=True)
class GenerationResult:
    """What came out. `interrupted` is true when a cancel cut it short; images made until then are kept."""

    images: Sequence[GeneratedImage]
    infotext: str
    applied: Sequence[AppliedAdapter]
    refused: Sequence[RefusedAdapter]
    model: LoadedModel
    seconds: float
    interrupted: bool = False
    notes: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Progress:
    """How far a generation is: `step` of `steps` in all over every image of the run."""

    step: int
    steps: int
    message: str = ""


@dataclass(frozen=True)
class ObservedGeneration:
    """A run that the user started in the host's own page or API, as the host told of it when it had ended.

    `origin` is the host's tab: "txt2img", "img2img", "control", "video". `request.adapters` is empty: what was applied
    stands in `result.applied`. Images that the host did not save are not in `result.images`. `user_name`: whose run it
    was, where the host has logins and knows.
    """

    origin: str
    request: GenerationRequest
    result: GenerationResult
    user_name: str | None = None


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]
OnGeneration = Callable[[ObservedGeneration], None]


class Host(Protocol):
    """A program that lists LoRA folders, holds a model and makes images."""

    @property
    def name(self) -> str:
        """Short stable name: "standalone", "sdnext", "a1111", "forge" ..."""

    @property
    def version(self) -> str:
        """The host's own version string."""

    def roots(self) -> Sequence[Path]:
        """Absolute LoRA folders, in the host's order of preference."""

    def models_dir(self) -> Path:
        """The host's models directory (absolute): our state lies beside it."""

    def output_dir(self) -> Path:
        """Where our generations are saved (absolute)."""

    def tag_name(self, location: NetworkLocation) -> str:
        """NAME of `<lora:NAME:weight>` as this host resolves it for this file."""

    def loaded_model(self) -> LoadedModel | None:
        """The model a generation would use now, or None: nothing loaded yet is a state, not an error."""

    def samplers(self) -> Sequence[str]:
        """Sampler names that `GenerationRequest.sampler` accepts, the default first."""

    def defaults(self) -> GenerationDefaults:
        """What a form starts with, for the model that would be used now."""

    def state(self) -> HostState:
        """Idle, or busy with a generation of ours or of the user."""

    def cannot_generate(self) -> str:
        """Why generation is impossible now (one sentence with the remedy), or "" when it is possible."""

    def generate(self, request: GenerationRequest, on_progress: OnProgress, cancelled: Cancelled) -> GenerationResult:
        """Make the images. Blocks. Raises HostError or MissingDependencyError; leaves the host in no half state."""

    def refresh_networks(self) -> None:
        """Make the host list its LoRA folders again, after files came or went."""

    def reached_file(self, tag_name: str) -> Path | None:
        """The absolute path of the file that this host would load for NAME now, by its own list.

        None when it lists no such name or keeps no list: the catalogue's own rule then decides. Of two files of one
        basename most hosts reach one only; this says which.
        """

    def observe(self, report: OnGeneration | None) -> None:
        """Report every run of the user from now on, once, from whichever thread it ran on; None ends that.

        `report` returns at once. Our own runs (`generate`) are not reported.
        """
