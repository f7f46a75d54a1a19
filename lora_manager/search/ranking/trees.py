"""Boosted trees as plain arrays, evaluated for all rows at once in numpy.

Every inner node is compared for every row. A node that sends a row to the right rules out the leaves on its left; what
rules out what is a bit mask of the tree's leaves, in order from the left, and the row ends in the leftmost leaf that
none has ruled out (Lucchese and others 2015, QuickScorer). A tree therefore has at most 16 leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.errors import BadInputError

Floats = NDArray[np.float32]
MOST_LEAVES = 16
MOST_TREES = 2_000
MOST_FEATURES = 256
MOST_OF_LEAF = 1e9
"""What a leaf adds at most: the sum of all trees stays a number."""
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Trees:
    """The trees, one behind the other.

    Of each inner node: feature (int16), threshold (float32; a row goes left where its value is not greater), left and
    right (int16: an inner node of the same tree, or -1 - leaf), value (float32: the mean of what is below it), mask
    (uint16: the leaves that are left when a row goes right). roots, int32[trees+1]: the first node of each tree;
    first_leaves, int32[trees+1], into leaves (float32).
    """

    feature: NDArray[np.int16]
    threshold: Floats
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    value: Floats
    mask: NDArray[np.uint16]
    roots: NDArray[np.int32]
    leaves: Floats
    first_leaves: NDArray[np.int32]

    @classmethod
    def of(cls, data: Mapping[str, Any], features: int) -> Trees:
        """Read trees written by `as_data` for rows of so many features. Raises BadInputError for what is none."""
        try:
            inner = np.array(data["inner"], np.int64)
            parts = {name: np.array(data[name], np.int64) for name in ("feature", "left", "right")}
            with np.errstate(over="ignore"):  # it is infinite then, and refused
                numbers = {name: np.array(data[name], np.float32) for name in ("threshold", "value", "leaves")}
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BadInputError(f"These are no trees of a ranker: {error}.") from error
        _check(inner, parts, numbers, features)
        roots = np.concatenate([[0], np.cumsum(inner)]).astype(np.int32)
        first_leaves = np.concatenate([[0], np.cumsum(inner + 1)]).astype(np.int32)
        order, mask = _masks(roots, parts["left"], parts["right"])
        for name in ("left", "right"):  # leaves are numbered from the left, as the masks know them
            side = parts[name]
            tree = np.repeat(np.arange(len(inner)), inner)
            is_leaf = side < 0
            side[is_leaf] = -1 - order[first_leaves[tree[is_leaf]] + (-1 - side[is_leaf])]
        leaves = np.empty_like(numbers["leaves"])
        owner = np.repeat(first_leaves[:-1], inner + 1)
        leaves[owner + order] = numbers["leaves"]
        return cls(
            parts["feature"].astype(np.int16),
            numbers["threshold"],
            parts["left"].astype(np.int16),
            parts["right"].astype(np.int16),
            numbers["value"],
            mask,
            roots,
            leaves,
            first_leaves,
        )

    @property
    def count(self) -> int:
        """How many trees there are."""
        return len(self.roots) - 1

    def predict(self, rows: Floats) -> Floats:
        """Return the sum of all trees for each row, float32[rows]."""
        parts = [self._predict(rows[i : i + _ROWS_AT_ONCE]) for i in range(0, len(rows), _ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def _predict(self, rows: Floats) -> Floats:
        total: Floats = self.leaves[self.leaves_of(rows)].sum(axis=0, dtype=np.float32)
        return total

    def leaves_of(self, rows: Floats) -> NDArray[np.int64]:
        """Return the leaf in which each row ends in each tree, by its number among all leaves, int64[trees, rows]."""
        goes_right = np.ascontiguousarray(rows.T)[self.feature] > self.threshold[:, None]
        stays = goes_right.astype(np.uint16)
        np.subtract(stays, 1, out=stays)  # all bits where a row goes left
        np.bitwise_or(stays, self.mask[:, None], out=stays)
        left = np.bitwise_and.reduceat(stays, self.roots[:-1], axis=0)
        lowest = left & (~left + np.uint16(1))
        found: NDArray[np.int64] = _PLACE[lowest % np.uint16(37)] + self.first_leaves[:-1, None]
        return found

    def parts(self, part_of: NDArray[np.int64], count: int) -> Floats:
        """Return what each part of the features adds in each leaf, float32[leaves, count], beside the mean of all.

        part_of: the part of each feature, 0..count-1. Each step from a node to the next changes the expected value; the
        change is put down to the feature asked there (Saabas 2014).
        """
        of_node = np.zeros((len(self.feature), count), np.float32)
        of_leaf = np.zeros((len(self.leaves), count), np.float32)
        tree: NDArray[np.int64] = np.arange(self.count, dtype=np.int64)
        node: NDArray[np.int64] = self.roots[:-1].astype(np.int64)
        while len(node):
            asked = part_of[self.feature[node]]
            below = []
            for side in (self.left, self.right):
                child = side[node].astype(np.int64)
                is_leaf = child < 0
                leaf = self.first_leaves[tree[is_leaf]] - 1 - child[is_leaf]
                of_leaf[leaf] = of_node[node[is_leaf]]
                of_leaf[leaf, asked[is_leaf]] += self.leaves[leaf] - self.value[node[is_leaf]]
                inner = self.roots[tree[~is_leaf]] + child[~is_leaf]
                of_node[inner] = of_node[node[~is_leaf]]
                of_node[inner, asked[~is_leaf]] += self.value[inner] - self.value[node[~is_leaf]]
                below.append((tree[~is_leaf], inner))
            tree, node = (np.concatenate(columns) for columns in zip(*below, strict=True))
        return of_leaf


def _check(
    inner: NDArray[np.int64], parts: Mapping[str, NDArray[np.int64]], numbers: Mapping[str, Floats], features: int
) -> None:
    nodes = int(inner.sum()) if inner.ndim == 1 else -1
    shapes = all(parts[name].shape == (nodes,) for name in parts) and all(
        numbers[name].shape == (nodes,) for name in ("threshold", "value")
    )
    if not shapes or not 0 < len(inner) <= MOST_TREES or numbers["leaves"].shape != (nodes + len(inner),):
        raise BadInputError("The trees of this ranker do not add up.")
    if inner.min() < 1 or inner.max() >= MOST_LEAVES:
        raise BadInputError(f"A tree of a ranker has 2 to {MOST_LEAVES} leaves.")
    added = np.concatenate([numbers["value"], numbers["leaves"]])
    if not np.isfinite(numbers["threshold"]).all() or not (np.abs(added) <= MOST_OF_LEAF).all():
        raise BadInputError("This ranker holds a number that is none.")
    if parts["feature"].min() < 0 or parts["feature"].max() >= features:
        raise BadInputError("This ranker asks for a feature that there is not.")
    own = np.repeat(inner, inner)
    number = np.arange(nodes) - np.repeat(np.cumsum(inner) - inner, inner)
    tree = np.repeat(np.arange(len(inner)), inner)
    children = [(parts[name], np.where(parts[name] >= 0, parts[name] > number, True)) for name in ("left", "right")]
    inside = all(later.all() and (side < own).all() and (side >= -1 - own).all() for side, later in children)
    sides = np.concatenate([parts["left"], parts["right"]])
    trees = np.concatenate([tree, tree])
    named = {(int(t), int(s)) for t, s in zip(trees, sides, strict=True)}
    # Every inner node but the root and every leaf is the child of exactly one node: then it is a tree.
    if not inside or len(named) != 2 * nodes:
        raise BadInputError("A tree of this ranker is none.")


def _masks(
    roots: NDArray[np.int32], left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Return for each leaf its place from the left within its tree, and for each inner node its mask."""
    mask = np.zeros(len(left), np.uint16)
    order: list[int] = []
    for tree in range(len(roots) - 1):
        first, count = int(roots[tree]), int(roots[tree + 1] - roots[tree])
        place = [0] * (count + 1)
        spans: dict[int, tuple[int, int]] = {}
        seen = 0
        stack = [(0, False)]
        while stack:
            node, done = stack.pop()
            if node < 0:
                place[-1 - node] = seen
                spans[node] = (seen, seen + 1)
                seen += 1
                continue
            children = int(left[first + node]), int(right[first + node])
            if done:
                low, high = spans[children[0]]
                mask[first + node] = 0xFFFF & ~((1 << high) - (1 << low))
                spans[node] = (low, spans[children[1]][1])
            else:
                stack += [(node, True), (children[1], False), (children[0], False)]
        order += place
    return np.array(order, np.int64), mask


_PLACE = np.zeros(37, np.int32)
_PLACE[[(1 << bit) % 37 for bit in range(16)]] = np.arange(16)
"""Which bit a power of two is: powers of two are all different modulo 37."""
