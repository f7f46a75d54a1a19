"""Scans: whatever happened in between, the catalogue says what a first scan of the same folder would say."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lora_manager.db.cards import cards
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from tests.conftest import DatabaseFactory
from tests.helpers.network_files import a1111_metadata, civitai_model, network_file_bytes, png_bytes, write_json
from tests.helpers.shelf import Shelf

STEMS = ("a", "b", "A.v2")
FOLDERS = ("", "s")
MODELS = st.builds("{}{}{}".format, st.sampled_from(["", "s/"]), st.sampled_from(STEMS),
                   st.sampled_from([".safetensors", ".pt"]))  # fmt: skip
RECORDS = st.builds("{}{}{}".format, st.sampled_from(["", "s/"]), st.sampled_from((*STEMS, "x", "a.v2")),
                    st.sampled_from([".json", ".civitai.info", ".txt"]))  # fmt: skip
CONTENTS = st.sampled_from(["civitai a", "civitai b", "civitai nowhere", "a1111", "broken", "list", "empty"])
STEPS = st.one_of(
    st.tuples(st.just("model"), MODELS, st.sampled_from(["whole", "cut", "broken"])),
    st.tuples(st.just("record"), RECORDS, CONTENTS),
    st.tuples(st.just("preview"), MODELS, st.just("")),
    st.tuples(st.just("delete"), MODELS | RECORDS, st.just("")),
    st.tuples(st.just("move"), MODELS, MODELS),
    st.tuples(st.just("scan"), st.booleans(), st.just("")),
)


class Disk:
    """A folder in which every write has a time of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = 1_700_000_000
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        self.write(root / "stays.safetensors", network_file_bytes())

    def write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.clock += 10
        os.utime(path, (self.clock, self.clock))

    def model(self, name: str, kind: str) -> None:
        content = network_file_bytes(metadata={"n": str(self.clock)})
        contents = {"whole": content, "cut": content[:-20], "broken": b"\xff" * 80}
        self.write(self.root / name, contents[kind])

    def record(self, name: str, kind: str) -> None:
        path = self.root / name
        documents: dict[str, Any] = {
            "a1111": a1111_metadata(),
            "list": [1, 2],
            "empty": {},
            **{
                f"civitai {stem}": civitai_model(f"About {stem}", f"{stem}.pt", tags=[stem])
                for stem in ("a", "b", "nowhere")
            },
        }
        if kind != "broken":
            write_json(path, documents[kind])
        self.write(path, b"{" if kind == "broken" else path.read_bytes())

    def preview(self, name: str, kind: str) -> None:
        self.write((self.root / name).with_suffix(".png"), png_bytes(self.clock % 7 + 1, 4))

    def delete(self, name: str, kind: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def move(self, name: str, target: str) -> None:
        if (self.root / name).exists():
            (self.root / name).replace(self.root / target)


WHEN = ("id", "added_at", "updated_at", "revision")
"""Fields that say when a row was written, not what is on the disk."""


@dataclass
class Said:
    """What a catalogue says of the files that are there, and its problems."""

    files: dict[str, Any]
    problems: dict[str, str]
    words: dict[str, list[str]]


def said(shelf: Shelf) -> Said:
    rows = {path: row for path, row in shelf.rows().items() if row.state != "missing"}
    files: dict[str, Any] = {}
    by_adapter = {row.adapter_id: path for path, row in rows.items()}
    with shelf.database.read() as connection:
        found = {card.id: card for card in cards(connection, list(by_adapter))}
        words = {
            word: sorted(by_adapter[i] for i, _ in FullText.search(connection, f'"{word}"') if i in by_adapter)
            for word in ("about", "a", "b", "v2", "lanterns", "s")
        }
    for adapter_id, path in by_adapter.items():
        detail, card = shelf.detail(path), found[adapter_id]
        fields = {key: value for key, value in detail.fields.items() if key not in WHEN}
        sidecars = sorted((sidecar.path, sidecar.format, sidecar.problem) for sidecar in detail.sidecars)
        values = (card.state, card.preview, card.preview_version, card.trigger_groups, card.size, detail.tags)
        files[path] = (fields, sidecars, values, detail.extra, detail.files[0].algorithm, detail.files[0].state)
    return Said(files, shelf.problems(), words)


@settings(max_examples=10)
@given(st.lists(STEPS, max_size=14))
@example(
    [("record", "s/A.v2.json", "broken"), ("model", "s/A.v2.pt", "whole"), ("scan", False, ""),
     ("delete", "s/A.v2.pt", "")]
)  # fmt: skip
def test_a_catalogue_that_followed_says_what_a_new_one_says(
    database_factory: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any, Any]]
) -> None:
    root = tmp_path_factory.mktemp("afresh") / "Lora"
    disk = Disk(root)
    with database_factory() as followed, database_factory() as new:
        shelf = Shelf(followed, root)
        for kind, first, second in steps:
            if kind == "scan":
                shelf.scan(force=first)
            else:
                getattr(disk, kind)(first, second)
        shelf.scan()
        expected = _first_scan(new, root)
        found = said(shelf)
        assert found.files == expected.files
        assert found.problems == expected.problems
        assert found.words == expected.words
    shutil.rmtree(root)


def _first_scan(database: Database, root: Path) -> Said:
    shelf = Shelf(database, root)
    shelf.scan()
    return said(shelf)
