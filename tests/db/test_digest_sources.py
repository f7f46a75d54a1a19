from __future__ import annotations

from sqlalchemy import update

from lora_manager.db.digest_sources import MOST_RUNS, read_sources
from lora_manager.db.engine import Database
from lora_manager.db.generations import GenerationRow, ImageRow, UseRow, record
from lora_manager.db.rows import SidecarRow
from lora_manager.db.tables import Image
from tests.db.described import described, put


def generate(database: Database, prompt: str, *uses: tuple[int | None, str, float], rating: int = 0) -> list[int]:
    texts = dict.fromkeys(("host", "host_version", "origin", "model", "family", "negative_prompt", "infotext"), "x")
    row = GenerationRow(
        **texts,
        prompt=prompt,
        width=8,
        height=8,
        steps=1,
        cfg_scale=1.0,
        sampler="e",
        seed=1,
        seconds=1.0,
        interrupted=False,
        refused=[],
    )
    with database.write() as connection:
        applied = [UseRow(adapter_id, name, weight, weight) for adapter_id, name, weight in uses]
        _, images = record(connection, row, [ImageRow(f"{n}.png", n, 8, 8, "") for n in range(2)], applied)
        connection.execute(update(Image).where(Image.id == images[0]).values(rating=rating))
    return images


def test_all_that_there_is_of_an_adapter_comes_in_the_order_asked_for(fresh_database: Database) -> None:
    sidecars = [
        SidecarRow("a.json", 1, 1, "civitai_model", [], b"\0{}"),
        SidecarRow("a.txt", 1, 1, "text", [], b"\0words"),
    ]
    one, two = put(
        fresh_database,
        described("a.pt", "A", tags=["x"], triggers=[["p", "q"], ["r"]], sidecars=sidecars, notes="n"),
        described("b.pt", "B"),
    )
    with fresh_database.read() as connection:
        second, first = read_sources(connection, [two, 99, one])
    assert (second.adapter.name, second.tags, second.documents, second.runs) == ("B", (), (), ())
    assert (first.adapter.id, first.tags, first.trigger_groups) == (one, ["x"], [["p", "q"], ["r"]])
    assert first.documents == [b"\0{}"]
    assert first.file is not None
    assert (first.file.stem, first.file.root, bool(first.file.online)) == ("a", "/lora", True)


def test_generations_come_newest_first_with_what_was_beside_and_how_it_is_liked(fresh_database: Database) -> None:
    one, two = put(fresh_database, described("a.pt", "A"), described("b.pt", "B"))
    generate(fresh_database, "old", (one, "a", 0.5), rating=3)
    newest = generate(fresh_database, "new", (one, "a", 0.7), (two, "b", 0.2), (None, "gone", 1.0))
    with fresh_database.write() as connection:
        connection.execute(update(Image).where(Image.id == newest[1]).values(favourite=True))
    with fresh_database.read() as connection:
        first, second = read_sources(connection, [one, two])
    runs = [(run.prompt, run.te_weight, run.liked, run.others) for run in first.runs]
    assert runs == [("new", 0.7, 5, ("b", "gone")), ("old", 0.5, 3, ())]
    assert [run.others for run in second.runs] == [("a", "gone")]


def test_of_many_generations_the_newest_are_read(fresh_database: Database) -> None:
    (one,) = put(fresh_database, described("a.pt", "A"))
    for number in range(MOST_RUNS + 5):
        generate(fresh_database, str(number), (one, "a", 1.0))
    with fresh_database.read() as connection:
        (source,) = read_sources(connection, [one])
    assert len(source.runs) == MOST_RUNS
    assert source.runs[0].prompt == str(MOST_RUNS + 4)
