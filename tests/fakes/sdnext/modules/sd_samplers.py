"""Samplers by the name that stands in the list."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def _sampler(name: str, constructor: object = object) -> Any:
    return SimpleNamespace(name=name, constructor=constructor, aliases=[], options={})


samplers = [
    _sampler("Default", None),
    _sampler("─── Euler ───", None),
    _sampler("Euler"),
    _sampler("Euler a"),
    _sampler("Same as primary", None),
]


def visible_samplers() -> list[Any]:
    return [sampler for sampler in samplers if not sampler.name.startswith("─")]
