from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from lora_manager.db import location
from lora_manager.db.location import StateLocation, files_of, on_network_file_system, state_location
from lora_manager.errors import BadInputError

AS_USER = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="for this user no folder is closed to writing"
)


def test_the_state_lies_beside_the_models(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    expected = StateLocation(tmp_path / "lora_manager.sqlite3", tmp_path / "lora_manager")
    assert state_location(tmp_path / "models") == expected


def test_models_that_are_not_there_yet_have_a_place(tmp_path: Path) -> None:
    assert state_location(tmp_path / "models").database == tmp_path / "lora_manager.sqlite3"


def test_a_chosen_folder_holds_both(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    assert state_location(tmp_path / "models", chosen) == StateLocation(chosen / "lora_manager.sqlite3", chosen)


def test_a_path_from_here_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    assert state_location(Path("models")).database == tmp_path / "lora_manager.sqlite3"
    assert state_location(Path("models"), Path("own")).folder == tmp_path / "own"


@pytest.mark.skipif(os.name == "nt" or not os.access("/dev/shm", os.W_OK), reason="needs a second device")
def test_models_on_a_device_of_their_own_hold_the_state_themselves() -> None:
    """`/dev/shm` is a file system of its own, so it stands for a mounted drive of models."""
    models = Path("/dev/shm")
    inside = StateLocation(models / "lora_manager" / "lora_manager.sqlite3", models / "lora_manager")
    assert state_location(models) == inside


def test_the_root_of_the_file_system_is_no_place(tmp_path: Path) -> None:
    top = Path(tmp_path.anchor) / f"no-such-models-{os.getpid()}"
    with pytest.raises(BadInputError, match="LORA_MANAGER_DIR"):
        state_location(top)


@AS_USER
def test_a_closed_parent_leaves_the_models_and_two_closed_folders_say_so(tmp_path: Path) -> None:
    models = tmp_path / "closed" / "models"
    models.mkdir(parents=True)
    models.parent.chmod(0o555)
    try:
        assert state_location(models).folder == models / "lora_manager"
        models.chmod(0o555)
        with pytest.raises(BadInputError, match="no place for the catalogue"):
            state_location(models)
    finally:
        models.parent.chmod(0o755)
        models.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/mounts")
def test_a_local_disk_is_no_network_share(tmp_path: Path) -> None:
    assert not on_network_file_system(tmp_path)
    assert not on_network_file_system(Path("/proc/self"))


def test_a_path_is_below_a_mount_point_by_whole_names() -> None:
    assert location._is_below(Path("/mnt/models/a"), "/mnt/models")
    assert location._is_below(Path("/mnt/models"), "/mnt/models")
    assert location._is_below(Path("/anything"), "/")
    assert not location._is_below(Path("/mnt/models2"), "/mnt/models")


@pytest.mark.parametrize(
    ("database", "files"),
    [
        ("data/my.sqlite3", ["data/my.sqlite3"]),
        ("sqlite:///data/my.sqlite3", ["data/my.sqlite3"]),
        ("sqlite+pysqlite:///data/my.sqlite3?timeout=5", ["data/my.sqlite3"]),
        ("sqlite+pysqlcipher://:secret@/data/my.sqlite3", ["data/my.sqlite3"]),
        ("sqlite:///{here}/my.sqlite3", ["my.sqlite3"]),
        ("sqlite:///file:data/m%79.sqlite3?uri=true", ["file:data/m%79.sqlite3", "data/my.sqlite3"]),
        ("sqlite:///file://{here}/my.sqlite3?uri=true", ["file:{here}/my.sqlite3", "my.sqlite3"]),
        ("sqlite://", []),
        ("sqlite:///:memory:", []),
        ("postgresql://host/name", []),
    ],
)
def test_the_files_of_a_database_that_a_user_named_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str, files: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = StateLocation(tmp_path / "own" / "lora_manager.sqlite3", tmp_path / "own")
    found = set(files_of(own, database.replace("{here}", tmp_path.as_posix()))) - set(files_of(own, None))
    named = [Path(os.path.abspath(file.replace("{here}", tmp_path.as_posix()))) for file in files]
    ends = ("", "-wal", "-shm", "-journal", ".before")
    assert {*named} <= found if named else not found
    assert found == {Path(f"{file}{end}") for path in named for file in {path, path.resolve()} for end in ends}


@pytest.mark.skipif(os.name == "nt", reason="a link takes a right there")
def test_a_database_that_is_a_link_stands_for_its_file(tmp_path: Path) -> None:
    (tmp_path / "lora_manager.sqlite3").symlink_to(tmp_path / "far" / "real.sqlite3")
    found = files_of(StateLocation(tmp_path / "lora_manager.sqlite3", tmp_path / "state"), None)
    assert {tmp_path / "lora_manager.sqlite3", (tmp_path / "far" / "real.sqlite3-wal").resolve()} <= set(found)
