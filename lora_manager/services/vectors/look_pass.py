"""The pass over preview pictures, for an encoder that sees: how the pictures of an adapter look."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from sqlalchemy import Connection

from lora_manager.db.vectors import PASS, NewVector, previews
from lora_manager.errors import LoraManagerError
from lora_manager.search.vectors.texts import text_hash
from lora_manager.services.vectors.passes import LOOK, Encode, GoesOn, Wanted, encoded, unknown

ThumbnailOf = Callable[[Path, str], bytes]
"""From a preview and its version to its thumbnail, a small WebP that was made apart from whatever the file holds."""


@dataclass(frozen=True)
class _Preview:
    path: Path
    version: str


class LookPass:
    """The vectors of looks, by an encoder of pictures."""

    kinds: tuple[str, ...] = (LOOK,)
    per_step = 32

    def __init__(self, thumbnail_of: ThumbnailOf, encoder: str, encode: Encode) -> None:
        self.encoder = encoder
        self._thumbnail_of = thumbnail_of
        self._encode = encode

    @property
    def name(self) -> str:
        """Under which its progress is remembered."""
        return f"{PASS}look1:{self.encoder}"

    def look(self, connection: Connection, adapter_ids: Sequence[int]) -> list[Wanted]:
        """Return what has to be made anew of these adapters: a preview has the version that its file has."""
        wanted = []
        for adapter_id, path, version in previews(connection, adapter_ids):
            preview = _Preview(Path(path), version)
            wanted.append(Wanted(adapter_id, LOOK, text_hash(f"{preview.path}\0{version}"), preview))
        return unknown(connection, wanted, self.encoder)

    def make(self, wanted: Sequence[Wanted], goes_on: GoesOn) -> list[NewVector] | None:
        """Return the vectors. A picture that cannot be read has none, until there is another one."""
        seen: list[Wanted] = []
        for one in wanted:
            if not goes_on():
                return None
            seen.append(Wanted(one.adapter_id, one.kind, one.text_hash, self._picture(one.item)))
        return encoded(self.encoder, seen, self._encode, goes_on)

    def _picture(self, preview: _Preview) -> Image.Image | None:
        try:
            data = self._thumbnail_of(preview.path, preview.version)
            with Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
                picture: Image.Image = image.convert("RGB")
                return picture
        except (LoraManagerError, OSError):
            return None
