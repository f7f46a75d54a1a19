from __future__ import annotations

import pytest

from lora_manager.formats.version_name import canonical_version


@pytest.mark.parametrize(
    ("version", "canonical"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("v2.1", "v2.1"),
        ("V2.1", "v2.1"),
        ("Version 2.1", "v2.1"),
        ("ver 2_1", "v2.1"),
        ("version-3", "v3"),
        ("2.1", "2.1"),
        ("SDXL  Final", "sdxl final"),
        ("v2 beta", "v2 beta"),
        ("v" + "9" * 5000, "v" + "9" * 79),
    ],
)
def test_a_versions_name_has_one_spelling(version: str | None, canonical: str | None) -> None:
    assert canonical_version(version) == canonical
