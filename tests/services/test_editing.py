from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.db.details import adapter_detail
from lora_manager.db.edits.fields import EDITABLE
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.editing import (
    MAX_GROUPS,
    MAX_LONG,
    MAX_SHORT,
    MAX_TAGS,
    MAX_WORDS,
    MAX_WORDS_TOTAL,
    check_value,
)
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import everything

ME = Actor(CLI)


@pytest.mark.parametrize(
    ("field", "given_value", "stored"),
    [
        ("name", "  Amber ", "Amber"),
        ("name", "a\0b", "ab"),
        ("name", "half \ud800 pair", "half \ufffd pair"),
        ("name", "\u202e\x07\x1b[31mred\r\nX: y", "[31mred X: y"),
        ("version", "1\u2066\n", "1"),
        ("version", "", ""),
        ("version", None, None),
        ("notes", "line\nline", "line\nline"),
        ("notes", "\x1b]0;title\x07line\r\n\tline", "]0;titleline\r\n\tline"),
        ("base_model", None, ""),
        ("base_model", " Pony ", "Pony"),
        ("weight", 1, 1.0),
        ("weight", -0.5, -0.5),
        ("weight", None, None),
        ("nsfw_level", 63, 63),
        ("nsfw_level", None, None),
        ("rating", 0, 0),
        ("ordinal", -5, -5),
        ("favourite", True, True),
        ("tags", ["a", "B", "A", " b "], ["a", "B"]),
        ("tags", ["a", "B", "A"], ["a", "B"]),
        ("tags", ["a\u202e", "\x1bA", "b\nc"], ["a", "b c"]),
        ("tags", [], []),
        ("trigger_groups", [["x", "X", "y"], [], ["x"]], [["x", "y"], ["x"]]),
        ("trigger_groups", [["x\x9b", "\u2069x"], ["y\tz"]], [["x"], ["y z"]]),
        ("trigger_groups", [], []),
    ],
)
def test_a_value_is_stored_tidy(field: str, given_value: object, stored: object) -> None:
    assert check_value(field, given_value) == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \0 "),
        ("name", "\u202e\x1b"),
        ("name", None),
        ("name", 5),
        ("name", "x" * (MAX_SHORT + 1)),
        ("notes", "x" * (MAX_LONG + 1)),
        ("notes", ["x"]),
        ("archetype", "x" * 33),
        ("weight", "0.5"),
        ("weight", True),
        ("weight", float("nan")),
        ("weight", float("inf")),
        ("weight", 100.5),
        ("weight", 10**400),
        ("nsfw_level", 64),
        ("nsfw_level", -1),
        ("nsfw_level", 1.0),
        ("rating", 6),
        ("rating", True),
        ("rating", None),
        ("ordinal", 10**30),
        ("favourite", 1),
        ("favourite", None),
        ("active", "yes"),
        ("tags", "style"),
        ("tags", [""]),
        ("tags", ["\u202e"]),
        ("tags", [None]),
        ("tags", [["a"]]),
        ("tags", ["t"] * (MAX_TAGS + 1)),
        ("trigger_groups", ["x"]),
        ("trigger_groups", [[1]]),
        ("trigger_groups", [["x"]] * (MAX_GROUPS + 1)),
        ("trigger_groups", [["x"] * (MAX_WORDS + 1)]),
        ("uses", 5),
        ("id", 5),
        ("", 5),
        ("sources", {}),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_the_name_of_its_field(field: str, value: object) -> None:
    with pytest.raises(BadInputError, match=field or "cannot be edited"):
        check_value(field, value)


@pytest.mark.parametrize("field", ["tags", "trigger_groups"])
def test_all_words_of_a_field_together_are_limited(field: str) -> None:
    """Each alone may be long, and there may be many: both at once would make every list of cards slow."""

    def words(total: int) -> list[str]:
        whole = [f"{number:0{MAX_SHORT}}" for number in range(total // MAX_SHORT)]
        return [*whole, "x" * (total % MAX_SHORT)] if total % MAX_SHORT else whole

    def value(total: int) -> Any:
        return words(total) if field == "tags" else [[word] for word in words(total)]

    assert check_value(field, value(MAX_WORDS_TOTAL)) == value(MAX_WORDS_TOTAL)
    with pytest.raises(BadInputError, match=f"^{field}: may have {MAX_WORDS_TOTAL} characters in all"):
        check_value(field, value(MAX_WORDS_TOTAL + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.sampled_from(sorted(EDITABLE)), JSON)
def test_whatever_json_is_sent_is_stored_tidy_or_refused(field: str, value: Any) -> None:
    try:
        stored = check_value(field, value)
    except BadInputError:
        return
    assert check_value(field, stored) == stored


@pytest.fixture
def root(application: Application) -> Path:
    return application.host.roots()[0]  # type: ignore[return-value]


def test_fields_are_set_all_or_none(application: Application, root: Path) -> None:
    write_network_file(root / "a.safetensors")
    application.scan()
    (adapter_id,) = everything(application)
    with pytest.raises(BadInputError, match="rating"):
        application.editor.edit(adapter_id, {"name": "Mine", "rating": 9}, ME)
    with pytest.raises(BadInputError, match="Nothing to change"):
        application.editor.edit(adapter_id, {}, ME)
    with pytest.raises(NotFoundError):
        application.editor.edit(999, {"name": "Mine"}, ME)
    application.editor.edit(adapter_id, {"rating": 3}, ME)
    with application.database.read() as connection:
        fields = adapter_detail(connection, adapter_id).fields
    assert (fields["name"], fields["rating"]) == ("a", 3)


def test_a_file_can_be_added_by_hand_before_any_scan(application: Application, root: Path) -> None:
    path = write_network_file(root / "sub" / "a.safetensors")
    adapter_id = application.editor.add_by_hand(path, {"name": "Mine", "tags": ["own"]}, ME)
    assert application.editor.add_by_hand(path, {}, ME) == adapter_id
    with application.database.read() as connection:
        detail = adapter_detail(connection, adapter_id)
    assert (detail.fields["name"], detail.fields["made_by_hand"], detail.tags) == ("Mine", True, ["own"])
    application.scan(force=True)
    with application.database.read() as connection:
        assert adapter_detail(connection, adapter_id).fields["made_by_hand"] is True


def test_only_network_files_in_the_lora_folders_can_be_added(application: Application, root: Path) -> None:
    outside = write_network_file(root.parent / "outside.safetensors")
    (root / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(BadInputError, match="no network file"):
        application.editor.add_by_hand(root / "a.txt", {}, ME)
    for path in (outside, root / ".." / "outside.safetensors", root):
        with pytest.raises(BadInputError):
            application.editor.add_by_hand(path, {}, ME)
    with pytest.raises(NotFoundError, match="no file"):
        application.editor.add_by_hand(root / "nowhere.pt", {}, ME)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO")
def test_a_name_longer_than_any_file_s_is_no_file(application: Application, root: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        application.editor.add_by_hand(root / f"{'x' * 3000}.safetensors", {}, ME)


def test_a_pipe_is_no_file(application: Application, root: Path) -> None:
    os.mkfifo(root / "pipe.safetensors")
    with pytest.raises(NotFoundError):
        application.editor.add_by_hand(root / "pipe.safetensors", {}, ME)


def test_a_bad_value_is_refused_before_anything_is_made(application: Application, root: Path) -> None:
    path = write_network_file(root / "a.safetensors")
    with pytest.raises(BadInputError, match="rating"):
        application.editor.add_by_hand(path, {"rating": 99}, ME)
    assert everything(application) == []
