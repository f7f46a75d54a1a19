from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from lora_manager.db.vectors import write_vectors
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.vectors.technical import DIMENSIONS
from lora_manager.services.vectors.passes import AT_ONCE, TechnicalPass, TextPass, Wanted, encoded
from tests.helpers.encoders import WordEncoder
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf


def facts_of(connection: Connection, adapter_ids: Sequence[int]) -> list[AdapterFacts]:
    return [AdapterFacts(one, name=f"name {one}", tags=("watercolor", "ink") if one % 2 else ()) for one in adapter_ids]


def test_texts_are_made_once_and_again_when_they_change(shelf: Shelf) -> None:
    for name in ("amber", "brook"):
        write_adapter(shelf.root, name)
    shelf.scan()
    ids = [shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "brook")]
    encoder = WordEncoder()
    one = TextPass(facts_of, encoder.id, encoder.encode)
    with shelf.database.write() as connection:
        wanted = one.look(connection, ids)
        assert len(wanted) == 4
        made = one.make(wanted, lambda: True)
        assert made is not None
        assert sum(not vector.data for vector in made) == 1, "no style words, no artistic vector"
        write_vectors(connection, made)
        assert one.look(connection, ids) == []
        other = TextPass(facts_of, "other", encoder.encode)
        assert len(other.look(connection, ids)) == 4
    assert one.name != other.name


def test_the_technical_vectors_need_no_encoder(shelf: Shelf) -> None:
    write_adapter(shelf.root, "amber")
    shelf.scan()
    one = TechnicalPass(lambda connection, ids: [AdapterFacts(ids[0], family="SDXL", rank=8), AdapterFacts(ids[0] + 1)])
    with shelf.database.read() as connection:
        made = one.make(one.look(connection, [shelf.adapter_id("amber.safetensors")]), lambda: True)
    assert made is not None
    assert [len(vector.data) for vector in made] == [2 * len(DIMENSIONS), 0]


def test_pieces_are_small_and_the_work_ends_between_two() -> None:
    encoder = WordEncoder()
    pieces: list[int] = []

    def encode(items: Sequence[str]) -> object:
        pieces.append(len(items))
        return encoder.encode(items)

    wanted = [Wanted(place, "semantic", "h", f"text {place}") for place in range(2 * AT_ONCE + 1)]
    made = encoded("e", wanted, encode, lambda: True)  # type: ignore[arg-type]
    assert made is not None
    assert (len(made), pieces) == (2 * AT_ONCE + 1, [AT_ONCE, AT_ONCE, 1])
    left = iter([True, False])
    assert encoded("e", wanted, encode, lambda: next(left)) is None  # type: ignore[arg-type]
    assert encoded("e", wanted, lambda items: None, lambda: True) is None
    assert encoded("e", [], lambda items: None, lambda: False) == []
