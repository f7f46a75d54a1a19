"""Paths by template: `{base_model}/{author}/{name}` of an adapter, made of names that every system can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lora_manager.errors import BadInputError
from lora_manager.formats.file_names import safe_name

FIELDS = ("base_model", "family", "author", "archetype", "first_tag", "version", "name", "stem")
MOST_CHARACTERS = 300
MOST_FOLDERS = 10
_UNKNOWN = {
    "base_model": "Unknown base model",
    "family": "Unknown family",
    "author": "Unknown author",
    "archetype": "Unknown type",
    "first_tag": "Untagged",
    "version": "Unknown version",
}
"""The folder of those of which a field says nothing: one that is found again, and sorts with the others."""
_MOST_STEM_BYTES = 180
"""Leaves room for the longest ending of a record, and for a number."""
_NAMING = ("name", "stem", "version")
"""Fields of which a file's name is made; without one of them the last part of a path is a folder too."""
_ABSOLUTE = re.compile(r"\s*([/\\]|[A-Za-z]:)")
_FIELD = re.compile(r"\{([^{}]*)\}")
_GAPS = re.compile(r"\s+")
_ENDS = " _-.,"


@dataclass(frozen=True)
class Template:
    """A template that was looked through. `folders` are the parts before the last "/", `stem` is the last part.

    Of a path whose last part names no file the files keep their names: it is folders only."""

    folders: tuple[str, ...]
    stem: str

    def path_of(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return the folder and the stem for an adapter's values. What is empty has a folder of its own."""
        folders = [_part(folder, {**values, **_filled(values)}, "Unknown") for folder in self.folders]
        return "/".join(folders), _part(self.stem, values, safe_name(values["stem"]), _MOST_STEM_BYTES)


def parse_template(text: str, *, has_folders: bool) -> Template:
    """Look through a template. Raises BadInputError for one that means nothing, with what can be said."""
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise BadInputError(f"template: 1 to {MOST_CHARACTERS} characters, like {{base_model}}/{{author}}/{{name}}.")
    unknown = [name for name in _FIELD.findall(text) if name not in FIELDS]
    if unknown or set("{}") & set(_FIELD.sub("", text)):
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise BadInputError(f"template: {{{unknown[0] if unknown else '...'}}} is no field. Known: {known}.")
    *folders, stem = text.replace("\\", "/").split("/")
    if any(folder.strip() in (".", "..") for folder in (*folders, stem)) or _ABSOLUTE.match(text):
        raise BadInputError("template: a path below the LoRA folder, without '..', and no drive or '/' before it.")
    if has_folders and not any(f"{{{name}}}" in stem for name in _NAMING):
        # "{base_model}" means folders of that name: nobody wants a thousand files called "SDXL_2".
        folders, stem = [*folders, stem], "{stem}"
    folders = [folder for folder in folders if folder.strip(" .")]
    if folders and not has_folders:
        raise BadInputError("template: a name has no folders. Use organise to move files by a template.")
    if len(folders) > MOST_FOLDERS:
        raise BadInputError(f"template: at most {MOST_FOLDERS} folders.")
    return Template(tuple(folders), stem.strip() or "{stem}")


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: unknown for name, unknown in _UNKNOWN.items() if not values.get(name, "").strip()}


def _part(template: str, values: Mapping[str, str], otherwise: str, most_bytes: int = 120) -> str:
    """One part of a path. A value brings no folders of its own, and what is empty leaves no separators behind."""
    filled = _FIELD.sub(lambda found: values.get(found[1], "").replace("/", "_").replace("\\", "_"), template)
    name = _GAPS.sub(" ", filled).strip(" ").lstrip(_ENDS).rstrip(" _-,")
    cut = safe_name(name, "").encode()[:most_bytes].decode("utf-8", "ignore").rstrip(". ")
    return safe_name(cut, "") or otherwise
