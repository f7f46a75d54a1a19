from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.application import Application
from lora_manager.db.cards import cards
from lora_manager.hosts.base import NetworkLocation
from lora_manager.services.tag_names import TagNames
from tests.conftest import DatabaseFactory
from tests.db.described import described, put
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import everything
from tests.services.conftest import ApplicationOf
from tests.services.files.library import ME


def names(app: Application) -> dict[str, str]:
    """The tag name of every file, by path below its root."""
    with app.database.read() as connection:
        found = cards(connection, everything(app))
        return dict(zip([card.relative_path for card in found], app.tag_names.of_cards(connection, found), strict=True))


def reached(app: Application, *wanted: str) -> dict[str, str]:
    """The path below its root of the file that each name reaches."""
    root = Path(os.path.abspath(app.host.roots()[0]))
    with app.database.read() as connection:
        found = app.tag_names.resolve(connection, wanted)
    return {name: file.path.relative_to(root).as_posix() for name, file in found.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Lora").mkdir()
    return tmp_path / "Lora"


def test_a_stem_of_its_own_is_the_name(drawing_application: Application, drawing_host: DrawingHost) -> None:
    write_network_file(drawing_host.roots()[0] / "style" / "amber v1.5.safetensors")
    drawing_application.scan()
    assert names(drawing_application) == {"style/amber v1.5.safetensors": "amber v1.5"}
    assert reached(drawing_application, "amber v1.5", "style/amber v1.5", "amber v1_5", "amber", "v1.5") == {
        "amber v1.5": "style/amber v1.5.safetensors",
        "style/amber v1.5": "style/amber v1.5.safetensors",
        "amber v1_5": "style/amber v1.5.safetensors",
    }
    assert reached(drawing_application) == {}


def test_of_files_that_share_a_stem_the_first_has_it(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    for folder in ("b", "a", "c/d"):
        write_network_file(drawing_host.roots()[0] / folder / "x.safetensors")
    drawing_application.scan()
    expected = {"a/x.safetensors": "x", "b/x.safetensors": "b/x", "c/d/x.safetensors": "c/d/x"}
    assert names(drawing_application) == expected
    assert reached(drawing_application, "x", "a/x", "b/x", "c/d/x", "d/x") == {
        "x": "a/x.safetensors",
        "a/x": "a/x.safetensors",
        "b/x": "b/x.safetensors",
        "c/d/x": "c/d/x.safetensors",
    }


def test_the_next_one_has_it_when_the_first_is_gone(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    paths = [write_network_file(drawing_host.roots()[0] / folder / "x.safetensors") for folder in ("a", "b", "c")]
    drawing_application.scan()
    paths[0].unlink()
    drawing_application.scan()
    assert names(drawing_application) == {"b/x.safetensors": "x", "c/x.safetensors": "c/x"}
    assert reached(drawing_application, "x", "a/x") == {"x": "b/x.safetensors"}


def test_a_file_in_the_root_itself_can_only_go_by_its_stem(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    root = drawing_host.roots()[0]
    for path in ("a/x.safetensors", "x.safetensors", "b/y.pt", "b/y.safetensors"):
        write_network_file(root / path)
    drawing_application.scan()
    assert names(drawing_application) == {
        "x.safetensors": "x",
        "a/x.safetensors": "a/x",
        "b/y.safetensors": "y",
        "b/y.pt": "b/y",
    }
    assert reached(drawing_application, "x", "a/x", "y", "b/y") == {
        "x": "x.safetensors",
        "a/x": "a/x.safetensors",
        "y": "b/y.safetensors",
        "b/y": "b/y.pt",
    }


def test_a_spelling_never_takes_another_files_own_name(
    root: Path, application_of: ApplicationOf, tmp_path: Path
) -> None:
    """`a.b` may also be asked for as `a_b`, but not when there is an `a_b`."""
    for stem in ("a.b", "a_b", "only.dots"):
        write_network_file(root / f"{stem}.safetensors")
    app = application_of(DrawingHost(tmp_path))
    app.scan()
    assert reached(app, "a.b", "a_b", "only_dots") == {
        "a.b": "a.b.safetensors",
        "a_b": "a_b.safetensors",
        "only_dots": "only.dots.safetensors",
    }


def test_sdnext_writes_dots_as_underscores(root: Path, application_of: ApplicationOf, tmp_path: Path) -> None:
    write_network_file(root / "v1.5" / "amber.v2.safetensors")
    write_network_file(root / "v2.0" / "amber.v2.safetensors")
    app = application_of(DrawingHost(tmp_path, sdnext=True))
    app.scan()
    assert names(app) == {"v1.5/amber.v2.safetensors": "amber_v2", "v2.0/amber.v2.safetensors": "v2_0/amber_v2"}
    assert reached(app, "amber_v2", "v2_0/amber_v2", "amber.v2") == {
        "amber_v2": "v1.5/amber.v2.safetensors",
        "v2_0/amber_v2": "v2.0/amber.v2.safetensors",
        "amber.v2": "v1.5/amber.v2.safetensors",
    }


def test_what_is_not_whole_cannot_be_named(drawing_application: Application, drawing_host: DrawingHost) -> None:
    path = write_network_file(drawing_host.roots()[0] / "a.safetensors")
    path.write_bytes(path.read_bytes()[:-10])
    drawing_application.scan()
    assert reached(drawing_application, "a") == {}


def test_roots_of_another_host_do_not_count(root: Path, application_of: ApplicationOf, tmp_path: Path) -> None:
    """Two hosts may share a catalogue: each knows its own folders only."""
    write_network_file(tmp_path / "other" / "x.safetensors")
    write_network_file(root / "sub" / "x.safetensors")
    app = application_of(DrawingHost(tmp_path, lora_dirs=(tmp_path / "other", root)))
    app.scan()
    assert names(app) == {"x.safetensors": "x", "sub/x.safetensors": "sub/x"}
    app.host.lora_dirs = (root,)  # type: ignore[attr-defined]
    assert names(app) == {"sub/x.safetensors": "x"}
    assert reached(app, "x", "sub/x") == {"x": "sub/x.safetensors", "sub/x": "sub/x.safetensors"}


def test_names_with_odd_signs_are_looked_up_as_they_are(drawing_application: Application) -> None:
    assert reached(drawing_application, "", "/", "a/", "%", "_", "x'; --", "\ud800", "a\0b") == {}


PARTS = st.sampled_from(["a", "b", "a.b", "a_b", "A", "v1.0"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


@settings(max_examples=30)
@given(st.sets(PATHS, max_size=8))
def test_every_file_is_reached_by_its_own_name(database_factory: DatabaseFactory, paths: set[str]) -> None:
    with database_factory() as database:
        put(database, *(described(f"{path}.safetensors") for path in sorted(paths)))
        tag_names = TagNames(DrawingHost(Path("/"), lora_dirs=(Path("/lora"),)))
        with database.read() as connection:
            found = cards(connection, range(1, len(paths) + 1))
            own = dict(zip(tag_names.of_cards(connection, found), found, strict=True))
            assert len(own) == len(paths)
            files = tag_names.resolve(connection, own)
        assert {name: file.adapter_id for name, file in files.items()} == {name: card.id for name, card in own.items()}


def test_what_the_host_says_a_name_reaches_counts(drawing_application: Application, drawing_host: DrawingHost) -> None:
    """AUTOMATIC1111 reaches the last of two files of one stem, and knows aliases that are no file's name."""
    root = drawing_host.roots()[0]
    first, last = (write_network_file(root / folder / "x.safetensors") for folder in ("a", "b"))
    other = write_network_file(root / "other.safetensors")
    drawing_application.scan()
    drawing_host.reaches = {"x": last, "an alias": other, "gone": root / "gone.safetensors"}
    assert reached(drawing_application, "x", "an alias", "gone", "other") == {
        "x": "b/x.safetensors",
        "an alias": "other.safetensors",
        "other": "other.safetensors",
    }
    assert first.exists()


def test_a_file_behind_another_of_its_name_says_which(
    drawing_application: Application, drawing_host: DrawingHost, tmp_path: Path
) -> None:
    root = drawing_host.roots()[0]
    paths = [write_network_file(root / folder / "x.safetensors") for folder in ("a", "b")]
    drawing_application.scan()
    (tmp_path / "same folder").symlink_to(root, target_is_directory=True)

    def hiding(reaches: Path) -> list[Path | None]:
        drawing_host.reaches = {"x": reaches}
        with drawing_application.database.read() as connection:
            found = cards(connection, everything(drawing_application))
            return [drawing_application.tag_names.hiding(card, "x") for card in found]

    assert hiding(paths[1]) == [paths[1], None]
    assert hiding(tmp_path / "same folder" / "a" / "x.safetensors") == [
        None,
        tmp_path / "same folder" / "a" / "x.safetensors",
    ]
    assert hiding(root / "gone.safetensors") == [root / "gone.safetensors"] * 2


def test_old_names_reach_the_file_as_long_as_nobody_else_has_them(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    app, root = drawing_application, drawing_host.roots()[0]
    write_network_file(root / "style" / "amber.v1.safetensors")
    app.scan()
    (adapter_id,) = everything(app)
    app.files.rename(adapter_id, "ochre", ME)
    app.files.move(adapter_id, None, "ink", ME)
    old = ("amber.v1", "amber_v1", "style/amber.v1", "style/ochre", str(root / "style" / "amber.v1.safetensors"))
    assert reached(app, *old) == dict.fromkeys(old, "ink/ochre.safetensors")
    with app.database.read() as connection:
        assert all(file.is_former for file in app.tag_names.resolve(connection, old).values())
        assert not app.tag_names.resolve(connection, ["ochre"])["ochre"].is_former
        assert app.tag_names.resolve(connection, ["amber", "v1", "ink/amber.v1"]) == {}
        former = [name.tag_name for name in app.tag_names.former(connection, adapter_id)]
    assert former == [drawing_host.tag_name(NetworkLocation(root, f"style/{stem}.safetensors")) for stem in
                      ("ochre", "amber.v1")]  # fmt: skip
    write_network_file(root / "amber.v1.safetensors", seed="new")
    app.scan()
    assert reached(app, "amber.v1", "style/amber.v1") == {
        "amber.v1": "amber.v1.safetensors",
        "style/amber.v1": "ink/ochre.safetensors",
    }
    app.files.delete(adapter_id, ME)
    assert reached(app, "style/amber.v1", "ochre") == {}


def test_what_is_moved_back_has_no_old_name_of_that(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    app = drawing_application
    write_network_file(drawing_host.roots()[0] / "amber.safetensors")
    app.scan()
    (adapter_id,) = everything(app)
    set_id = app.files.rename(adapter_id, "ochre", ME)
    assert set_id is not None
    app.history.undo(set_id, ME)
    with app.database.read() as connection:
        former = [name.tag_name for name in app.tag_names.former(connection, adapter_id)]
    assert former == ["ochre"]
    assert reached(app, "amber", "ochre") == dict.fromkeys(("amber", "ochre"), "amber.safetensors")
