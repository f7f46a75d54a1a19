"""One LoRA of the demo: what its file, its sidecars and its preview are made from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """The texts are written as people write them: triggers with `|` between alternatives, lists with commas.

    path: below the LoRA folder, without extension. sidecar: "model" (Civitai's model reply), "version" (its version
    reply), "a1111" (the web UI's own), "both" (a model reply that the web UI has saved its fields into), or "".
    """

    path: str
    name: str
    base_model: str
    painter: str
    colours: str
    triggers: str
    tags: str
    about: str
    weight: float = 0.8
    sidecar: str = "model"
    preview: str = ".preview.jpg"

    @property
    def palette(self) -> tuple[str, ...]:
        """The painter's colours."""
        return tuple(self.colours.split())

    @property
    def trained_words(self) -> tuple[str, ...]:
        """One entry per alternative, as on a model page."""
        return tuple(part.strip() for part in self.triggers.split("|") if part.strip())

    @property
    def tag_list(self) -> tuple[str, ...]:
        """The tags one by one."""
        return tuple(part.strip() for part in self.tags.split(",") if part.strip())
