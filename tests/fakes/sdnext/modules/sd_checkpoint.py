"""The checkpoints that the host lists."""

from __future__ import annotations

import os

checkpoints_list: dict[str, CheckpointInfo] = {}
checkpoint_aliases: dict[str, CheckpointInfo] = {}


class CheckpointInfo:
    """`name` is relative to its folder, `title` has a hash behind it once that is known."""

    def __init__(self, filename: str, name: str, shorthash: str | None = None) -> None:
        self.filename = self.path = filename
        self.name = name
        self.shorthash = shorthash
        self.title = name if shorthash is None else f"{name} [{shorthash}]"
        self.model_name = os.path.basename(name)

    def register(self) -> None:
        checkpoints_list[self.title] = self
        for alias in (self.name, self.filename, self.shorthash, self.title):
            if alias is not None:
                checkpoint_aliases[alias] = self
