"""What a query means, as a tree. Every node is immutable and can be a key of a cache."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Everything:
    """What the empty query means."""


@dataclass(frozen=True)
class Words:
    """Text to find: in any field, or in one. Several words stand one behind the other.

    `is_open`: the last word may go on ("drag" finds "dragon"). `is_exact`: it stood in quotes.
    """

    text: str
    field: str = ""
    is_open: bool = False
    is_exact: bool = False


@dataclass(frozen=True)
class Number:
    """A number of an adapter (rank, weight, bytes, stars, uses) between two bounds; None is no bound."""

    field: str
    low: float | None
    high: float | None
    has_low: bool = True
    has_high: bool = True
    """Whether the bound itself is in."""


@dataclass(frozen=True)
class Age:
    """How long ago something was, in days before now; or a date, as days since 1970. None is no bound."""

    field: str
    low: float | None
    high: float | None
    is_date: bool = False


@dataclass(frozen=True)
class Hash:
    """The beginning of a hash of the file: SHA256 (AutoV2 is its first ten digits) or AutoV3, in small letters."""

    digits: str


@dataclass(frozen=True)
class Flag:
    """What an adapter is or is not: "favourite", "missing" ..."""

    name: str


@dataclass(frozen=True)
class Not:
    """All that `node` does not find."""

    node: Node


@dataclass(frozen=True)
class All:
    """What every one of them finds."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Any:
    """What at least one of them finds."""

    nodes: tuple[Node, ...]


Node = Everything | Words | Number | Age | Hash | Flag | Not | All | Any


def mentions_flag(node: Node, name: str) -> bool:
    """Return whether a query asks for `is:name` anywhere but behind a minus."""
    if isinstance(node, (All, Any)):
        return any(mentions_flag(one, name) for one in node.nodes)
    return isinstance(node, Flag) and node.name == name
