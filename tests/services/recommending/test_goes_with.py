from __future__ import annotations

from pathlib import Path

from lora_manager.application import Application
from lora_manager.db.generations import GenerationRow, UseRow, record
from lora_manager.services.recommending.goes_with import companions
from tests.services.recommending.library import ask, ids_by_name, names, read_all, write_lora


def generate(app: Application, *adapter_ids: int, user: str | None = None) -> None:
    run = GenerationRow("x", "", "", "", "", "a", "", 1, 1, 1, 1.0, "", 1, 1.0, False, "", [], user)
    with app.database.write() as connection:
        record(connection, run, [], [UseRow(adapter_id, "x", 1.0, 1.0) for adapter_id in adapter_ids])


def ask_companions(app: Application, *adapter_ids: int, user: str = "") -> dict[int, float]:
    app.recommender.warm_up()
    index = app.recommender.index
    assert index is not None
    with app.database.read() as connection:
        return companions(connection, index, adapter_ids, user)


def test_what_was_used_together_goes_together(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    prompt = "a lantern <lora:amber:1>, <lora:owl:0.4> <lora:nowhere:1>"
    write_lora(root, "amber", "Amber", examples=[prompt, "two, <lora:owl:1>"])
    for name in ("moth", "fox", "owl"):
        write_lora(root, name, name.title())
    read_all(application)
    ids = ids_by_name(application)
    amber, moth, fox, owl = (ids[name] for name in ("Amber", "Moth", "Fox", "Owl"))
    for _ in range(3):
        generate(application, amber, moth)
    generate(application, amber, fox)
    found = ask_companions(application, amber)
    assert set(found) == {moth, fox, owl}
    assert 0 < found[owl] < found[moth] < 1
    assert found[fox] < found[moth]
    assert ask_companions(application, amber, moth).keys() == {fox, owl}
    assert ask_companions(application, 999) == {}
    assert ask_companions(application) == {}

    answer = ask(application, "", kind="with", ids=(amber,))
    assert names(answer)[0] == "Moth"
    assert answer.items[0].reason == "Goes with Amber."
    assert answer.items[0].why[0].kind == "co_use"
    by_tag = ask(application, "<lora:amber:1>", kind="with")
    assert names(by_tag) == names(answer)
    assert "Moth" in names(ask(application, "a picture <lora:amber:1>"))


def test_a_prompt_of_a_third_adapter_tells_of_both(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    pages = {"amber": [], "moth": [], "fox": ["a den <lora:amber:1> <lora:moth:0.5>", "alone <lora:fox:1>"]}
    for name, examples in pages.items():
        write_lora(root, name, name.title(), examples=examples)
    read_all(application)
    ids = ids_by_name(application)
    found = ask_companions(application, ids["Amber"])
    assert found.keys() == {ids["Moth"], ids["Fox"]}
    assert found[ids["Moth"]] == found[ids["Fox"]] > 0
    assert ask_companions(application, ids["Moth"]).keys() == {ids["Amber"], ids["Fox"]}
    assert ask_companions(application, ids["Amber"], ids["Moth"]).keys() == {ids["Fox"]}


def test_other_versions_of_it_do_not_go_with_it(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    prompt = "side by side <lora:amber_v1:1> <lora:amber_v2:1> <lora:moth:1>"
    write_lora(root, "amber_v1", "Amber", examples=[prompt], model_id=7)
    write_lora(root, "amber_v2", "Amber two", model_id=7)
    write_lora(root, "moth", "Moth")
    read_all(application)
    ids = ids_by_name(application)
    assert ask_companions(application, ids["Amber"]).keys() == {ids["Moth"]}
    assert ask_companions(application, ids["Moth"]).keys() == {ids["Amber"], ids["Amber two"]}


def test_each_user_has_their_own_history(application: Application, tmp_path: Path) -> None:
    root = tmp_path / "Lora"
    for name in ("amber", "moth"):
        write_lora(root, name, name.title())
    read_all(application)
    ids = ids_by_name(application)
    generate(application, ids["Amber"], ids["Moth"], user="ada")
    assert ask_companions(application, ids["Amber"], user="ada").keys() == {ids["Moth"]}
    assert ask_companions(application, ids["Amber"], user="bob") == {}
