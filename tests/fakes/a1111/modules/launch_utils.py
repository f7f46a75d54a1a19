"""The part of the launcher that knows the version."""

from __future__ import annotations


def git_tag() -> str:
    return "v1.10.1"
