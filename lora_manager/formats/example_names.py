"""Which of the LoRAs in a prompt is the adapter that the prompt is an example of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_SHORTEST = 4
"""Characters of a name that may stand for a longer one: "ink" begins too many."""
_HASH = re.compile(r"[0-9a-f]{8,64}")
_LOOSE = re.compile(r"[\W_]+")
_VERSION = re.compile(r"(?:v|ver|version|epoch|e)?\d[\w.]*$")
_ENDING = re.compile(r"\.(?:safetensors|pt|ckpt|bin)$")
_NO_NAME = re.compile(r"(?:v|ver|version|e|epoch|lora|step|last)?[\W\d_]*")
_EMPTY = "e3b0c44298fc"
"""How the hash of nothing begins: it is in the records of whoever could not read the file."""


@dataclass(frozen=True)
class AdapterNames:
    """What an adapter may be called in somebody else's prompt: names of its file, hashes (in lower case), version."""

    names: frozenset[str] = frozenset()
    hashes: tuple[str, ...] = ()
    version_id: int | None = None
    loose: frozenset[str] = field(default=frozenset())

    @staticmethod
    def of(names: Iterable[str | None], hashes: Iterable[str | None], version_id: int | None = None) -> AdapterNames:
        """Return them for names with or without folder and ending; None among them is passed over."""
        folded = frozenset(filter(None, (fold_name(name) for name in names if name)))
        loose = frozenset(name for name in map(_loosen, folded) if len(name) >= _SHORTEST)
        known = tuple(one.lower() for one in hashes if one and not one.lower().startswith(_EMPTY))
        return AdapterNames(folded, known, version_id, loose)

    def is_named(self, name: str) -> bool:
        """Say whether a LoRA of this name is it, as far as names say."""
        return fold_name(name) in self.names

    def may_be_named(self, name: str) -> bool:
        """Say whether it may be it: the same but for a version, or the beginning of the other."""
        other = _loosen(fold_name(name))
        return len(other) >= _SHORTEST and any(one.startswith(other) or other.startswith(one) for one in self.loose)

    def has_hash(self, text: str) -> bool:
        """Say whether a hash, or the beginning of one, is that of its file."""
        digest = text.strip().lower()
        if not _HASH.fullmatch(digest) or _EMPTY.startswith(digest[:12]):
            return False
        return any(own.startswith(digest) or digest.startswith(own) for own in self.hashes)


def fold_name(name: str) -> str:
    """Return a name as names are compared: without folder and ending, dots as SDNext writes them."""
    name = name[-500:].replace("\\", "/").rpartition("/")[2].strip().casefold()
    return _ENDING.sub("", name).replace(".", "_").replace(" ", "_")


def says_which(folded: str) -> bool:
    """Say whether a folded name names a LoRA: "v1" and "000010" are what training has called hundreds of them."""
    return _NO_NAME.fullmatch(folded) is None


def _loosen(folded: str) -> str:
    return _LOOSE.sub("", _VERSION.sub("", folded)) or _LOOSE.sub("", folded)
