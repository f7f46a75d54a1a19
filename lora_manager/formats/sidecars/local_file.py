"""What is known of the model file on disk when its sidecar is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LocalFile:
    """The model file that a sidecar speaks of. Hashes are hexadecimal in any case; None = not known (yet).

    name: base name with extension. stem: base name without it. size: bytes.
    autov3: first 12 digits of the hash embedded in the safetensors header.
    """

    name: str
    stem: str
    size: int
    autov3: str | None = None
    sha256: str | None = None
    blake3: str | None = None
    crc32: str | None = None
