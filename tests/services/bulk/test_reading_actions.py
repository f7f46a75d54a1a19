from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.actor import CLI, Actor
from lora_manager.services.bulk import reading_actions as module
from lora_manager.services.change_context import ChangeContext
from tests.helpers.network_files import a1111_metadata, write_adapter
from tests.helpers.shelf import everything, keep_times

CONTEXT = ChangeContext(0, Actor(CLI), lambda *_: None, lambda: False)


@pytest.fixture
def root(application: Application) -> Path:
    root = Path(application.host.roots()[0])
    for name in ("amber", "moth"):
        write_adapter(root, name, a1111_metadata(notes="aaaa"))
    application.scan()
    return root


def test_they_are_read_again_though_nothing_seems_to_have_changed(application: Application, root: Path) -> None:
    for name in ("amber", "moth"):
        path = root / f"{name}.json"
        keep_times(path, path.read_bytes().replace(b"aaaa", b"bbbb"))
    assert application.scan().updated == 0
    first = everything(application, sort="name")[0]
    reread = application.bulk.action("reread")
    assert reread.run([first], reread.check({}), CONTEXT).changed == 1
    with application.database.read() as connection:
        notes = connection.exec_driver_sql("SELECT notes FROM adapter ORDER BY name").scalars().all()
    assert notes == ["bbbb", "aaaa"]


def test_the_tags_of_several_as_one_text(application: Application, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = application.bulk.action("copy_tags")
    result = copy.run(everything(application, sort="name"), copy.check({}), CONTEXT)
    assert result.changed == 2
    assert result.extra["text"].split(" ")[0].startswith("<lora:amber:")
    monkeypatch.setattr(module, "MOST_TAGS", 1)
    with pytest.raises(BadInputError, match="At most 1"):
        copy.run([1, 2], {}, CONTEXT)
