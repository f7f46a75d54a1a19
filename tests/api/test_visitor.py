from __future__ import annotations

import pytest
from fastapi import Request

from lora_manager.api.refusal import Refusal
from lora_manager.api.visitor import IN_SCOPE, Visitor, settings_change, visitor_in, visitor_of


def request_of(visitor: Visitor) -> Request:
    return Request({"type": "http", "headers": [], IN_SCOPE: visitor})


def test_a_route_learns_who_asks() -> None:
    visitor = Visitor("ada", "cookie")
    assert visitor_of(request_of(visitor)) is visitor
    with pytest.raises(KeyError):
        visitor_in({"type": "http"})


def test_visitors_are_told_apart_by_name_then_by_address() -> None:
    assert Visitor("ada", address="a").key == Visitor("ada", address="b").key
    assert len({Visitor(address="a").key, Visitor(address="b").key, Visitor("a").key}) == 3


def test_a_change_of_settings_is_refused_with_the_reason() -> None:
    settings_change(request_of(Visitor(may_change_settings=True)))
    with pytest.raises(Refusal, match="because") as refused:
        settings_change(request_of(Visitor(why_not="Not you, because.")))
    assert (refused.value.status_code, refused.value.code) == (403, "needs_login")
