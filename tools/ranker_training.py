"""Training a ranker: the features of queries, boosted trees by LightGBM, and their form for the package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.candidates import choose, score_all
from lora_manager.search.ranking.features import FEATURES, NAMES, build
from lora_manager.search.ranking.index import CANDIDATES, RankIndex
from lora_manager.search.ranking.matching import Floats
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.ranker import FORMAT
from tools.ranker_library import Query

TREES = 250
SETTINGS: Mapping[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "lambdarank_truncation_level": 10,
    "label_gain": [0, 1],
    "max_bin": 127,
    "seed": 1,
    "deterministic": True,
    "verbose": -1,
}
OF_NAMES = (
    *("identity_rel", "identity_rank", "identity_mass", "identity_worth", "identity_best"),
    *("name_mass", "trigger_mass", "tag_rarest"),
)
"""Features that the trees of whole prompts do without: half of those prompts had the words of the right adapter's name
taken out, which teaches that what is called so is not meant."""
SHORT_SHARE = 1.0
"""What the trees that know short questions too count beside those of whole prompts."""
SHORT_WEIGHT = 0.5
"""What a short question counts in training beside a whole prompt."""
NEAREST = 40
OTHERS = 40
"""Of a thinned case: candidates that lead under a score, and others by chance."""


@dataclass(frozen=True)
class Case:
    """One query: the features of its candidates, which of them is right (-1: none is among them), and its adapter.

    weight: how much it counts in training.
    """

    query: Query
    features: Floats
    right: int
    ids: NDArray[np.int64]
    text: Floats
    weight: float = 1.0

    def thinned(self, seed: int) -> Case:
        """Return the case with fewer candidates, so that more cases fit into the time."""
        ranks = [self.features[:, NAMES.index(f"{name}_rank")] for name in ("text", "text_all", "best", "card")]
        keep = np.min(ranks, axis=0) <= np.log1p(NEAREST)
        rest = np.flatnonzero(~keep)
        rnd = np.random.default_rng(seed)
        keep[rnd.choice(rest, min(len(rest), OTHERS), replace=False)] = True
        if self.right >= 0:
            keep[self.right] = True
        right = int(keep[: self.right].sum()) if self.right >= 0 else -1
        return replace(self, features=self.features[keep], right=right, ids=self.ids[keep], text=self.text[keep])


def cases_of(index: RankIndex, queries: Sequence[Query]) -> list[Case]:
    """Return the cases of queries over an index; those without any candidate are left out."""
    known = set(index.ids.tolist())
    found = []
    for query in queries:
        if query.relevant not in known:
            continue
        parsed = ParsedPrompt.of(query.prompt)
        scores = score_all(index, parsed)
        chosen = choose(scores, index.alive, [], CANDIDATES)
        if not len(chosen):
            continue
        right = np.flatnonzero(index.ids[chosen] == query.relevant)
        features = build(index, parsed, scores, chosen).values
        clear = ~np.isin(index.ids[chosen], list(query.unclear))
        number = int(clear[: right[0]].sum()) if len(right) else -1
        found.append(Case(query, features[clear], number, index.ids[chosen][clear], scores.text[chosen][clear]))
    return found


def fold_of(adapter: str, folds: int) -> int:
    """Return the fold of an adapter by its name: the same whatever else is in the library."""
    return int(hashlib.md5(adapter.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def train_both(whole: Sequence[Case], short: Sequence[Case], name: str, *, threads: int = 1) -> dict[str, Any]:
    """Return a ranker of trees for whole prompts and of others that know short questions too: what both say, added.

    Trees of both kinds of prompts alone find less with whole prompts; the two sorts together find more than either.
    """
    one = train(whole, name, without=OF_NAMES, threads=threads)
    other = train([*whole, *(replace(case, weight=SHORT_WEIGHT) for case in short)], name, threads=threads)
    return added(one, other, name)


def added(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the ranker made of one for whole prompts and of another that knows short questions too."""
    return joined([(one, 1.0), (other, SHORT_SHARE)], name)


