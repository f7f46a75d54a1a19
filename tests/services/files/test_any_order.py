"""Any order of moves, new names, deletions, undos and scans: every byte is there once, and the catalogue is right."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.errors import LoraManagerError
from tests.helpers.network_files import civitai_model, write_json, write_network_file
from tests.helpers.shelf import everything, running, standalone_host
from tests.services.files.library import ME, contents, is_begun, root_of, rows, tree

PATHS = ("a.safetensors", "a.pt", "s/a.safetensors", "s/a.v2.safetensors", "b.safetensors", "t/c.safetensors")
BESIDE = (".civitai.info", ".png", ".preview.png", ".txt")
FOLDERS = ("", "s", "t", "new/deep")
STEMS = ("a", "A", "b", "a.v2", "a.preview", "c")

WHICH = st.integers(0, len(PATHS) - 1)
STEPS = st.one_of(
    st.tuples(st.just("move"), WHICH, st.sampled_from(FOLDERS)),
    st.tuples(st.just("rename"), WHICH, st.sampled_from(STEMS)),
    st.tuples(st.just("delete"), WHICH, st.just("")),
    st.tuples(st.just("restore"), WHICH, st.just("")),
    st.tuples(st.just("undo"), WHICH, st.just("")),
    st.tuples(st.just("back"), WHICH, st.just("")),
    st.tuples(st.just("scan"), WHICH, st.just("")),
)


def fill(root: Path, beside: frozenset[tuple[str, str]]) -> None:
    for path in PATHS:
        if path.endswith(".pt"):
            (root / path).write_bytes(b"a pickle")
        else:
            write_network_file(root / path)
    for path, suffix in beside:
        other = Path(str((root / path).with_suffix("")) + suffix)
        if suffix == ".civitai.info":
            write_json(other, civitai_model(f"Title {path}", Path(path).name))
        else:
            other.write_bytes(f"{path} {suffix}".encode())


def do(app: Application, ids: list[int], step: tuple[str, int, str]) -> None:
    """One step; what is refused is refused."""
    kind, which, word = step
    adapter_id = ids[which % len(ids)]
    trash = [entry.item.id for entry in app.trash.page(50, 0).entries]
    with app.database.read() as connection:
        sets = (
            connection.exec_driver_sql("SELECT id FROM change_set WHERE kind != 'import' ORDER BY id").scalars().all()
        )
    with contextlib.suppress(LoraManagerError):
        if kind == "move":
            app.files.move(adapter_id, None, word, ME)
        elif kind == "rename":
            app.files.rename(adapter_id, word, ME)
        elif kind == "delete":
            app.files.delete(adapter_id, ME)
        elif kind == "restore" and trash:
            app.files.restore(trash[which % len(trash)], ME)
        elif kind == "undo" and sets:
            app.history.undo(sets[which % len(sets)], ME)
        elif kind == "back":
            app.history.back_to("2020-01-01T00:00:00.000Z", adapter_id, ME)
        elif kind == "scan":
            app.scan()


def check(app: Application) -> None:
    there = {name for name in tree(root_of(app)) if ".safetensors" in name or ".pt" in name}
    known = rows(app)
    assert set(known) == {name for name in there if not name.endswith((".info", ".png", ".txt"))}
    assert {
        path.endswith(".trashed") or ".trashed." in path for path, state in known.items() if state == "trashed"
    } <= {True}
    assert {state for path, state in known.items() if ".trashed" not in path} <= {"present"}
    assert not is_begun(app)


@settings(max_examples=25)
@given(
    st.frozensets(st.tuples(st.sampled_from(PATHS), st.sampled_from(BESIDE)), max_size=10),
    st.lists(STEPS, min_size=1, max_size=14),
)
def test_nothing_is_lost_or_doubled_in_any_order(
    migrated_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    beside: frozenset[tuple[str, str]],
    steps: list[tuple[str, int, str]],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "Lora").mkdir()
    try:
        fill(folder / "Lora", beside)
        with running(standalone_host(folder), folder / "home", migrated_file) as app:
            app.hasher.stop()
            app.scan()
            ids, before = sorted(everything(app)), contents(root_of(app))
            assert len(ids) == len(PATHS)
            for step in steps:
                do(app, ids, step)
                assert contents(root_of(app)) == before, step
                check(app)
            report = app.scan()
            assert (report.added, report.removed) == (0, 0)
            check(app)
            again = app.scan()
            assert (again.added, again.updated, again.removed) == (0, 0, 0)
            with app.database.read() as connection:
                bad = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                assert bad == []
    finally:
        shutil.rmtree(folder)
