from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.tensor_table import TensorInfo, TensorTable, table_of_text

ONE = {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}
SCALAR = {"dtype": "F32", "shape": [], "data_offsets": [8, 12]}
INFOS = {"a.lora_down": TensorInfo("F16", (2, 2), 0, 8), "a.alpha": TensorInfo("F32", (), 8, 12)}
COMPACT, SPACED = (",", ":"), (", ", ": ")


def text_of(document: dict[str, Any], separators: tuple[str, str] = COMPACT) -> str:
    return json.dumps(document, separators=separators)


@pytest.mark.parametrize("separators", [COMPACT, SPACED])
@pytest.mark.parametrize("end", ["", "   "])
def test_the_usual_text_is_read(separators: tuple[str, str], end: str) -> None:
    text = text_of({"a.lora_down": ONE, "a.alpha": SCALAR}, separators) + end
    assert table_of_text(text, 1) == INFOS


def test_a_table_is_a_mapping_in_the_order_of_the_file() -> None:
    table = TensorTable.of(INFOS)
    assert table == INFOS
    assert list(table) == table.names == list(INFOS)
    assert (table["a.alpha"].dtype, table.shape("a.lora_down"), table.shape("b")) == ("F32", (2, 2), ())
    assert "a.alpha" in table
    assert table.get("b") is None
    assert len(table) == 2


@pytest.mark.parametrize(
    "entry",
    [
        {**ONE, "dtype": "F4"}, {**ONE, "shape": [2, 3]}, {**ONE, "shape": [1] * 40}, {**ONE, "shape": [-2, -2]},
        {**ONE, "shape": [2.0, 2]}, {**ONE, "data_offsets": [8, 0]}, {**ONE, "data_offsets": [0, 8, 9]},
        {**ONE, "data_offsets": [0, 10**18 + 8]}, {"dtype": "?", "shape": [], "data_offsets": [1, 0]},
        {**ONE, "more": 1}, {"shape": [2, 2], "dtype": "F16", "data_offsets": [0, 8]}, {}, 1,
    ],
    ids=repr,
)  # fmt: skip
def test_whatever_is_not_as_usual_is_left_to_the_parser(entry: Any) -> None:
    assert table_of_text(text_of({"x": entry}), 1) is None
    assert table_of_text(text_of({"a": ONE, "x": entry, "b": ONE}), 1) is None


@pytest.mark.parametrize(
    "text",
    [
        "{", "{,}", '{"a":1}', "{} x", '{"a\\u0041":' + text_of(ONE) + "}", '{"a\\n":' + text_of(ONE) + "}",
        '{"a":' + text_of(ONE) + "},", '{"a":' + text_of(ONE), '{"a":' + text_of(ONE) + "}\u2028",
        '{"a":' + text_of(ONE) + ',"a":' + text_of(ONE) + "}", '{"a":' + text_of(ONE) + ' "b":' + text_of(ONE) + "}",
        '{"a":' + text_of(ONE).replace("8", "08") + "}", '{"a":' + text_of(ONE).replace("2,2", "2,02") + "}",
        '{"a":' + text_of(ONE).replace("2,2", "2,,2") + "}", '{"a":' + text_of(ONE).replace("2,2", "4,") + "}",
    ],
)  # fmt: skip
def test_what_json_refuses_or_escapes_is_not_taken(text: str) -> None:
    assert table_of_text(text, 1) is None


names = st.text(st.sampled_from('ab.é" \\\n'), max_size=4)
entries = st.builds(
    lambda dtype, shape, start, size: {"dtype": dtype, "shape": shape, "data_offsets": [start, start + size]},
    st.sampled_from(["F16", "F32", "?"]), st.lists(st.integers(0, 3), max_size=2), st.integers(0, 9), st.integers(0, 8),
)  # fmt: skip


@given(st.dictionaries(names, entries, max_size=3), st.sampled_from([COMPACT, SPACED]))
def test_what_is_taken_is_what_the_parser_reads(document: dict[str, Any], separators: tuple[str, str]) -> None:
    table = table_of_text(text_of(document, separators), 1)
    if table is not None:
        read = {name: (entry["dtype"], entry["shape"], *entry["data_offsets"]) for name, entry in document.items()}
        assert {name: (info.dtype, list(info.shape), *info[2:]) for name, info in table.items()} == read
        assert list(table) == list(document)


@pytest.mark.parametrize("piece", ['"', '"a":', '"a":{"dtype":"F16","shape":[', "1, ", '{"', "[1,"])
def test_hostile_texts_cost_little(piece: str) -> None:
    started = time.process_time()
    assert table_of_text("{" + piece * (1_000_000 // len(piece)), 1) is None
    assert time.process_time() - started < 2
