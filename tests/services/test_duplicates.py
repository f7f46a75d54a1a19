from __future__ import annotations

import shutil
from typing import Any

import pytest

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.actor import Actor
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.confirm_hashes import ConfirmHashes
from lora_manager.services.duplicates import DuplicateGroup, check_deletable
from tests.helpers.network_files import civitai_model, lora_tensors, write_adapter, write_json, write_network_file
from tests.helpers.shelf import everything, touch_later
from tests.services.files.test_actions import bulk, preview


@pytest.fixture
def app(application: Application) -> Application:
    """amber and a copy in another folder, plain and the same with another header, two of one version."""
    root = application.host.roots()[0]
    write_adapter(root, "amber", civitai_model("Amber", "amber.safetensors"), preview=True)
    (root / "old").mkdir()
    shutil.copyfile(root / "amber.safetensors", root / "old" / "amber.safetensors")
    write_network_file(root / "plain.safetensors", seed=7)
    write_network_file(root / "titled.safetensors", lora_tensors(), {"modelspec.title": "Titled"}, seed=7)
    for stem in ("full", "small"):
        write_adapter(root, stem, civitai_model("Moth", f"{stem}.safetensors", version_id=55))
    application.hasher.stop()
    application.scan()
    return application


def confirm(app: Application, ids: list[int] | None = None, *, cancelled: bool = False) -> tuple[int, str]:
    """Compute the hashes; how many are known then, and what was said."""
    told: list[tuple[int, int, str]] = []
    context = ChangeContext(0, Actor("page"), lambda *step: told.append(step), lambda: cancelled)
    action = ConfirmHashes(app.database)
    result = action.run(everything(app) if ids is None else ids, action.check({}), context)
    return result.changed, " ".join(problem.why for problem in result.problems)


def groups(app: Application, kind: str) -> list[DuplicateGroup]:
    """All of a kind."""
    return app.duplicates.page(kind, 100, 0).items


def only(app: Application, kind: str) -> DuplicateGroup:
    """The one of a kind."""
    (group,) = groups(app, kind)
    return group


def paths(group: DuplicateGroup) -> list[str]:
    """Where its files lie, the one to keep first."""
    return [item.found.card.relative_path for item in group.items]


def edit(app: Application, path: str, values: dict[str, Any]) -> int:
    """As the page does."""
    adapter_id = id_of(app, path)
    app.editor.edit(adapter_id, values, Actor("page"))
    return adapter_id


def id_of(app: Application, path: str) -> int:
    """The adapter of a file."""
    with app.database.read() as connection:
        statement = "SELECT adapter_id FROM network_file WHERE relative_path = ?"
        return int(connection.exec_driver_sql(statement, (path,)).scalar_one())


def test_equal_files_are_found_once_their_hashes_are_known(app: Application) -> None:
    assert groups(app, "file") == []
    assert confirm(app) == (6, "")
    page = app.duplicates.page("file", 30, 0)
    assert page.groups == {"file": 1, "tensors": 1, "version": 1, "name": 1}
    (group,) = page.items
    assert (group.confirmed, page.total, page.bytes) == (
        True,
        1,
        (app.host.roots()[0] / "amber.safetensors").stat().st_size,
    )
    assert paths(group) == ["amber.safetensors", "old/amber.safetensors"]
    assert "best record" in group.why


def test_a_hash_that_only_a_record_names_is_not_certain(app: Application) -> None:
    root = app.host.roots()[0]
    for path in ("amber", "old/amber"):
        record = civitai_model("Amber", "amber.safetensors", file_hashes={"SHA256": "AB" * 32})
        write_json(root / f"{path}.json", record)
    app.scan()
    assert not only(app, "file").confirmed
    assert confirm(app)[0] == 6
    assert only(app, "file").confirmed


def test_equal_weights_and_versions_in_other_files(app: Application) -> None:
    confirm(app)
    assert sorted(paths(only(app, "tensors"))) == ["plain.safetensors", "titled.safetensors"]
    assert sorted(paths(only(app, "version"))) == ["full.safetensors", "small.safetensors"]


def test_of_one_name_the_one_that_is_reached_is_kept_and_the_others_are_given_names(app: Application) -> None:
    group = only(app, "name")
    assert paths(group) == ["amber.safetensors", "old/amber.safetensors"]
    assert [(item.reached, item.suggested_name) for item in group.items] == [(True, ""), (False, "amber2")]
    assert "loads this one" in group.why
    write_adapter(app.host.roots()[0], "amber2")
    app.scan()
    assert [item.suggested_name for item in only(app, "name").items] == ["", "amber3"]
    assert app.duplicates.page("name", 30, 0).bytes == 0


