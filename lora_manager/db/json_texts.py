"""Values as the database's JSON columns hold them, for statements in plain SQL."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any) -> str:
    """Return a value as SQLAlchemy's JSON type writes it."""
    return _ENCODER.encode(value)


def json_value(stored: Any) -> Any:
    """Return what a JSON column holds. SQLite stores a text that is a number as that number."""
    return json.loads(stored) if isinstance(stored, str) else stored


_ENCODER = json.JSONEncoder()  # made once: `json.dumps` is the same, and asks for its settings each time
