from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import BadInputError
from lora_manager.hosts.base import GenerationRequest
from lora_manager.hosts.image_size import LARGEST_SIDE, check_size, trained_side


@pytest.mark.parametrize(("family", "side"), [("SD 1.5", 512), ("SD 2.x", 768), ("SDXL 1.0", 1024), ("", 1024)])
def test_the_side_of_a_family(family: str, side: int) -> None:
    assert trained_side(family) == side


@given(st.integers(-10, 9000), st.sampled_from([8, 16, 64]))
def test_a_side_that_cannot_be_made_names_one_that_can(side: int, step: int) -> None:
    if side % step == 0 and step <= side <= LARGEST_SIDE:
        check_size(GenerationRequest("x", width=side, height=side), step)
        return
    with pytest.raises(BadInputError, match=f"Height must be a multiple of {step} up to") as refused:
        check_size(GenerationRequest("x", width=512, height=side), step)
    nearest = int(str(refused.value).split(" is not, ")[1].removesuffix(" is."))
    check_size(GenerationRequest("x", width=512, height=nearest), step)
