from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.formats.walk import FileStat, Folder
from lora_manager.services.library.units import FolderUnits, claimed_unit, group_folder, join


def group(*names: str, folder: str = "f") -> FolderUnits:
    return group_folder(Folder(folder, {name: FileStat(number, 10, 0) for number, name in enumerate(names, 1)}))


def attached(*names: str) -> dict[str, list[str]]:
    """The sidecars of each network file."""
    return {unit.name: sorted(unit.sidecars) for unit in group(*names).units}


def test_a_path_is_joined_with_a_slash() -> None:
    assert join("", "a.pt") == "a.pt"
    assert join("x/y", "a.pt") == "x/y/a.pt"


def test_network_files_are_told_by_extension_in_any_case() -> None:
    names = ["a.safetensors", "b.SAFETENSORS", "c.pt", "d.Ckpt", "e.bin", "f.png", "g.safetensors.part", "h", ".pt"]
    units = group(*names).units
    assert [unit.name for unit in units] == ["a.safetensors", "b.SAFETENSORS", "c.pt", "d.Ckpt", "e.bin"]
    assert units[1].relative_path == "f/b.SAFETENSORS"


def test_every_kind_of_sidecar_name_belongs_to_its_stem() -> None:
    own = [
        "a.json", "a.civitai.info", "a.metadata.json", "a.cm-info.json", "a.api_info.json", "a.swarm.json", "a.txt",
        "a.safetensors.rgthree-info.json", "a.safetensors.json",
    ]  # fmt: skip
    grouped = group("a.safetensors", *own, "a.png", "readme.md")
    assert sorted(grouped.units[0].sidecars) == sorted(own)
    assert grouped.orphans == {}


def test_a_stem_with_dots_keeps_them() -> None:
    assert attached("a.v1.safetensors", "a.safetensors", "a.v1.json", "a.json") == {
        "a.v1.safetensors": ["a.v1.json"],
        "a.safetensors": ["a.json"],
    }


def test_case_is_only_asked_when_nothing_matches_exactly() -> None:
    assert attached("Amber.safetensors", "amber.JSON") == {"Amber.safetensors": ["amber.JSON"]}
    assert attached("Amber.safetensors", "amber.pt", "amber.json", "AMBER.civitai.info") == {
        "Amber.safetensors": ["AMBER.civitai.info"],
        "amber.pt": ["AMBER.civitai.info", "amber.json"],
    }


def test_files_of_one_stem_share_a_sidecar() -> None:
    assert attached("a.safetensors", "a.pt", "a.json", "a.pt.json") == {
        "a.safetensors": ["a.json"],
        "a.pt": ["a.json", "a.pt.json"],
    }


def test_what_has_no_model_is_an_orphan_but_a_text_is_just_a_text() -> None:
    grouped = group("a.safetensors", "b.json", "b.txt", "c.civitai.info", "notes.txt")
    assert sorted(grouped.orphans) == ["b.json", "c.civitai.info"]
    assert grouped.units[0].sidecars == {}


def test_a_description_may_say_so_in_its_name() -> None:
    """AUTOMATIC1111 reads `a.txt`, and `a.description.txt` where there is no such file."""
    assert attached("a.pt", "A.Description.TXT") == {"a.pt": ["A.Description.TXT"]}
    assert attached("a.pt", "a.description.txt", "a.txt") == {"a.pt": ["a.txt"]}
    assert attached("a.pt", "a.description.pt", "a.description.txt") == {
        "a.pt": [],
        "a.description.pt": ["a.description.txt"],
    }


def test_previews_belong_to_their_stem() -> None:
    units = {unit.stem: unit for unit in group("a.pt", "a.png", "A.preview.jpeg", "b.pt", "c.png").units}
    assert units["a"].preview == "A.preview.jpeg"
    assert units["a"].preview_stat == FileStat(3, 10, 0)
    assert units["b"].preview is None


def test_the_fingerprint_moves_with_everything_that_is_read() -> None:
    files = {"a.pt": FileStat(1, 10, 5), "a.json": FileStat(2, 10, 6), "a.png": FileStat(3, 10, 7)}

    def fingerprint(**changes: FileStat | None) -> str:
        changed = {**files, **{name.replace("_", "."): info for name, info in changes.items()}}
        (unit,) = group_folder(Folder("", {name: info for name, info in changed.items() if info})).units
        return unit.fingerprint()

    same = fingerprint()
    assert fingerprint(a_pt=FileStat(1, 10, 99)) == same, "the inode alone is no change"
    others = [
        fingerprint(a_pt=FileStat(2, 10, 5)),
        fingerprint(a_pt=FileStat(1, 11, 5)),
        fingerprint(a_json=FileStat(2, 11, 6)),
        fingerprint(a_json=FileStat(4, 10, 6)),
        fingerprint(a_json=None),
        fingerprint(a_png=FileStat(3, 11, 7)),
        fingerprint(a_png=None),
        fingerprint(a_txt=FileStat(1, 1, 1)),
    ]
    assert same not in others
    assert len(set(others)) == len(others)


def claimed(claims: list[str], *names: str) -> str | None:
    unit = claimed_unit(group(*names).units, claims)
    return unit.name if unit else None


def test_a_claim_is_matched_by_name_and_then_by_stem() -> None:
    assert claimed(["b.safetensors"], "a.safetensors", "b.safetensors") == "b.safetensors"
    assert claimed(["B.SafeTensors"], "b.safetensors") == "b.safetensors"
    assert claimed(["nowhere.pt", "b.pt"], "a.pt", "b.pt") == "b.pt"
    assert claimed(["b.zip"], "b.ckpt", "b.bin", "b.pt", "b.safetensors") == "b.safetensors"
    assert claimed(["b.zip"], "b.ckpt", "b.bin", "b.pt") == "b.pt"
    assert claimed(["b.zip"], "b.ckpt", "b.bin") == "b.bin"
    assert claimed(["b"], "b.ckpt") == "b.ckpt"
    assert claimed(["b.zip", "a.pt"], "b.pt", "a.pt") == "a.pt", "a whole name says more than a stem"
    assert claimed(["c.pt"], "a.pt") is None
    assert claimed([], "a.pt") is None


NAMES = st.sampled_from(["a", "A", "b", "a.v2", "a.safetensors"])
SUFFIXES = st.sampled_from([".safetensors", ".pt", ".json", ".civitai.info", ".txt", ".png", ".rgthree-info.json", ""])


@given(st.sets(st.builds(str.__add__, NAMES, SUFFIXES), max_size=12))
def test_no_record_is_lost_and_none_is_both_attached_and_an_orphan(names: set[str]) -> None:
    grouped = group(*sorted(names))
    taken = {name for unit in grouped.units for name in unit.sidecars}
    assert not taken & set(grouped.orphans)
    records = {name for name in names if name.endswith((".json", ".info"))}
    assert records - {".json", ".civitai.info"} <= taken | set(grouped.orphans)
    assert len({unit.name for unit in grouped.units}) == len(grouped.units)
