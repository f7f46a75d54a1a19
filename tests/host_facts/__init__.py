"""What was found out about the web UIs, one row for each line of the notes on them, and the tests that see to it.

The notes (`hosts.md`) are not part of this repository. A row is numbered as there: part, heading in it, line below that
(`2.1:8`), and says in our words what the line says. Where a line holds several facts, several rows have its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class NotOurs(Enum):
    """Why a fact has no test: the groups in which the README lists these."""

    NOTES = "the notes themselves"
    UNUSED = "ways in that are not taken"
    THE_HOSTS_OWN = "what the web UI does whoever is installed"
    TRYING = "how the web UIs were tried"


@dataclass(frozen=True)
class Fact:
    """One fact: the tests that fail when we forget it, or why there is nothing to forget."""

    line: str
    says: str
    tests: tuple[str, ...] = ()
    does_not_apply: str = ""
    group: NotOurs | None = None


def seen_to(line: str, says: str, *tests: str) -> Fact:
    """A fact with tests, each as `path::name`; of the page's own tests the name is the title."""
    return Fact(line, says, tests)


def not_ours(line: str, says: str, group: NotOurs, reason: str) -> Fact:
    """A fact that asks nothing of us."""
    return Fact(line, says, (), reason, group)
