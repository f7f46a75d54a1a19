from __future__ import annotations

from pathlib import Path

from lora_manager.application import Application
from lora_manager.services.recommending.likeness import present_likeness
from lora_manager.services.recommending.presenting import Presenter
from lora_manager.services.recommending.scope import scope_of
from lora_manager.services.recommending.similar import Likeness
from lora_manager.services.recommending.suggestions import Suggestion
from tests.services.recommending.library import ids_by_name, read_all, write_lora


def present(app: Application, found: Likeness) -> list[Suggestion]:
    with app.database.read() as connection:
        scope = scope_of(connection, app.catalogue, app.roots(), "SDXL", any_base=True)
        return present_likeness(connection, Presenter(app.finder), scope, found, 3, "")


def test_an_author_is_folded_and_what_is_alike_is_said(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    same = "glowing lamps of glass at dusk, made by hand, bright and warm"
    write_lora(root, "a", "Amber", author="ada", description=same)
    write_lora(root, "m", "Moth", author="ada", description=same)
    write_lora(root, "f", "Fox", author="ada", description="quick animals that run across snowy hills, seen from afar")
    write_lora(root, "o", "Owl", author="eve", description=same)
    read_all(application)
    ids = [ids_by_name(application)[name] for name in ("Amber", "Moth", "Fox", "Owl")]
    parts = {
        ids[0]: {"text": 0.6, "look": 0.3},
        ids[1]: {"text": 0.5},
        ids[2]: {"technical": 0.4},
        ids[3]: {"text": 0.2},
    }
    scores = {adapter_id: sum(part.values()) for adapter_id, part in parts.items()}
    found = present(application, Likeness("fused", ("fused", "text"), scores, parts))
    assert [item.found.card.name for item in found] == ["Amber", "Fox", "Owl"]
    assert [(one.name, one.why) for one in found[0].folded] == [("Moth", "author")]
    assert [(why.kind, why.text) for why in found[0].why] == [
        ("words", "Their texts are alike."),
        ("vector", "Its pictures look alike."),
    ]
    assert found[1].reason == "It was trained in a similar way."
    assert found[0].fit.kind == "not"
    assert [item.position for item in found] == [0, 1, 2]


def test_nothing_alike_is_nothing_shown(application: Application) -> None:
    assert present(application, Likeness("text", ("text",), {}, {})) == []
