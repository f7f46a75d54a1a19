from __future__ import annotations

import pytest

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.still import MAX_PIXELS, check_size


@pytest.mark.parametrize("size", [(1, 1), (1, MAX_PIXELS), (8000, 8000)])
def test_what_can_be_shown(size: tuple[int, int]) -> None:
    check_size(*size)


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        ((0, 5), "damaged_image"),
        ((5, 0), "damaged_image"),
        ((8000, 8001), "too_many_pixels"),
        ((2**32 - 1, 2**32 - 1), "too_many_pixels"),
    ],
)
def test_what_cannot(size: tuple[int, int], kind: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        check_size(*size)
    assert caught.value.kind == kind
