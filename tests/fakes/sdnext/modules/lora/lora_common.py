from __future__ import annotations

from typing import Any

loaded_networks: list[Any] = []
"""What is applied: until a run has activated its own, what the run before it had."""
