"""Which files of a folder belong to a network file, by their names; the contents are not looked at.

What stands behind the stem, or behind the full name, must be what programs of the field write: `stem.txt`,
`stem.preview.png`, `stem.safetensors.rgthree-info.json`. Of two stems that a name begins with, the longer one has it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lora_manager.formats.sidecars.names import sidecar_stem
from lora_manager.services.library.units import MODEL_EXTENSIONS

TRASHED = ".trashed"
"""What is put behind the name of a file in the trash."""

_IMAGES = "png|jpe?g|webp|gif|avif|jxl|bmp|tiff?|heic"
_VIDEOS = "mp4|webm|mov|mkv|m4v|avi"
_TEXTS = "json|info|txt|md|html?|ya?ml|toml|csv|sha256|md5|hash|url"
_INFIXES = (
    "preview|previews|thumb|thumbnail|cover|example|sample|civitai|cm-info|metadata|api_info|swarm|swarmpreview|"
    r"description|info|notes?|readme|\d{1,4}"
)
_BEHIND_STEM = re.compile(rf"(\.({_INFIXES}))*\.({_IMAGES}|{_VIDEOS}|{_TEXTS})", re.IGNORECASE)
_DOWNLOADS = (".aria2", ".part", ".partial", ".crdownload", ".download", ".tmp", ".incomplete")
"""What downloaders put behind the full name of a file that they still write, or of their notes on it."""
_TRASHED = re.compile(rf"{re.escape(TRASHED)}(\.\d+)?$", re.IGNORECASE)


def is_model(name: str) -> bool:
    """Say whether a name is that of a network file."""
    return name.lower().endswith(MODEL_EXTENSIONS)


def stem_of(name: str) -> str:
    """Return a network file's name without its extension."""
    return name.rpartition(".")[0]


@dataclass(frozen=True)
class Companion:
    """A file beside a network file: its name, and the part of it that follows the network file's name."""

    name: str
    behind: str
    """What stands behind the stem, or behind the full name."""
    of_full_name: bool = False

    def renamed(self, new_stem: str, new_name: str) -> str:
        """Return what it is called when the network file has this stem and full name."""
        return (new_name if self.of_full_name else new_stem) + self.behind


@dataclass
class Belongings:
    """What lies beside a network file: its own, and what belongs to another one as well.

    What is shared stays with those that stay. `is_downloading`: a downloader keeps its notes beside it.
    """

    own: list[Companion] = field(default_factory=list)
    shared: list[Companion] = field(default_factory=list)
    is_downloading: bool = False


class FolderNames:
    """The names in one folder, as files come and go. `recorded`: which network file a sidecar belongs to by the scan.

    That counts for a sidecar whose name does not say so: one that was attached by the file names it speaks of.
    `no_files` are names of folders, pipes and the like: they are taken, and belong to nothing.
    """

    def __init__(
        self, names: Iterable[str], recorded: Mapping[str, str] | None = None, no_files: Iterable[str] = ()
    ) -> None:
        self.names: set[str] = set()
        self.no_files = frozenset(no_files)
        self._folded: Counter[str] = Counter()
        self._recorded = dict(recorded or {})
        self._records_of: dict[str, list[str]] = {}
        for record, model in self._recorded.items():
            self._records_of.setdefault(model, []).append(record)
        self._models: dict[str, dict[str, None]] = {}
        self._by_stem: dict[str, dict[str, None]] = {}
        self._by_begin: dict[str, dict[str, None]] = {}
        for name in names:
            self.add(name)
        for name in self.no_files:
            self.names.add(name)
            self._folded[name.casefold()] += 1

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def has_folded(self, name: str) -> bool:
        """Say whether a name is here that differs at most in case."""
        return self._folded[name.casefold()] > 0

    def add(self, name: str) -> None:
        """Let a file be here."""
        if name in self.names:
            return
        self.names.add(name)
        self._folded[name.casefold()] += 1
        if is_model(name):
            self._models.setdefault(name.lower(), {})[name] = None
            self._by_stem.setdefault(stem_of(name).lower(), {})[name] = None
        for begin in _begins(name):
            self._by_begin.setdefault(begin.lower(), {})[name] = None

    def remove(self, name: str) -> None:
        """Let a file be gone."""
        if name not in self.names:
            return
        self.names.remove(name)
        self._folded[name.casefold()] -= 1
        if is_model(name):
            del self._models[name.lower()][name]
            del self._by_stem[stem_of(name).lower()][name]
        for begin in _begins(name):
            del self._by_begin[begin.lower()][name]

    def models_of_stem(self, stem: str) -> list[str]:
        """Return the network files of a stem, whatever its case."""
        return list(self._by_stem.get(stem.lower(), ()))

    def beside(self, model: str) -> Belongings:
        """Return what lies beside a network file of this folder."""
        found = Belongings()
        said = [name for name in self._records_of.get(model, ()) if name in self.names]
        for name in dict.fromkeys([*self._by_begin.get(stem_of(model).lower(), ()), *said]):
            if is_model(name) or _TRASHED.search(name):
                continue
            models, companion = self._owners(name)
            if model not in models:
                continue
            if companion.behind.lower() in _DOWNLOADS:
                found.is_downloading = True
            elif len(models) == 1:
                found.own.append(companion)
            else:
                found.shared.append(companion)
        return found

    def in_the_way(self, stem: str, model: str = "") -> str | None:
        """Return a file that would belong to a network file of this stem, if it came here; `model`'s own do not count.

        It would take what belongs to another, or be taken for what it is not.
        """
        for name in self._by_begin.get(stem.lower(), ()):
            if name == model or _TRASHED.search(name):
                continue
            if is_model(name):
                if stem_of(name).lower() == stem.lower():
                    return name
                continue
            behind = name[len(stem) :]
            belongs = _BEHIND_STEM.fullmatch(behind) or behind.lower().startswith(MODEL_EXTENSIONS)
            if belongs and not self._owners(name)[0]:
                return name
        return None

    def _owners(self, name: str) -> tuple[list[str], Companion]:
        models, companion = self._by_name(name)
        said = self._recorded.get(name)
        if said is not None and said not in models and said in self.names:
            return [said], _by_record(name)
        return models, companion

    def _by_name(self, name: str) -> tuple[list[str], Companion]:
        """The network files that a name belongs to, and how it is put together."""
        for begin in reversed(_begins(name)):
            behind = name[len(begin) :]
            models = list(self._models.get(begin.lower(), ()))
            if models:
                return [begin] if begin in models else models, Companion(name, behind, of_full_name=True)
            models = self.models_of_stem(begin)
            if models and _BEHIND_STEM.fullmatch(behind):
                exact = [model for model in models if stem_of(model) == begin]
                return exact or models, Companion(name, behind)
        return [], Companion(name, "")


def _begins(name: str) -> list[str]:
    """What stands before each dot of a name, the shortest first."""
    return [name[:at] for at, sign in enumerate(name) if sign == "." and at]


def _by_record(name: str) -> Companion:
    stem = sidecar_stem(name) or name
    return Companion(name, name[len(stem) :], of_full_name=is_model(stem))
