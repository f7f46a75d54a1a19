from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from lora_manager.cli.opening import open_application, opened
from lora_manager.errors import BadInputError


def arguments(*roots: Path, **changes: object) -> Namespace:
    return Namespace(**{"lora_dir": list(roots), "db": None, "state_dir": None, **changes})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LORA_MANAGER_DIR")
    folder = tmp_path / "models" / "Lora"
    folder.mkdir(parents=True)
    return folder


def test_the_state_lies_beside_the_models_of_a_host(root: Path, tmp_path: Path) -> None:
    with opened(arguments(root)) as app:
        assert app.database.path == tmp_path / "lora_manager.sqlite3"
        assert app.host.roots() == (root,)
        assert app.host.models_dir() == root.parent
        assert Path(app.host.output_dir()).is_relative_to(tmp_path / "lora_manager")


def test_a_lora_folder_alone_is_its_own_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LORA_MANAGER_DIR")
    (tmp_path / "own" / "Lora").mkdir(parents=True)
    with opened(arguments(tmp_path / "own" / "Lora")) as app:
        assert app.database.path == tmp_path / "own" / "lora_manager.sqlite3"


def test_a_state_folder_holds_everything(root: Path, tmp_path: Path) -> None:
    with opened(arguments(root, state_dir=str(tmp_path / "chosen"))) as app:
        assert app.database.path == tmp_path / "chosen" / "lora_manager.sqlite3"
        assert app.location.folder == tmp_path / "chosen"


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_named_database_is_used(root: Path, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "db" / "own.sqlite3"
    with opened(arguments(root, db=form.format(file))) as app:
        assert app.database.path == file
    monkeypatch.setenv("LORA_MANAGER_DB", form.format(file))
    with opened(arguments(root)) as app:
        assert app.database.path == file
    assert not (tmp_path / "lora_manager.sqlite3").exists()


def test_a_database_alone_is_enough_to_look(root: Path, tmp_path: Path) -> None:
    with opened(arguments(root)) as app:
        file = app.database.path
    with opened(arguments(db=str(file))) as app:
        assert app.host.roots() == ()


def test_nothing_at_all_is_not_enough() -> None:
    with pytest.raises(BadInputError, match="--lora-dir"):
        open_application(arguments())


def test_a_folder_that_does_not_exist_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="does not exist"):
        open_application(arguments(tmp_path / "nowhere" / "Lora"))
    assert list(tmp_path.iterdir()) == []


def test_a_demo_says_so(root: Path) -> None:
    with opened(arguments(root)) as app:
        assert app.is_demo is False
    with opened(arguments(root, demo=True)) as app:
        assert app.is_demo is True
