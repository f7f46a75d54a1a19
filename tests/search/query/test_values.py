from __future__ import annotations

import pytest

from lora_manager.search.query.fields import FIELD_BY_NAME
from lora_manager.search.query.nodes import Age, Number
from lora_manager.search.query.tokens import QueryError
from lora_manager.search.query.values import value_node


@pytest.mark.parametrize(
    ("field", "text", "meant"),
    [
        ("rank", "32", Number("rank", 32, 32)),
        ("rank", ">32", Number("rank", 32, None, has_low=False)),
        ("rank", "16..64", Number("rank", 16, 64)),
        ("rank", "..64", Number("rank", None, 64)),
        ("size", ">=1.5mb", Number("size", 1.5 * 1024**2, None)),
        ("size", "10kb..2g", Number("size", 10 * 1024, 2 * 1024**3)),
        ("added", "<30d", Age("added", None, 30)),
        ("added", "2w", Age("added", None, 14)),
        ("added", ">1y", Age("added", 365.25, None)),
        ("published", "1970-01", Age("published", 0, 31, True)),
        ("published", "1970-12..1971", Age("published", 334, 730, True)),
        ("used", "0", Number("used", 0, 0)),
        ("used", "<7d", Age("used", None, 7)),
    ],
)
def test_what_a_value_means(field: str, text: str, meant: Number | Age) -> None:
    assert value_node(FIELD_BY_NAME[field], text, 0) == meant


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("rank", text) for text in ("x", ">", "..", "1..x", "1e5", "٣", "9" * 400, "nan", "inf")),
        *(("added", text) for text in ("32", "2025-13", "2025-02-30", "0000", "30d..2025", "9" * 30 + "d")),
        ("size", "1pb"),
    ],
)
def test_what_is_no_value_says_what_would_be(field: str, text: str) -> None:
    with pytest.raises(QueryError, match=f"^{field}: takes ") as caught:
        value_node(FIELD_BY_NAME[field], text, 7)
    assert caught.value.at == 7
