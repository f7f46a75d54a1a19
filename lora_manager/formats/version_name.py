"""Names of versions in one spelling, so that equal versions compare equal."""

from __future__ import annotations

import re

_VERSION = re.compile(r"^\s*(?:v|ver|version)[\s._-]*(\d+(?:[._]\d+)*)\s*$", re.IGNORECASE)


def canonical_version(version: str | None) -> str | None:
    """Return a version's name in one spelling: "Version 2.1", "ver 2_1" and "V2.1" are all "v2.1"."""
    if version is None:
        return None
    number = _VERSION.match(version[:80])
    if number:
        return f"v{number.group(1).replace('_', '.')}"
    return " ".join(version.casefold().split()) or None
