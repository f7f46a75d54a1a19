from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import PreviewRow
from lora_manager.services.jobs import ENDED
from tests.conftest import Figure
from tests.helpers.network_files import civitai_model, lora_tensors, write_json, write_network_file
from tests.helpers.shelf import everything
from tests.services.files.library import ME, adapter_at, moved, root_of, rows, tree, value, write_unit


def bulk(app: Application, name: str, params: dict[str, Any], ids: Sequence[int]) -> dict[str, Any]:
    """Run an action to its end, as a job."""
    job = app.bulk.submit(name, params, ids, ME)
    until = time.monotonic() + 60
    while job.state not in ENDED and time.monotonic() < until:
        time.sleep(0.01)
    assert job.state == "done", job.error
    assert job.result is not None
    return job.result


def preview(app: Application, name: str, params: dict[str, Any], ids: Sequence[int]) -> list[PreviewRow]:
    action: Any = app.bulk.action(name)
    return list(action.preview(ids, action.check(params)))


def library(app: Application) -> tuple[Path, dict[str, int]]:
    """Three LoRAs of which two have one title, and their ids by stem."""
    root = root_of(app)
    for stem, title in (("a1", "Amber"), ("a2", "Amber"), ("b", "Birch")):
        write_unit(root, f"in/{stem}.safetensors", title)
    app.scan()
    return root, {stem: adapter_at(app, f"in/{stem}.safetensors") for stem in ("a1", "a2", "b")}


def test_a_preview_tells_every_path_and_touches_nothing(application: Application) -> None:
    root, ids = library(application)
    before = tree(root)
    rows_ = preview(application, "organise", {"template": "{name}/{name}"}, list(ids.values()))
    assert [(row.source, row.target, row.problem) for row in rows_] == [
        ("in/a1.safetensors", "Amber/Amber.safetensors", ""),
        ("in/a2.safetensors", "Amber/Amber_2.safetensors", ""),
        ("in/b.safetensors", "Birch/Birch.safetensors", ""),
    ]
    assert tree(root) == before
    assert preview(application, "move", {"folder": ""}, [999])[0].problem


def test_what_the_preview_said_is_what_is_done_and_can_be_undone(application: Application) -> None:
    root, ids = library(application)
    before = tree(root)
    said = [row.target for row in preview(application, "organise", {"template": "{name}/{name}"}, list(ids.values()))]
    result = bulk(application, "organise", {"template": "{name}/{name}"}, list(ids.values()))
    assert (result["changed"], result["problem_count"]) == (3, 0)
    assert sorted(rows(application)) == sorted(said)
    again = bulk(application, "organise", {"template": "{name}/{name}"}, list(ids.values()))
    assert (again["changed"], again["set_id"]) == (0, None)
    outcome = application.history.undo(result["set_id"], ME)
    assert (outcome.reverted, outcome.skipped) == (3, [])
    assert tree(root) == before


def test_collisions_of_a_move_are_problems_and_the_others_go_on(application: Application) -> None:
    root, ids = library(application)
    write_unit(root, "other/b.safetensors")
    application.scan()
    both = [ids["b"], adapter_at(application, "other/b.safetensors"), ids["a1"]]
    said = preview(application, "move", {"folder": "all"}, both)
    assert [bool(row.problem) for row in said] == [False, True, False]
    result = bulk(application, "move", {"folder": "all"}, both)
    assert (result["changed"], result["problem_count"]) == (2, 1)
    assert "exists already" in result["problems"][0]["why"]
    assert moved("all/b.safetensors", "b") | moved("all/a1.safetensors", "a1") < tree(root)


def test_names_by_a_template(application: Application) -> None:
    root, ids = library(application)
    bulk(application, "rename", {"template": "{name} {version}"}, list(ids.values()))
    assert {path.split("/")[0] for path in tree(root)} == {"in"}
    assert len(rows(application)) == 3


def test_delete_and_undo(application: Application) -> None:
    root, ids = library(application)
    before = tree(root)
    result = bulk(application, "delete", {}, list(ids.values()))
    assert result["changed"] == 3
    assert not everything(application)
    assert all(name.endswith(".trashed") for name in tree(root))
    outcome = application.history.undo(result["set_id"], ME)
    assert outcome.reverted == 3
    assert tree(root) == before
    assert len(everything(application)) == 3
    assert outcome.set_id is not None
    application.history.undo(outcome.set_id, ME)
    assert not everything(application)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("move", {"folder": 5}),
        ("move", {}),
        ("move", {"root_id": None}),
        ("move", {"folder": None}),
        ("move", {"folder": "a", "to": "b"}),
        ("move", {"Folder": "a"}),
        ("rename", {"template": "{name}", "root_id": 1}),
        ("organise", {"template": "{name}", "folder": "a"}),
        ("delete", {"as_duplicate": "file"}),
        ("move", {"folder": "a/.."}),
        ("move", {"folder": "a", "root_id": "x"}),
        ("rename", {}),
        ("rename", {"template": "a/{name}"}),
        ("organise", {"template": "{nothing}"}),
        ("organise", {"template": "{name}", "root_id": True}),
    ],
)
def test_parameters_that_mean_nothing_are_refused(application: Application, name: str, params: dict[str, Any]) -> None:
    with pytest.raises(BadInputError):
        application.bulk.action(name).check(params)


def test_all_of_them_are_restricted_and_deleting_is_backed_up(application: Application) -> None:
    actions = [application.bulk.action(name) for name in ("move", "rename", "organise", "delete")]
    assert all(action.is_restricted for action in actions)
    assert [action.is_backed_up({}) for action in actions] == [False, False, False, True]


@pytest.mark.slow
def test_a_thousand_at_once(application: Application, figure: Figure) -> None:
    root, small = root_of(application), lora_tensors(rank=1, width=16, out_width=16)
    for number in range(1000):
        path = write_network_file(root / f"f{number % 7}" / f"lora_{number:04}.safetensors", small)
        write_json(path.with_suffix(".civitai.info"), civitai_model(f"Lora {number}", path.name))
        path.with_suffix(".png").write_bytes(b"p")
        path.with_suffix(".txt").write_bytes(b"t")
    application.scan()
    ids, before = everything(application), tree(root)
    seconds = {}
    result: dict[str, Any] = {}
    for name, params in (
        ("organise", {"template": "{base_model}/{name}"}),
        ("move", {"folder": "one"}),
        ("delete", {}),
    ):
        begun = time.perf_counter()
        result = bulk(application, name, params, ids)
        seconds[name] = time.perf_counter() - begun
        assert (result["changed"], result["problem_count"]) == (1000, 0)
        if name == "organise":
            before = tree(root)
    begun = time.perf_counter()
    application.history.undo(result["set_id"], ME)
    seconds["undo"] = time.perf_counter() - begun
    assert len(everything(application)) == 1000
    assert value(application, "SELECT count(*) FROM trash") == 0
    assert len(before) == len(tree(root))
    figure("1,000 LoRAs of four files: " + ", ".join(f"{name} {taken:.2f} s" for name, taken in seconds.items()))
    assert max(seconds.values()) < 10
