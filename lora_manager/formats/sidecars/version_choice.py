"""Which of the versions that a Civitai record lists is the file on this disk, and which of that version's files.

Taking the newest is wrong for everyone who kept an older one. Versions trained with the same settings differ by a few
bytes or by none, and one file name serves several versions: no single clue decides, so they are asked in the order of
what they prove, and a tie is broken by the others. What stays undecided is unknown, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from lora_manager.formats.sidecars.local_file import LocalFile
from lora_manager.formats.sidecars.values import JsonObject

_NOT_THE_MODEL = frozenset({"training data", "config", "vae"})
_MAX_FILES = 100

# Downloaders cannot write these characters, and each has its own way round blanks. A copy suffix: " (1)", " - Copy".
_ILLEGAL = re.compile(r'[\x00-\x1f<>:"/\\|?*\s_+]+')
_COPY = re.compile(r"(?:[ _]?\(\d{1,3}\)|[ _]-[ _]copy)$")

# sha256 of nothing: written by tools that failed to read the file, so it matches every such file.
_HASH_OF_NOTHING = "e3b0c44298"


class Clues(NamedTuple):
    """What speaks for one listed file being the local one. Higher is stronger, 0 nothing."""

    version: int
    file: JsonObject
    hash: int  # 2 of the whole file, 1 of its weights alone (AutoV3): two versions may share those
    size: int  # 2 to the byte, 1 within 1 KB
    size_known: bool
    name: int  # 2 the same, 1 the same but for illegal characters and copy suffixes
    extension: bool


@dataclass(frozen=True)
class Choice:
    """The version of the local file (None: cannot be told, `reason` says why) and its file record, if it lists any."""

    version: JsonObject | None
    file: JsonObject | None
    reason: str = ""


def choose_version(versions: Sequence[JsonObject], local: LocalFile) -> Choice:
    """The version that `local` belongs to, and its file."""
    if not versions:
        return Choice(None, None, "it lists no version")
    known = _Known(local)
    clues = [clue for index, version in enumerate(versions) for clue in _clues_of(index, version, local, known)]
    index = 0 if len(versions) == 1 else _decide(clues)
    if index is None:
        return Choice(None, None, _why_undecided(clues, len(versions)))
    return Choice(versions[index], _best_file([clue for clue in clues if clue.version == index]))


def choose_file(version: JsonObject, local: LocalFile) -> JsonObject | None:
    """The file record of `version` that `local` is, else the one that Civitai would hand out."""
    return _best_file(_clues_of(0, version, local, _Known(local)))


def size_contradicts(file: JsonObject, local: LocalFile) -> bool:
    """Whether the record states a size that the local file does not have: then its hashes are not the local file's."""
    size_kb = _size_kb(file)
    return size_kb is not None and abs(size_kb - local.size / 1024) > 1


def file_names_of(document: Any) -> tuple[str, ...]:
    """The names of all files that a Civitai model or version record lists: for a sidecar that lies alone.

    Only plain base names: the record is from the network, and its names are looked for on the disk.
    """
    if not isinstance(document, dict):
        return ()
    versions = document.get("modelVersions")
    holders = [document, *versions[:1_000]] if isinstance(versions, list) else [document]
    names = [file.get("name") for holder in holders if isinstance(holder, dict) for file in _files(holder)]
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and _is_base_name(name)))


def _is_base_name(name: str) -> bool:
    # 255: what a file system takes; a colon would name a drive or an alternate stream on Windows.
    return 0 < len(name) <= 255 and name.isprintable() and not any(char in name for char in "/\\:") and ".." not in name


def _files(version: JsonObject) -> list[JsonObject]:
    files = version.get("files")
    return [file for file in files[:_MAX_FILES] if isinstance(file, dict)] if isinstance(files, list) else []


class _Known:
    """What is known of the local file, in the forms it is compared in; the costly form only when it is asked for."""

    def __init__(self, local: LocalFile) -> None:
        hashes = (
            ("SHA256", local.sha256),
            ("AutoV2", local.sha256 and local.sha256[:10]),
            ("AutoV3", local.autov3),
            ("BLAKE3", local.blake3),
            ("CRC32", local.crc32),
        )
        self.hashes = tuple(
            (key, ours.lower()) for key, ours in hashes if ours and _HASH_OF_NOTHING not in ours.lower()
        )
        self.folded = _fold(local.stem)
        self.extension = local.name[len(local.stem) :].lower()
        self._loose: str | None = None

    @property
    def loose(self) -> str:
        if self._loose is None:
            self._loose = _loosen(self.folded)
        return self._loose


def _fold(name: str) -> str:
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _loosen(folded: str) -> str:
    return _ILLEGAL.sub("_", _COPY.sub("", folded)).strip("_. ")


