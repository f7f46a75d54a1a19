from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from lora_manager.db.rows import OwnHash, StoredSidecar
from lora_manager.formats.packing import unpack
from lora_manager.formats.walk import walk
from lora_manager.services.library.describe import (
    STALE_SECONDS,
    Reading,
    describe,
    read_sidecar_file,
)
from lora_manager.services.library.units import group_folder
from tests.helpers.network_files import (
    a1111_metadata,
    civitai_model,
    civitai_version,
    network_file_bytes,
    write_adapter,
    write_json,
    write_network_file,
)
from tests.helpers.network_files import write_raw_header as raw
from tests.helpers.shelf import keep_times


def read(root: Path, stored: dict[str, StoredSidecar] | None = None) -> Reading:
    """Describe the one network file in a folder."""
    (unit,) = [unit for folder in walk(root, []) for unit in group_folder(folder).units]
    return describe(root, 1, unit, stored or {})


def kinds(reading: Reading) -> list[str]:
    return [problem.kind for problem in reading.problems]


def test_a_file_alone_is_known_by_its_name_and_header(tmp_path: Path) -> None:
    write_network_file(tmp_path / "s" / "amber_v2.safetensors", metadata={"ss_network_dim": "4"})
    reading = read(tmp_path)
    file, adapter = reading.described.file, reading.described.adapter
    assert (file.relative_path, file.folder, file.name, file.stem) == (
        "s/amber_v2.safetensors", "s", "amber_v2.safetensors", "amber_v2",
    )  # fmt: skip
    assert (file.state, file.algorithm, file.rank, file.alpha, file.dtype) == ("present", "LoRA", 4, 4.0, "F16")
    assert (adapter.name, adapter.sources["name"]) == ("amber_v2", "file_name")
    assert (adapter.base_model, adapter.family) == ("SD 1.5", "SD 1.5")
    assert file.header is not None
    assert json.loads(unpack(file.header)) == {"ss_network_dim": "4"}
    assert reading.problems == []


def test_what_its_record_says_is_taken(tmp_path: Path) -> None:
    write_adapter(tmp_path, "amber", civitai_model("Amber Lantern", "amber.safetensors"), preview=True)
    reading = read(tmp_path)
    adapter, file = reading.described.adapter, reading.described.file
    assert (adapter.name, adapter.version) == ("Amber Lantern", "v1.0")
    assert (adapter.author_username, adapter.weight, adapter.visibility) == ("paper_moth", 0.7, "Public")
    assert (adapter.model_id, adapter.version_id, adapter.supports_generation) == (11, 21, True)
    assert adapter.trained_words == ["lantern light"]
    assert reading.described.tags == ["lantern", "style"]
    assert reading.described.trigger_groups == [["lantern light"]]
    assert "Draws lanterns at dusk" in reading.described.description_text
    assert file.preview == "amber.preview.png"
    assert file.preview_version
    assert (file.download_url, file.published_name) == ("https://models.example/files/31", "amber.safetensors")
    (sidecar,) = reading.described.sidecars
    assert (sidecar.relative_path, sidecar.format, sidecar.claims) == (
        "amber.json", "civitai_model", ["amber.safetensors"],
    )  # fmt: skip


