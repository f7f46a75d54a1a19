from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.columns.table import Ints
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.duplicates import _grouped, hash_of, hashed_states, others_like
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf

ROWS = st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 2), st.integers(0, 2), st.booleans()), max_size=14)


def column(values: list[int]) -> Ints:
    """As the catalogue holds it."""
    return np.array(values, np.int64)


@given(ROWS, st.booleans())
def test_groups_are_those_that_a_plain_loop_finds(rows: list[tuple[int, int, int, bool]], by_unlike: bool) -> None:
    keys, unlike, sizes = (column([row[number] for row in rows]) for number in range(3))
    mask = np.array([row[3] for row in rows], np.bool_)
    found = _grouped([keys], mask, sizes, unlike if by_unlike else None)
    wanted: defaultdict[int, list[int]] = defaultdict(list)
    for position, (key, _, _, is_there) in enumerate(rows):
        if is_there and key != NO_VALUE:
            wanted[key].append(position)
    groups = [group for group in wanted.values() if len(group) > 1]
    if by_unlike:
        groups = [group for group in groups if len({rows[at][1] for at in group}) > 1 or rows[group[0]][1] == NO_VALUE]
    assert sorted(part.tolist() for part in found.some(0, 99)) == sorted(groups)
    gains = [sum(rows[at][2] for at in group) - max(rows[at][2] for at in group) for group in groups]
    assert found.bytes == sum(gains)
    assert [part.tolist() for part in found.some(1, 1)] == [part.tolist() for part in found.some(0, 99)][1:2]


def test_two_of_one_hash_and_another_size_are_no_group() -> None:
    sizes = column([1, 2, 1])
    found = _grouped([column([7, 7, 7]), sizes], np.ones(3, np.bool_), sizes)
    assert [part.tolist() for part in found.some(0, 9)] == [[0, 2]]


def test_a_hash_is_a_files_own_as_long_as_it_is_that_file(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write_network_file(shelf.root / "b.safetensors")
    shelf.scan()
    first, second = (shelf.adapter_id(f"{stem}.safetensors") for stem in "ab")
    with shelf.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE network_file SET sha256 = 'ab', sha256_state = 'confirmed', autov3_computed = 'cd', "
            "hashed_size = size, hashed_mtime_ns = mtime_ns"
        )
        connection.exec_driver_sql("UPDATE network_file SET mtime_ns = 1 WHERE adapter_id = ?", (second,))
        states = hashed_states(connection, [first, second, 99])
        assert [states[key].is_own for key in (first, second)] == [True, False]
        assert states[first].path == str(shelf.root / "a.safetensors")
        assert others_like(connection, "file", states) == {"ab": [first, second]}
        assert others_like(connection, "tensors", states) == {"cd": [first, second]}
        assert hash_of("tensors", states[first]) == "cd"
