from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.edits.apply import Edit
from lora_manager.db.edits.state import Held
from lora_manager.db.history import StoredChange
from lora_manager.services.history.fields import edits_back, tags_back
from lora_manager.services.history.outcome import RevertOutcome

TAGS = st.lists(st.sampled_from("abcdef"), max_size=5, unique=True)


def change(field: str, old: object, new: object, old_source: str = "", kind: str = "edit") -> StoredChange:
    return StoredChange(1, 1, 7, field, old, new, old_source, "user", "2026", None, "page", kind, "A")


@given(TAGS, TAGS, TAGS, TAGS)
def test_tags_that_came_go_and_those_that_went_come(
    old: list[str], new: list[str], more: list[str], fewer: list[str]
) -> None:
    now = [tag for tag in dict.fromkeys([*new, *more]) if tag not in fewer]
    back = tags_back(change("tags", old, new), now)
    assert len(back) == len(set(back))
    came, went = set(new) - set(old), set(old) - set(new)
    assert set(back) == (set(now) - came) | went
    if now == new:
        assert set(back) == set(old)


def test_by_hand_again_or_back_to_the_sources() -> None:
    held = {7: {name: Held("new", "user") for name in ("notes", "version", "name")}}
    outcome = RevertOutcome()
    changes = [
        change("notes", "old", "new", "user"),
        change("version", "old", "new", "a1111"),
        change("name", "old", "other"),
    ]
    assert edits_back(changes, held, outcome, by_force=False) == [Edit(7, {"notes": "old"}, frozenset({"version"}))]
    assert (outcome.reverted, [skipped.field for skipped in outcome.skipped]) == (2, ["name"])
    assert edits_back(changes[2:], held, RevertOutcome(), by_force=True) == [Edit(7, {}, frozenset({"name"}))]


def test_of_an_adapter_that_is_gone_nothing_is_taken_back() -> None:
    outcome = RevertOutcome()
    assert edits_back([change("notes", "old", "new")], {}, outcome, by_force=True) == []
    assert "not in the catalogue" in outcome.skipped[0].why


def test_what_a_scan_read_is_put_back_by_hand() -> None:
    held = {7: {"notes": Held("new", "a1111")}}
    brought = change("notes", "old", "new", "a1111", kind="import")
    assert edits_back([brought], held, RevertOutcome(), by_force=False) == [Edit(7, {"notes": "old"}, frozenset())]
