from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lora_manager.errors import BadInputError
from lora_manager.search.vectors.choices import CHOICES
from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.services.digests.facts import facts_of
from lora_manager.services.jobs import JobContext
from lora_manager.services.settings import SettingsStore
from lora_manager.services.vectors.embedder import EmbeddingTimes
from lora_manager.services.vectors.service import Vectors
from tests.conftest import Figure
from tests.helpers.encoders import WordEncoder, real_model
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import Shelf
from tests.services.vectors.test_encoders import make_folder

SUBJECTS = ("red fox in the snow", "white fox in the forest", "sailing ship at sea", "fishing boat in the harbour")


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Two foxes and two ships."""
    for name, subject in zip(("fox1", "fox2", "ship1", "ship2"), SUBJECTS, strict=True):
        write_adapter(shelf.root, name, civitai_model(subject, f"{name}.safetensors"))
    shelf.scan()
    return shelf


def ids_of(shelf: Shelf) -> dict[str, int]:
    return {path.partition(".")[0]: row.adapter_id for path, row in shelf.rows().items()}


@pytest.fixture
def vectors_of(tmp_path: Path) -> Iterator[Callable[..., Vectors]]:
    """`vectors_of(shelf, opener)`; all are stopped afterwards."""
    made: list[Vectors] = []

    def make(shelf: Shelf, opener: Callable[[Path], Encoder] = lambda path: WordEncoder()) -> Vectors:
        times = EmbeddingTimes(first_wait=0.0, look=0.05, busy=0.02, settle=0.0)
        made.append(
            Vectors(
                shelf.database,
                SettingsStore(shelf.database),
                tmp_path / "encoders",
                facts_of,
                times=times,
                environment={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
                opener=opener,
            )
        )
        return made[-1]

    yield make
    for vectors in made:
        vectors.stop()


def until(is_so: Callable[[], bool], limit: float = 20.0) -> None:
    end = time.monotonic() + limit
    while not is_so():
        assert time.monotonic() < end, "did not come about"
        time.sleep(0.01)


def similar(vectors: Vectors, shelf: Shelf, adapter_id: int, kind: str) -> list[int]:
    with shelf.database.read() as connection:
        return [one for one, _ in vectors.similar(connection, adapter_id, kind, 10)]


def available(vectors: Vectors, shelf: Shelf, adapter_id: int) -> tuple[str, ...]:
    with shelf.database.read() as connection:
        return vectors.available(connection, adapter_id)


def test_without_an_encoder_the_technical_vectors_are_there_and_nothing_else(
    full: Shelf, vectors_of: Callable[..., Vectors]
) -> None:
    vectors, fox = vectors_of(full), ids_of(full)["fox1"]
    assert vectors.ready(1).state == "none"
    assert vectors.catch_up() == 4
    assert available(vectors, full, fox) == ("technical",)
    assert len(similar(vectors, full, fox, "technical")) == 3
    assert similar(vectors, full, fox, "semantic") == []
    assert similar(vectors, full, 10**6, "technical") == []
    assert vectors.query("a fox") is None
    with pytest.raises(BadInputError, match="no vectors of kind 'taste'"):
        similar(vectors, full, fox, "taste")


def test_a_chosen_encoder_is_loaded_and_fills_in_the_background(
    full: Shelf, vectors_of: Callable[..., Vectors], tmp_path: Path
) -> None:
    vectors, ids = vectors_of(full), ids_of(full)
    vectors.start()
    vectors.choose(str(make_folder(tmp_path / "mine")))
    until(lambda: vectors.status().work.progress[-1][1:] == (4, 4) and len(vectors.status().work.progress) == 3)
    until(lambda: "semantic" in available(vectors, full, ids["fox1"]))
    assert similar(vectors, full, ids["fox1"], "semantic")[0] == ids["fox2"]
    found = vectors.query("(fox:1.2) in the snow <lora:x:1>")
    assert found is not None
    best = found[0][found[1].argmax()]
    assert (best, len(found[0])) == (ids["fox1"], 4)
    assert vectors.query("") is None
    write_adapter(full.root, "fox3", civitai_model("red fox in the snow", "fox3.safetensors"))
    full.scan()
    vectors.wake()
    until(lambda: len(similar(vectors, full, ids["fox1"], "semantic")) == 4)
    assert similar(vectors, full, ids["fox1"], "semantic")[0] == ids_of(full)["fox3"]


def test_vectors_serve_also_when_their_encoder_is_gone(
    full: Shelf, vectors_of: Callable[..., Vectors], tmp_path: Path
) -> None:
    first, ids = vectors_of(full), ids_of(full)
    first.choose(str(make_folder(tmp_path / "mine")))
    assert first.ready(5).state == "ready"
    first.catch_up()
    first.choose("")
    assert (first.query("fox"), similar(first, full, ids["fox1"], "semantic")[0]) == (None, ids["fox2"])
    again = vectors_of(full)
    assert similar(again, full, ids["fox1"], "semantic")[0] == ids["fox2"]
    with full.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM network_file WHERE adapter_id = ?", (ids["fox2"],))
        connection.exec_driver_sql("DELETE FROM adapter WHERE id = ?", (ids["fox2"],))
    assert ids["fox2"] not in similar(again, full, ids["fox1"], "semantic")


def test_one_that_fails_says_so_and_is_tried_again_when_it_is_chosen_again(
    full: Shelf, vectors_of: Callable[..., Vectors], tmp_path: Path
) -> None:
    works: list[bool] = []

    def opener(path: Path) -> Encoder:
        if not works:
            raise EncoderError("It does not work today.")
        return WordEncoder()

    vectors, folder = vectors_of(full, opener), str(make_folder(tmp_path / "mine"))
    vectors.choose(folder)
    assert vectors.ready(5).reason == "It does not work today."
    assert vectors.query("fox") is None
    assert vectors.catch_up() == 4, "the technical ones"
    works.append(True)
    vectors.choose(folder)
    assert vectors.ready(5).state == "ready"
    with pytest.raises(BadInputError, match="There is no folder"):
        vectors.choose(str(tmp_path / "nothing"))
    assert vectors.status().texts.state == "ready", "what cannot be is not set"


def test_a_choice_is_fetched_only_by_its_job(full: Shelf, vectors_of: Callable[..., Vectors]) -> None:
    vectors, name = vectors_of(full), CHOICES[0].name
    assert vectors.needs_fetching(name)
    assert not vectors.needs_fetching("")
    with pytest.raises(BadInputError, match="was not fetched yet"):
        vectors.choose(name)
    context = JobContext(lambda done, total, message: None, threading.Event().is_set)
    with pytest.raises(EncoderError, match="switched off"):
        vectors.run_fetch({"name": name}, context)
    make_folder(vectors.encoders.folder / CHOICES[0].folder_name)
    assert vectors.run_fetch({"name": name}, context) == {"name": name, "fetched": True}
    assert vectors.ready(5).state == "ready"


def test_after_a_restore_everything_is_looked_at_again(full: Shelf, vectors_of: Callable[..., Vectors]) -> None:
    vectors = vectors_of(full)
    vectors.catch_up()
    vectors.warm_up()
    assert vectors.status().memory_bytes > 0
    vectors.forget()
    assert vectors.status().work.progress == (("technical", 0, 4),)
    assert vectors.catch_up() == 0, "they are what they were"


@pytest.mark.torch
def test_the_real_encoder_finds_what_shares_no_word(
    full: Shelf, vectors_of: Callable[..., Vectors], figure: Figure
) -> None:
    from lora_manager.search.vectors.encoder_opening import open_encoder

    vectors, ids = vectors_of(full, open_encoder), ids_of(full)
    vectors.choose(str(real_model()))
    assert vectors.ready(120).state == "ready"
    vectors.catch_up()
    begin = time.perf_counter()
    found = vectors.query("vessels on the ocean", patience=30)
    first = time.perf_counter() - begin
    assert found is not None
    assert found[0][found[1].argmax()] in (ids["ship1"], ids["ship2"])
    assert similar(vectors, full, ids["ship1"], "semantic")[0] == ids["ship2"]
    begin = time.perf_counter()
    vectors.query("vessels on the ocean")
    figure(
        f"a prompt is encoded in {first * 1000:.0f} ms, the same again in {(time.perf_counter() - begin) * 1000:.1f}"
    )