def train(
    cases: Sequence[Case], name: str, *, without: Sequence[str] = (), trees: int = TREES, threads: int = 1
) -> dict[str, Any]:
    """Return a ranker trained on cases, in the form of its file (see ranker.Ranker.of)."""
    import lightgbm

    asked = [(place, feature) for place, feature in enumerate(FEATURES) if feature.name not in without]
    columns = [place for place, _ in asked]
    names = [feature.name for _, feature in asked]
    usable = [case for case in cases if case.right >= 0]
    labels = []
    for case in usable:
        label = np.zeros(len(case.ids), np.int8)
        label[case.right] = 1
        labels.append(label)
    rows = np.concatenate([case.features[:, columns] for case in usable])
    settings = dict(SETTINGS, num_threads=threads, monotone_constraints=[feature.rises for _, feature in asked])
    sizes = [len(case.ids) for case in usable]
    weights = np.repeat(np.array([case.weight for case in usable], np.float32), sizes)
    data = lightgbm.Dataset(rows, np.concatenate(labels), group=sizes, weight=weights, feature_name=names)
    model = lightgbm.train(settings, data, trees)
    return {"format": FORMAT, "name": name, "features": names, "trees": as_data(model.dump_model())}


def joined(parts: Sequence[tuple[Mapping[str, Any], float]], name: str) -> dict[str, Any]:
    """Return the ranker whose score is the sum of what rankers say, each times its weight; scale and shift are left."""
    trees: dict[str, list[Any]] = {}
    for data, weight in parts:
        own = data["trees"]
        columns = [NAMES.index(feature) for feature in data["features"]]
        for key, values in own.items():
            moved = values
            if key == "feature":
                moved = [columns[value] for value in values]
            elif key in ("value", "leaves"):
                moved = [_short(value * weight) for value in values]
            trees.setdefault(key, []).extend(moved)
    return {"format": FORMAT, "name": name, "features": list(NAMES), "trees": trees}


def as_data(dump: Mapping[str, Any]) -> dict[str, Any]:
    """Return LightGBM's own description of its trees as the arrays of trees.Trees; trees of one leaf are left out."""
    result: dict[str, list[Any]] = {
        name: [] for name in ("inner", "feature", "threshold", "left", "right", "value", "leaves")
    }
    for tree in dump["tree_info"]:
        if "split_feature" in tree["tree_structure"]:
            _add_tree(tree["tree_structure"], result)
    return result


def _add_tree(root: Mapping[str, Any], result: dict[str, list[Any]]) -> None:
    inner: list[Mapping[str, Any]] = []
    leaves: list[Mapping[str, Any]] = []
    numbers: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if "split_feature" in node:
            numbers[id(node)] = len(inner)
            inner.append(node)
            waiting += [node["right_child"], node["left_child"]]
        else:
            numbers[id(node)] = -1 - len(leaves)
            leaves.append(node)
    result["inner"].append(len(inner))
    result["leaves"] += [_short(leaf["leaf_value"]) for leaf in leaves]
    for node in inner:
        result["feature"].append(node["split_feature"])
        result["threshold"].append(_short(node["threshold"]))
        result["left"].append(numbers[id(node["left_child"])])
        result["right"].append(numbers[id(node["right_child"])])
        result["value"].append(_short(node["internal_value"]))


def _short(value: float) -> float:
    """Seven digits are what a float32 holds."""
    return float(f"{value:.7g}")


def calibration(raw: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return scale and shift that turn trees' sums into log odds (Platt 1999), by Newton's method.

    A step that makes it worse is halved: from far off a whole one leads past the goal, to and fro.
    """
    design = np.stack([raw.astype(np.float64), np.ones(len(raw))], axis=1)
    weights = np.array([1.0, -4.0])

    def loss(weights: NDArray[np.float64]) -> float:
        said = design @ weights
        return float((np.logaddexp(0, said) - said * right).sum() + 5e-4 * weights @ weights)

    for _ in range(50):
        share = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (share - right) + 1e-3 * weights
        bend = (design * (share * (1 - share))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        now = loss(weights)
        while loss(weights - step) > now and np.abs(step).max() >= 1e-6:
            step /= 2
        weights = weights - step
        if np.abs(step).max() < 1e-6:
            break
    return float(weights[0]), float(weights[1])
