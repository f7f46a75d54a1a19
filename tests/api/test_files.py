from __future__ import annotations

from tests.api.conftest import Client
from tests.helpers.network_files import write_network_file


def test_another_name_another_folder_the_trash_and_back(owner: Client) -> None:
    adapter_id = owner.id_of("Amber Lantern")
    renamed = owner.send("POST", f"adapters/{adapter_id}/rename", {"name": "ochre"})
    assert (renamed["file_name"], renamed["name"]) == ("ochre.safetensors", "Amber Lantern")
    assert [name["tag_name"] for name in renamed["former_names"]] == ["amber"]
    moved = owner.send("POST", f"adapters/{adapter_id}/move", {"folder": "new/deep"})
    assert moved["relative_path"] == "new/deep/ochre.safetensors"
    undone = owner.ended(owner.send("POST", f"history/{moved['change_set']}/undo", status=202)["job"])
    assert (undone["result"]["reverted"], undone["result"]["skipped"]) == (1, [])
    assert owner.get(f"adapters/{adapter_id}")["relative_path"] == "ochre.safetensors"
    deleted = owner.send("DELETE", f"adapters/{adapter_id}")
    assert "Amber Lantern" not in [item["name"] for item in owner.get("adapters")["items"]]
    owner.send("POST", f"trash/{deleted['trash_id']}/restore")
    assert owner.id_of("Amber Lantern") == adapter_id


def test_an_old_tag_name_still_reaches_its_file_and_the_new_one_is_told(owner: Client) -> None:
    adapter_id = owner.id_of("Amber Lantern")
    owner.send("POST", f"adapters/{adapter_id}/rename", {"name": "ochre"})
    (parsed,) = owner.send("POST", "compose", {"prompt": "x <lora:amber:0.7>"})["adapters"]
    assert (parsed["id"], parsed["known"], parsed["renamed_to"]) == (adapter_id, True, "ochre")
    (parsed,) = owner.send("POST", "compose", {"prompt": "x <lora:ochre:0.7>"})["adapters"]
    assert "renamed_to" not in parsed
    write_network_file(owner.app.host.roots()[0] / "amber.safetensors", seed="another")
    owner.app.scan()
    (parsed,) = owner.send("POST", "compose", {"prompt": "x <lora:amber:0.7>"})["adapters"]
    assert parsed["id"] != adapter_id
    assert "renamed_to" not in parsed


def test_refusals_say_why(owner: Client) -> None:
    adapter_id = owner.id_of("Amber Lantern")
    assert "exists already" in owner.refused(409, "POST", f"adapters/{adapter_id}/rename", {"name": "plain"})
    assert "device" in owner.refused(400, "POST", f"adapters/{adapter_id}/rename", {"name": "NUL"})
    assert "dots" in owner.refused(400, "POST", f"adapters/{adapter_id}/move", {"folder": "../.."})
    assert "4096" in owner.refused(400, "POST", f"adapters/{adapter_id}/move", {"folder": "x" * 5000})
    owner.refused(422, "POST", f"adapters/{adapter_id}/move", {})
    owner.refused(404, "DELETE", "adapters/999999")