def test_several_records_are_merged_by_precedence(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors")
    write_json(tmp_path / "a.json", a1111_metadata())
    write_json(tmp_path / "a.civitai.info", civitai_version("Amber", "a.safetensors"))
    (tmp_path / "a.txt").write_text("my own words on it", encoding="utf-8")
    described = read(tmp_path).described
    assert (described.adapter.name, described.adapter.weight) == ("Amber", 0.8)
    assert described.adapter.sources["weight"] == "a1111"
    assert described.adapter.negative_text == "daylight"
    assert described.trigger_groups[0] == ["lantern light", "dusk"]
    assert "my own words" in described.description_text
    assert {sidecar.format for sidecar in described.sidecars} == {"a1111", "civitai_version", "text"}


def test_a_claimed_hash_is_a_claim(tmp_path: Path) -> None:
    digest = "AB" * 32
    write_adapter(tmp_path, "a", civitai_model("A", "a.safetensors", file_hashes={"SHA256": digest}))
    file = read(tmp_path).described.file
    assert (file.sha256, file.sha256_state) == (digest.lower(), "claimed")


def test_an_embedded_hash_is_kept(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors", metadata={"sshs_model_hash": "0x" + "aB" * 32})
    assert read(tmp_path).described.file.autov3 == "abababababab"


@pytest.mark.parametrize("name", ["a.pt", "a.ckpt", "a.bin", "A.PT"])
def test_a_pickle_is_listed_and_never_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04 not even a pickle")
    reading = read(tmp_path)
    assert (reading.described.file.state, reading.problems) == ("present", [])
    assert reading.described.file.header is None


def test_a_file_shorter_than_its_header_says_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(network_file_bytes()[:-10])
    reading = read(tmp_path)
    assert (reading.described.file.state, reading.problems) == ("incomplete", [])


def test_an_incomplete_file_that_nobody_writes_any_more_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(network_file_bytes()[:-10])
    for age, expected in ((STALE_SECONDS - 60, []), (STALE_SECONDS + 60, ["incomplete"])):
        then = time.time() - age
        os.utime(path, (then, then))
        reading = read(tmp_path)
        assert (reading.described.file.state, kinds(reading)) == ("incomplete", expected)
    (tmp_path / "a.safetensors").write_bytes(network_file_bytes()[:20])
    assert kinds(read(tmp_path)) == ["incomplete"], "a header that is cut off is no download under way"


def test_a_broken_header_is_a_problem_and_the_record_is_used(tmp_path: Path) -> None:
    raw(tmp_path / "a.safetensors", b"not json", body=b"\0" * 64)
    write_json(tmp_path / "a.json", civitai_model("Amber", "a.safetensors"))
    reading = read(tmp_path)
    assert kinds(reading) == ["bad_header"]
    assert (reading.described.adapter.name, reading.described.file.state) == ("Amber", "present")


def test_a_broken_record_is_a_problem_and_the_others_are_used(tmp_path: Path) -> None:
    write_adapter(tmp_path, "a", civitai_model("Amber", "a.safetensors"))
    (tmp_path / "a.civitai.info").write_text('{"name": ', encoding="utf-8")
    reading = read(tmp_path)
    assert kinds(reading) == ["broken_json"]
    assert reading.described.adapter.name == "Amber"
    unreadable = next(row for row in reading.described.sidecars if row.relative_path == "a.civitai.info")
    assert (unreadable.format, unreadable.document) == ("unreadable", None)


def test_a_record_that_is_read_in_part_says_which_part(tmp_path: Path) -> None:
    write_adapter(tmp_path, "a", civitai_model("Amber", "a.safetensors", tags="style", nsfwLevel=[]))
    reading = read(tmp_path)
    assert kinds(reading) == ["partly_read"]
    assert reading.described.adapter.name == "Amber"


def test_a_record_of_another_program_is_read_and_wins_over_the_header(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors", metadata={"modelspec.title": "Old", "modelspec.author": "folder"})
    write_json(tmp_path / "a.swarm.json", {"modelspec.title": "Amber"})
    reading = read(tmp_path)
    assert kinds(reading) == []
    assert reading.described.sidecars[0].format == "swarmui"
    adapter = reading.described.adapter
    assert (adapter.name, adapter.author_username) == ("Amber", "folder")
    assert (adapter.sources["name"], adapter.sources["author_username"]) == ("swarmui", "modelspec")


RECORDS = {
    "amber.json": ("a1111", {"activation text": "x", "notes": "mine"}),
    "amber.civitai.info": ("civitai_version", {"modelId": 1, "id": 2, "name": "v", "model": {"name": "Amber"}}),
    "amber.cm-info.json": ("stability_matrix", {"ModelId": 1, "ModelName": "Amber"}),
    "amber.metadata.json": ("comfyui_lora_manager", {"file_name": "amber", "model_name": "Amber"}),
    "amber.api_info.json": ("civitai_model", civitai_model("Amber", "amber.safetensors")),
    "amber.swarm.json": ("swarmui", {"modelspec.title": "Amber"}),
    "amber.safetensors.rgthree-info.json": ("rgthree", {"name": "Amber", "trainedWords": [], "raw": {}}),
    "amber.safetensors.json": ("kohya", {"ss_output_name": "amber"}),
    "amber.txt": ("text", "mine"),
}


def test_the_records_of_all_programs_beside_one_file_are_read(tmp_path: Path) -> None:
    write_network_file(tmp_path / "amber.safetensors")
    for name, (_, document) in RECORDS.items():
        if isinstance(document, str):
            (tmp_path / name).write_text(document, "utf-8")
        else:
            write_json(tmp_path / name, document)
    reading = read(tmp_path)
    assert kinds(reading) == []
    found = {row.relative_path: row.format for row in reading.described.sidecars}
    assert found == {name: form for name, (form, _) in RECORDS.items()}


def test_what_its_user_said_in_another_program_is_carried_over(tmp_path: Path) -> None:
    write_adapter(tmp_path, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    own = {
        "file_name": "amber",
        "model_name": "x",
        "favorite": True,
        "notes": "mine",
        "usage_tips": '{"strength": 0.4}',
    }
    write_json(tmp_path / "amber.metadata.json", {**own, "usage_tips": '{"strength": 0.4}'})
    (tmp_path / "amber.txt").write_text("in my own words", "utf-8")
    adapter = read(tmp_path).described.adapter
    assert (adapter.favourite, adapter.rating, adapter.notes, adapter.weight) == (True, 0, "mine", 0.4)
    assert (adapter.name, adapter.description) == ("Amber Lantern", "in my own words")
    assert {key: adapter.sources[key] for key in ("favourite", "notes", "weight", "description_html", "name")} == {
        **dict.fromkeys(("favourite", "notes", "weight"), "comfyui_lora_manager"),
        "description_html": "text",
        "name": "civitai_model",
    }
    assert "rating" not in adapter.sources


def test_the_base_model_remembers_whose_word_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"x")  # a pickle is never opened, so that only the record speaks
    write_json(tmp_path / "a.json", {"name": "A", "file": "a.pt", "prefix": "", "version": "flux1"})
    adapter = read(tmp_path).described.adapter
    assert (adapter.base_model, adapter.sources["base_model"]) == ("Flux.1", "draw_things")
    write_json(tmp_path / "a.cm-info.json", {"ModelName": "A", "BaseModel": "Pony"})
    adapter = read(tmp_path).described.adapter
    assert (adapter.base_model, adapter.sources["base_model"]) == ("Pony", "civitai")


def test_a_range_of_weights_says_whose_it_is(tmp_path: Path) -> None:
    civitai = civitai_model("Amber", "amber.safetensors", description="<p>Use it at a weight of 0.6 - 0.8</p>")
    write_adapter(tmp_path, "amber", civitai)
    row = read(tmp_path).described.adapter
    assert (row.weight, row.weight_min, row.weight_max) == (0.7, 0.6, 0.8)
    assert row.sources["weight_min"] == row.sources["weight_max"] == "civitai_model"
    assert (row.sources["description"], row.sources["trigger_groups"]) == ("civitai_model", "civitai_version")
    tips = {"file_name": "amber", "model_name": "Amber", "usage_tips": '{"strength_min": 0.2}'}
    write_json(tmp_path / "amber.metadata.json", tips)
    row = read(tmp_path).described.adapter
    assert (row.weight_min, row.weight_max, row.sources["weight_min"]) == (0.2, None, "comfyui_lora_manager")


def test_downloads_and_stars(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors", metadata={"ssmd_rating": "4"})
    write_json(tmp_path / "a.cm-info.json", {"ModelName": "A", "Stats": {"downloadCount": 1234}, "BaseModel": "Pony"})
    adapter = read(tmp_path).described.adapter
    assert (adapter.downloads, adapter.rating, adapter.base_model) == (1234, 4, "SD 1.5")
    assert (adapter.sources["downloads"], adapter.sources["rating"]) == ("stability_matrix", "kohya")


@pytest.mark.parametrize("count", [-1, None, "x", 1e300, True, []])
def test_downloads_that_are_no_count_are_none(tmp_path: Path, count: object) -> None:
    write_network_file(tmp_path / "a.safetensors")
    write_json(tmp_path / "a.cm-info.json", {"ModelName": "A", "Stats": {"downloadCount": count}})
    adapter = read(tmp_path).described.adapter
    assert adapter.downloads is None
    assert "downloads" not in adapter.sources


def test_the_network_is_described_with_its_evidence(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors", metadata={"ss_network_alpha": "2", "ss_sd_model_name": "m"})
    write_json(tmp_path / "a.cm-info.json", {"ModelName": "A", "BaseModel": "Pony"})
    file = read(tmp_path).described.file
    assert (file.naming, file.details["trainer"], file.details["alphas"]) == ("kohya", "kohya", [2.0])
    assert sum(file.details["modules"].values()) == sum(file.details["ranks"].values()) > 0
    assert [each["source"] for each in file.details["evidence"]] == ["tensors", "civitai"]
    assert json.loads(json.dumps(file.details)) == file.details


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot hold such a name")
@pytest.mark.parametrize("stem", ["a:b", "a<b", "a>b", "a\nb", "a\x7fb"])
def test_a_name_that_no_tag_can_hold_is_a_problem(tmp_path: Path, stem: str) -> None:
    write_network_file(tmp_path / f"{stem}.safetensors")
    assert kinds(read(tmp_path)) == ["name_not_for_tags"]


def stored_of(reading: Reading) -> dict[str, StoredSidecar]:
    """What the database would hold after this reading."""
    return {
        row.relative_path: StoredSidecar(row.size, row.mtime_ns, row.format, row.claims, row.document)
        for row in reading.described.sidecars
    }


def test_a_record_of_the_same_size_and_time_is_not_read_again(tmp_path: Path) -> None:
    write_adapter(tmp_path, "a", civitai_model("Amber", "a.safetensors"))
    stored = stored_of(read(tmp_path))
    keep_times(tmp_path / "a.json", (tmp_path / "a.json").read_bytes().replace(b"Amber", b"Other"))
    assert read(tmp_path, stored).described.adapter.name == "Amber"
    assert read(tmp_path).described.adapter.name == "Other"
    write_json(tmp_path / "a.json", civitai_model("A longer name", "a.safetensors"))
    assert read(tmp_path, stored).described.adapter.name == "A longer name"


@pytest.mark.parametrize("text", ["words, no JSON", "", "\ufeffwith a mark"])
def test_a_text_beside_a_file_is_its_description(tmp_path: Path, text: str) -> None:
    write_network_file(tmp_path / "a.safetensors")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    first = read(tmp_path)
    again = read(tmp_path, stored_of(first))
    assert first.described.description_text == again.described.description_text == text.lstrip("\ufeff")
    assert first.problems == again.problems == []


def test_a_record_that_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    write_adapter(tmp_path, "a")
    path = tmp_path / "a.json"
    path.write_text('{"name": "x"', encoding="utf-8")
    stored = stored_of(read(tmp_path))
    assert kinds(read(tmp_path, stored)) == ["broken_json"]


def test_a_text_that_is_too_long_is_a_problem(tmp_path: Path) -> None:
    write_network_file(tmp_path / "a.safetensors")
    (tmp_path / "a.txt").write_text("x" * (1024 * 1024 + 1), encoding="utf-8")
    assert kinds(read(tmp_path)) == ["too_large"]


def test_reading_a_sidecar_gives_the_value_and_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_sidecar_file(tmp_path / "a.json") == ({"a": 1}, b'\xef\xbb\xbf{"a": 1}')
    (tmp_path / "a.TXT").write_bytes(b"caf\xe9")
    assert read_sidecar_file(tmp_path / "a.TXT") == ("caf\ufffd", b"caf\xe9")


def test_a_fingerprint_says_whether_all_could_be_read_and_if_not_why(tmp_path: Path) -> None:
    write_adapter(tmp_path, "a", civitai_model("A", "a.safetensors"))
    (unit,) = [unit for folder in walk(tmp_path, []) for unit in group_folder(folder).units]
    whole = describe(tmp_path, 1, unit, {}).described.file.fingerprint
    assert whole == unit.fingerprint()
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    unread = [describe(tmp_path, 1, unit, {}).described.file.fingerprint for _ in range(2)]
    assert unread[0] == unread[1] != whole
    assert unread[0].startswith("unread:")
    (tmp_path / "a.safetensors").unlink()
    assert describe(tmp_path, 1, unit, {}).described.file.fingerprint not in (whole, *unread)


@pytest.mark.parametrize(("own", "kind"), [("ab" * 32, []), ("cd" * 32, ["hash_differs"])])
def test_with_its_own_hash_each_record_is_compared(tmp_path: Path, own: str, kind: list[str]) -> None:
    write_adapter(tmp_path, "a", civitai_model("A", "a.safetensors", file_hashes={"SHA256": "AB" * 32}))
    (unit,) = [unit for folder in walk(tmp_path, []) for unit in group_folder(folder).units]
    reading = describe(tmp_path, 1, unit, {}, OwnHash(own, None))
    assert kinds(reading) == kind
    assert reading.described.own_hash == OwnHash(own, None)
    assert kinds(describe(tmp_path, 1, unit, {})) == []
