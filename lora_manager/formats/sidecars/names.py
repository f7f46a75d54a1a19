"""Which file names are sidecars, and of what. The content decides about the format, never the name alone."""

from __future__ import annotations

DESCRIPTION_SUFFIX = ".txt"
"""A description in plain text. A sidecar only beside a model file of the same stem: too common a name otherwise."""
DESCRIPTION_INFIX = ".description"
"""What AUTOMATIC1111 takes between the stem and that suffix as well."""

# What is put behind the stem of the model file, and behind its full name; in the order in which they are read.
_AFTER_STEM = (".civitai.info", ".cm-info.json", ".metadata.json", ".api_info.json", ".swarm.json", ".json")
_AFTER_FULL_NAME = (".rgthree-info.json", ".json")

# Longest first: `a.metadata.json` must not be taken for the `.json` of a model called `a.metadata`.
_SUFFIXES = tuple(sorted({*_AFTER_STEM, *_AFTER_FULL_NAME}, key=lambda suffix: (-len(suffix), suffix)))


def candidate_names(stem: str, extension: str = ".safetensors") -> tuple[str, ...]:
    """The names a sidecar of the model file `stem + extension` can have. `description_name` is apart: it is no JSON."""
    full = stem + extension
    return tuple(stem + suffix for suffix in _AFTER_STEM) + tuple(full + suffix for suffix in _AFTER_FULL_NAME)


def description_name(stem: str) -> str:
    """The name of the plain-text description of a model file."""
    return stem + DESCRIPTION_SUFFIX


def sidecar_stem(file_name: str) -> str | None:
    """What `file_name` is the sidecar of, None when its name is not that of a sidecar.

    The answer is the stem of a model file, or its full name where the writer adds to the full name
    (`a.safetensors.rgthree-info.json` -> `a.safetensors`): the caller tries both.
    """
    lowered = file_name.lower()
    for suffix in _SUFFIXES:
        if lowered.endswith(suffix):
            # Not `len(lowered)`: lower-casing can change the length of the part before the suffix.
            return file_name[: -len(suffix)] or None
    return None