@pytest.mark.parametrize(
    ("values", "why"),
    [({"favourite": True}, "favourite"), ({"rating": 3}, "3 of 5"), ({"notes": "x"}, "edited")],
)
def test_what_one_likes_is_kept(app: Application, values: dict[str, Any], why: str) -> None:
    confirm(app)
    adapter_id = edit(app, "old/amber.safetensors", values)
    group = only(app, "file")
    assert group.keep == group.items[0].found.card.id == adapter_id
    assert why in group.why
    assert group.items[0].edited == ("notes" in values)


def test_of_what_is_alike_the_newest_is_kept_then_that_of_the_shortest_path(app: Application) -> None:
    root = app.host.roots()[0]
    for folder in ("b", "a/deep"):
        (root / folder).mkdir(parents=True)
        shutil.copy2(root / "plain.safetensors", root / folder / f"{folder[0]}.safetensors")
    (root / "plain.safetensors").unlink()
    (root / "titled.safetensors").unlink()
    app.scan()
    confirm(app)
    (group,) = [group for group in groups(app, "file") if "amber.safetensors" not in paths(group)]
    assert "shortest path" in group.why
    assert paths(group)[0] == "b/b.safetensors"
    touch_later(root / "a/deep/a.safetensors")
    app.scan()
    confirm(app)
    (group,) = [group for group in groups(app, "file") if "amber.safetensors" not in paths(group)]
    assert "newest" in group.why
    assert paths(group)[0] == "a/deep/a.safetensors"


def test_what_is_missing_is_no_double(app: Application) -> None:
    confirm(app)
    (app.host.roots()[0] / "old" / "amber.safetensors").unlink()
    app.scan()
    assert groups(app, "file") == []
    assert groups(app, "name") == []


def test_bad_pages_are_refused(app: Application) -> None:
    for kind, limit, offset in (("other", 1, 0), ("file", 1000, 0), ("file", 1, -1)):
        with pytest.raises(BadInputError):
            app.duplicates.page(kind, limit, offset)


def why_not(app: Application, kind: str, *deleted: str) -> dict[str, str]:
    """What must not be deleted."""
    ids = {id_of(app, path): path for path in deleted}
    with app.database.read() as connection:
        return {ids[key]: why for key, why in check_deletable(connection, list(ids), kind).items()}


def test_only_what_has_a_certain_twin_that_stays_is_deleted(app: Application) -> None:
    both = ("amber.safetensors", "old/amber.safetensors")
    assert "not compared" in why_not(app, "file", both[1])[both[1]]
    confirm(app, [id_of(app, both[1])])
    assert "No other file" in why_not(app, "file", both[1])[both[1]], "the other one was not compared"
    confirm(app)
    assert why_not(app, "file", both[1]) == {}
    assert set(why_not(app, "file", *both)) == set(both), "one must stay"
    assert why_not(app, "tensors", "titled.safetensors") == {}
    assert why_not(app, "file", "titled.safetensors"), "another header"
    touch_later(app.host.roots()[0] / "amber.safetensors")
    assert "No other file" in why_not(app, "file", both[1])[both[1]], "it was changed since"
    (app.host.roots()[0] / "old" / "amber.safetensors").unlink()
    assert "not compared" in why_not(app, "file", both[1])[both[1]]
    with pytest.raises(BadInputError):
        why_not(app, "version", *both)


def test_deleting_as_duplicates_looks_once_more(app: Application) -> None:
    both = [id_of(app, "amber.safetensors"), id_of(app, "old/amber.safetensors")]
    other = id_of(app, "plain.safetensors")
    root = app.host.roots()[0]
    assert bulk(app, "delete", {"as_duplicates": "file"}, both[1:])["problem_count"] == 1, "not compared"
    confirm(app)
    told = bulk(app, "delete", {"as_duplicates": "file"}, [*both, other])
    assert (told["changed"], told["problem_count"]) == (0, 3)
    assert [bool(row.problem) for row in preview(app, "delete", {"as_duplicates": "file"}, [both[1], other])] == [
        False,
        True,
    ]
    assert bulk(app, "delete", {"as_duplicates": "file"}, [both[1], other])["changed"] == 1
    assert not (root / "old" / "amber.safetensors").exists()
    assert (root / "plain.safetensors").exists()
    with pytest.raises(BadInputError):
        app.bulk.action("delete").check({"as_duplicates": "version"})
