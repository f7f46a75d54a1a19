from __future__ import annotations

import pytest

from lora_manager.hosts.base import UNKNOWN_MODEL, LoadedModel
from lora_manager.hosts.web_ui import never_began

MODEL = LoadedModel("m", "/m", "SD 1.5")


@pytest.mark.parametrize(("model", "told"), [(MODEL, MODEL), (None, UNKNOWN_MODEL)])
def test_a_run_that_never_began_made_nothing(model: LoadedModel | None, told: LoadedModel) -> None:
    result = never_began(model)
    assert (result.images, result.applied, result.refused, result.interrupted) == ((), (), (), True)
    assert (result.model, result.seconds) == (told, 0.0)
