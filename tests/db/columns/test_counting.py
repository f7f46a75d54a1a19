from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.columns.counting import Count, count_folders, count_tags, count_values
from lora_manager.db.columns.load import load_columns
from lora_manager.db.engine import Database
from tests.db.columns.random_library import FOLDERS, LIBRARIES, fill
from tests.search.query.reference import Known

_OF = {
    "base_model": lambda known: known.base,
    "author": lambda known: known.author,
    "algorithm": lambda known: known.algorithm or None,
    "archetype": lambda known: known.archetype,
    "folder": lambda known: known.folder,
    "state": lambda known: known.state,
}


@settings(max_examples=60)
@given(LIBRARIES, st.randoms(), st.integers(1, 4), st.sampled_from([*FOLDERS, "nowhere"]))
def test_counts_are_those_of_a_counter(
    library_database: Database, library: list[tuple[Known, str | None]], chance: Any, most: int, parent: str
) -> None:
    by_id = fill(library_database, library)
    with library_database.read() as connection:
        columns = load_columns(connection, 1)
    part = {key: known for key, known in by_id.items() if chance.random() < 0.7}
    mask = columns.mask_of_ids(list(part))
    for name, value_of in _OF.items():
        counts = Counter(value for known in part.values() if (value := value_of(known)) is not None)
        expected = [
            Count(value, count) for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        assert count_values(columns, name, mask) == expected
    tags = Counter(tag for known in part.values() for tag in known.tags)
    assert_tags(count_tags(columns, mask, 100), tags, 100)
    assert_tags(count_tags(columns, mask, most), tags, most)
    of_b = Counter({tag: count for tag, count in tags.items() if tag.casefold().startswith("b")})
    assert_tags(count_tags(columns, mask, most, lambda key: key.startswith("b")), of_b, most)
    found = count_folders(columns, mask, parent)
    assert {(folder.path, folder.count, folder.has_children) for folder in found} == folders(part, parent)
    assert [folder.path.rpartition("/")[2] for folder in found] == [folder.name for folder in found]
    assert [folder.name for folder in found] == sorted(
        (folder.name for folder in found), key=lambda name: (name.casefold(), name)
    )


def assert_tags(found: list[Count], expected: Counter[str], most: int) -> None:
    """The most frequent, in order; of equally frequent ones any."""
    assert [count.count for count in found] == [count for _, count in expected.most_common(most)]
    assert all(expected[count.value] == count.count for count in found)
    assert len({count.value for count in found}) == len(found)


def folders(library: dict[int, Known], parent: str) -> set[tuple[str, int, bool]]:
    """(path, how many lie in it or below, whether it has folders) of what lies right below `parent`."""
    begin = f"{parent}/" if parent else ""
    inside = [known.folder[len(begin) :] for known in library.values() if known.folder.startswith(begin)]
    counts = Counter(folder.split("/")[0] for folder in inside if folder)
    return {(begin + name, count, any(one.startswith(f"{name}/") for one in inside)) for name, count in counts.items()}


def test_another_thread_may_bring_tags_while_these_are_counted(fresh_database: Database) -> None:
    fill(fresh_database, [(Known(name="x", tags=("blue", "style")), None)])
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)

    def holds(key: str) -> bool:
        columns.tags.add([(columns.tags.behind_last, f"b {columns.tags.behind_last}", "new")])
        return key.startswith("b")

    assert count_tags(columns, columns.all(), 9, holds) == [Count("blue", 1)]
