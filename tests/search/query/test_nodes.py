from __future__ import annotations

import pytest

from lora_manager.search.query.nodes import mentions_flag
from lora_manager.search.query.parser import parse_query


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("is:missing", True),
        ("x (is:missing OR tag:y)", True),
        ("-is:missing", False),
        ("is:favourite missing", False),
        ("", False),
    ],
)
def test_what_is_asked_for_but_not_behind_a_minus(text: str, mentions: bool) -> None:
    assert mentions_flag(parse_query(text).node, "missing") is mentions
