from __future__ import annotations

from pathlib import Path

import numpy as np

from lora_manager.application import Application
from lora_manager.services.recommending.scope import Scope, scope_of
from tests.helpers.network_files import lora_tensors, write_network_file
from tests.services.recommending.library import ids_by_name


def scope(app: Application, family: str = "", *, any_base: bool = False) -> Scope:
    with app.database.read() as connection:
        return scope_of(connection, app.catalogue, app.roots(), family, any_base=any_base)


def test_only_what_is_there_and_fits_may_be_suggested(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    write_network_file(root / "amber.safetensors")
    write_network_file(root / "grand.safetensors", lora_tensors(width=2048))
    write_network_file(root / "gone.safetensors")
    application.scan()
    (root / "gone.safetensors").unlink()
    application.scan()
    by_name = ids_by_name(application)
    amber, grand, gone = (by_name[name] for name in ("amber", "grand", "gone"))
    ids = np.array([amber, grand, gone, 999, -1], np.int64)
    assert scope(application).mask_of(ids).tolist() == [True, True, False, False, False]
    fitting = scope(application, "SD 1.5")
    assert fitting.total == 2
    assert fitting.mask_of(ids).tolist() == [True, False, False, False, False]
    assert scope(application, "SD 1.5", any_base=True).mask_of(ids).tolist() == [True, True, False, False, False]
    assert fitting.mask_of(ids, ~fitting.columns.mask_of_ids([amber])).tolist() == [False] * 5
    assert fitting.family_prior(ids).tolist() == [1.0, 0.0, 1.0, 0.5, 0.5]
    assert [fitting.fit_of(int(one)).kind for one in ids] == ["same", "not", "same", "unknown", "unknown"]
    assert scope(application, "Pony").fit_of(grand).kind == "usable"
    assert fitting.unread(ids[:1]) == 1
    assert fitting.unread(ids) == 0


def test_of_an_empty_library_nothing_may_be(application: Application) -> None:
    empty = scope(application, "SDXL")
    assert empty.total == 0
    assert empty.mask_of(np.array([1], np.int64)).tolist() == [False]
    assert empty.family_prior(np.array([1], np.int64)).tolist() == [0.5]
    assert empty.mask_of(np.zeros(0, np.int64)).tolist() == []