def _clues_of(index: int, version: JsonObject, local: LocalFile, known: _Known) -> list[Clues]:
    found = []
    for file in _files(version):
        kind = file.get("type")
        if isinstance(kind, str) and kind.lower() in _NOT_THE_MODEL:
            continue
        size_kb = _size_kb(file)
        off = abs(size_kb * 1024 - local.size) if size_kb is not None else 0.0
        name, extension = _name_clue(file.get("name"), known)
        found.append(
            Clues(
                version=index,
                file=file,
                hash=_hash_clue(file.get("hashes"), known.hashes),
                size=0 if size_kb is None else 2 if off <= 1 else 1 if off <= 1024 else 0,
                size_known=size_kb is not None,
                name=name,
                extension=extension,
            )
        )
    return found


def _size_kb(file: JsonObject) -> float | None:
    # Civitai always writes a number. A text ("12.5") went through some other tool: no proof, so as good as unknown.
    size = file.get("sizeKB")
    if isinstance(size, bool) or not isinstance(size, (int, float)) or not 0 < size < 2**53:
        return None
    return float(size)


def _name_clue(name: Any, known: _Known) -> tuple[int, bool]:
    if not isinstance(name, str) or len(name) > 1_000:
        return 0, False
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    same_extension = dot + extension.lower() == known.extension
    folded = _fold(stem)
    if folded == known.folded:
        return 2, same_extension
    # The first letters differ in nearly every pair that does not match: spares the two substitutions.
    if folded[:1] != known.folded[:1] and folded[:1].isalnum() and known.folded[:1].isalnum():
        return 0, same_extension
    loose = _loosen(folded)
    return (1 if loose and loose == known.loose else 0), same_extension


def _hash_clue(hashes: Any, known: tuple[tuple[str, str], ...]) -> int:
    if not known or not isinstance(hashes, dict):
        return 0
    same = [key for key, ours in known if isinstance(hashes.get(key), str) and hashes[key].strip().lower() == ours]
    return max((1 if key == "AutoV3" else 2 for key in same), default=0)


def _decide(clues: list[Clues]) -> int | None:
    """The index of the version, by the strongest kind of proof that any file has."""
    # A file of unknown size but of the local file's name may be the one: it stands beside those of the right size.
    stages: tuple[tuple[Callable[[Clues], bool], bool], ...] = (
        (lambda clue: clue.hash == 2, False),
        (lambda clue: clue.hash > 0, False),
        (lambda clue: clue.size == 2, True),
        (lambda clue: clue.size >= 1, True),
        (lambda clue: clue.name > 0, False),
    )
    for proves, by_size in stages:
        pool = [clue for clue in clues if proves(clue)]
        if pool and by_size:
            pool += [clue for clue in clues if not clue.size_known and clue.name > 0]
        if pool:
            return _break_tie(pool)
    return None


def _break_tie(pool: list[Clues]) -> int | None:
    for rank in (_by_name, _by_size, _by_extension):
        best = max(rank(clue) for clue in pool)
        pool = [clue for clue in pool if rank(clue) == best]
        if len({clue.version for clue in pool}) == 1:
            return pool[0].version
    # The very same content in two versions: both are true, the first is the newer.
    return pool[0].version if pool[0].hash else None


def _by_name(clue: Clues) -> int:
    return clue.name


def _by_size(clue: Clues) -> int:
    return clue.size


def _by_extension(clue: Clues) -> int:
    return int(clue.extension)


def _why_undecided(clues: list[Clues], count: int) -> str:
    if any(clue.size for clue in clues):
        return f"several of its {count} versions have a file of this size, none told apart by hash or name"
    if any(clue.name for clue in clues):
        return f"several of its {count} versions have a file of this name, none told apart by hash or size"
    return f"none of its {count} versions has a file of this hash, size or name"


def _best_file(clues: list[Clues]) -> JsonObject | None:
    if not clues:
        return None
    return max(clues, key=_file_rank).file


def _file_rank(clue: Clues) -> tuple[int, bool, int, int, bool, bool, float]:
    primary = clue.file.get("primary") is True
    return clue.hash, clue.size == 2, clue.name, clue.size, clue.extension, primary, _civitai_score(clue.file)


def _civitai_score(file: JsonObject) -> float:
    """Civitai's own order of the files of a version, for a downloader who said nothing."""
    metadata = file.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    score = 1000.0 if file.get("type") in ("Model", "Pruned Model") else 0.0
    score += 100 if metadata.get("format") == "SafeTensor" else 0
    score += 10 if metadata.get("size") == "pruned" else 0
    score += 1 if metadata.get("fp") == "fp16" else 0
    return score
