from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.recommending.asking import Asked
from lora_manager.services.recommending.scope import scope_of
from lora_manager.services.recommending.similar import Likeness, likeness
from tests.services.recommending.library import ids_by_name, read_all, write_lora


class Near:
    """Vectors of our own: what is near by each kind, for one adapter."""

    def __init__(self, near: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        self.near = near

    def query(self, text: str, patience: float = 1.0) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        return None

    def similar(self, connection: Connection, adapter_id: int, kind: str, k: int) -> Sequence[tuple[int, float]]:
        return self.near[kind][:k]

    def available(self, connection: Connection, adapter_id: int) -> Sequence[str]:
        return tuple(self.near)


@pytest.fixture
def library(application: Application, tmp_path: Path) -> Application:
    root = tmp_path / "Lora"
    write_lora(root, "amber", "Amber Lantern", description="lamps of glass at dusk")
    write_lora(root, "copper", "Copper Lantern", description="lamps of copper")
    write_lora(root, "moth", "Paper Moth", description="moths of paper")
    for number in range(8):
        write_lora(root, f"zz{number}", f"Filler {number}", description="common words")
    read_all(application)
    application.recommender.warm_up()
    return application


def ask(app: Application, by: str, vectors: Near | None = None, name: str = "Amber Lantern") -> Likeness:
    index = app.recommender.index
    assert index is not None
    with app.database.read() as connection:
        scope = scope_of(connection, app.catalogue, app.roots(), "", any_base=True)
        return likeness(connection, index, scope, vectors, ids_by_name(app)[name], by)


def test_without_vectors_it_is_the_text_that_is_compared(library: Application) -> None:
    ids = ids_by_name(library)
    found = ask(library, "text")
    assert next(iter(found.scores)) == ids["Copper Lantern"]
    assert ids["Amber Lantern"] not in found.scores
    assert found.available == ("text",)
    assert ask(library, "fused").scores == found.scores
    assert ask(library, "look").scores == ask(library, "technique").scores == {}


def test_vectors_are_put_together_by_their_scores(library: Application) -> None:
    ids = ids_by_name(library)
    near = Near({"look": [(ids["Paper Moth"], 1.0)], "technical": [(ids["Filler 1"], 0.5), (ids["Filler 2"], -0.5)]})
    fused = ask(library, "fused", near)
    assert fused.available == ("fused", "text", "look", "technique")
    assert fused.parts[ids["Paper Moth"]]["look"] > fused.parts[ids["Paper Moth"]].get("text", 0.0)
    assert fused.scores[ids["Paper Moth"]] == pytest.approx(sum(fused.parts[ids["Paper Moth"]].values()))
    assert ids["Filler 2"] not in fused.scores
    assert list(ask(library, "look", near).scores) == [ids["Paper Moth"]]
    assert ask(library, "look", near).scores[ids["Paper Moth"]] == pytest.approx(1.0)
    assert list(ask(library, "technique", near).scores) == [ids["Filler 1"]]


def test_what_is_gone_or_elsewhere_is_left_out(library: Application, tmp_path: Path) -> None:
    (tmp_path / "Lora" / "copper.safetensors").unlink()
    library.scan()
    near = Near({"look": [(999, 1.0)]})
    found = ask(library, "fused", near)
    assert not {999, ids_by_name(library)["Copper Lantern"]} & set(found.scores)


def test_another_way_is_refused(library: Application) -> None:
    with pytest.raises(BadInputError, match="fused"):
        ask(library, "smell")


def test_what_has_no_digest_is_like_nothing(library: Application, tmp_path: Path) -> None:
    library.digester.stop()
    library.recommender.vectors = None
    write_lora(tmp_path / "Lora", "new", "New Lantern")
    library.scan()
    assert ask(library, "fused", name="New Lantern").scores == {}
    found = library.recommender.similar(
        ids_by_name(library)["New Lantern"], "fused", 5, Asked("", roots=library.roots())
    )
    assert found.reason
