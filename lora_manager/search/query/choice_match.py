"""When a value fits what a query says of a field with choices (`tag:`, `base:`, `author:`, `folder:`, `type:`).

Case aside, `field:word` fits the value itself and values that begin with that word ("blue" fits "blue hair", not
"blueberry"); the last word of a query is still being typed and fits every value that begins so. `field:"in quotes"`
fits the value itself only. Two fields differ: a base model is compared by its beginning without blanks and signs
("sd1.5" fits "SD 1.5 LCM"), and a folder fits when it, a folder above it, or a part of its path is meant ("anime" and
"characters/anime" fit "characters/anime/90s"; in quotes only the folder itself and what lies below).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lora_manager.search.query.nodes import Words

_SHORT = {"xl": "sdxl", "il": "illustrious"}
"""Base models as cards write them where there is little room."""
_SIGNS = re.compile(r"[\W_]+")


def choice_test(node: Words) -> Callable[[str], bool]:
    """Return whether a value of the node's field fits."""
    wanted = node.text.casefold().strip()
    if node.field == "folder":
        return _folder_test(wanted.replace("\\", "/").strip("/"), node)
    if node.field == "base" and not node.is_exact:
        wanted = _SIGNS.sub("", wanted)
        wanted = _SHORT.get(wanted, wanted)
        return lambda value: bool(wanted) and _SIGNS.sub("", value.casefold()).startswith(wanted)
    return lambda value: fits(value.casefold(), wanted, node)


def fits(value: str, wanted: str, node: Words) -> bool:
    """Return whether a case-folded value is what is wanted, or may begin with it and does."""
    if node.is_exact or not value.startswith(wanted):
        return value == wanted
    return node.is_open or value == wanted or not value[len(wanted)].isalnum()


def _folder_test(wanted: str, node: Words) -> Callable[[str], bool]:
    inside, begins = f"/{wanted}/", f"/{wanted}"

    def holds(folder: str) -> bool:
        path = f"/{folder.casefold()}/"
        if node.is_exact:
            return path.startswith(inside)
        return inside in path or (node.is_open and begins in path)

    return holds
