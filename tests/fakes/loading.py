"""Putting an imitated host into this process, and taking it out again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAKES = Path(__file__).parent
FOLDERS = {
    # family: folders of imitated modules, the first wins
    "a1111": ("a1111",),
    "forge": ("forge", "a1111"),
    "sdnext": ("sdnext",),
}
_HOST_PACKAGES = frozenset({"fake_control", "modules", "modules_forge", "backend", "networks", "installer", "launch"})
_OURS = ("lora_manager.hosts.a1111", "lora_manager.hosts.sdnext")


def add_to_path(family: str) -> None:
    """Make the family's imitated modules importable for the rest of this process."""
    sys.path[:0] = [str(FAKES / folder) for folder in FOLDERS[family]]


@contextmanager
def host_modules(family: str) -> Iterator[None]:
    """Make the family's imitated modules importable, fresh, for the length of the block."""
    path = list(sys.path)
    _forget()
    add_to_path(family)
    try:
        yield
    finally:
        sys.path[:] = path
        _forget()


def _forget() -> None:
    for name in list(sys.modules):
        if name.split(".")[0] in _HOST_PACKAGES or name.startswith(_OURS):
            module = sys.modules.pop(name)
            parent, _, child = name.rpartition(".")
            # `from package import module` believes the package's attribute, not sys.modules.
            if getattr(sys.modules.get(parent), child, None) is module:
                delattr(sys.modules[parent], child)
