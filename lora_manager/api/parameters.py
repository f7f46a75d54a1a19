"""Parameters of routes with their limits, each made anew where it is used.

As default values: the FastAPI that AUTOMATIC1111 brings (0.94) passes over what stands in `Annotated`.
"""

from __future__ import annotations

from typing import Any

from fastapi import Body, Depends, Path, Query

from lora_manager.api.visitor import visitor_of

LARGEST = 2**63 - 1
"""What a database's integer holds: a larger number in an address names nothing."""
LONGEST_QUERY = 10_000
"""Characters of a search that are looked at at all: the language itself takes fewer, and says how many."""


def row_id() -> Any:
    """Return the id of a row, in the path."""
    return Path(..., ge=0, le=LARGEST)


def offset() -> Any:
    """Return where a page begins: 0 unless it is said."""
    return Query(0, ge=0, le=LARGEST)


def limit(default: int, most: int) -> Any:
    """Return how many items a page has."""
    return Query(default, ge=0, le=most)


def search_text() -> Any:
    """Return what is searched for."""
    return Query("", max_length=LONGEST_QUERY)


def several(name: str | None = None) -> Any:
    """Return values of a parameter that can be given several times; `name` where it is another than the argument's."""
    return Query([], alias=name)


def json_object() -> Any:
    """Return the body, an object whose fields the services judge."""
    return Body(...)


def current_visitor() -> Any:
    """Return the Visitor who sends the request."""
    return Depends(visitor_of)
