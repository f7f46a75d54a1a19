from __future__ import annotations

from typing import Any

import pytest

from lora_manager.formats.sidecars.version_choice import choose_file, choose_version, file_names_of, size_contradicts
from tests.formats.sidecars.documents import SHA_NEW, SHA_OLD, file_record, local, model, version, version_document


def chosen(versions: list[dict[str, Any]], **file: Any) -> str | None:
    choice = choose_version(versions, local(**file))
    assert (choice.version is None) == bool(choice.reason)
    return None if choice.version is None else choice.version["name"]


def with_hash(number: int, key: str, value: str) -> dict[str, Any]:
    return version(number, [file_record("same.safetensors", 5_000, hashes={key: value})])


@pytest.mark.parametrize(
    ("key", "value", "known"),
    [
        ("SHA256", SHA_OLD.upper(), {"sha256": SHA_OLD}),
        ("AutoV2", SHA_OLD[:10].upper(), {"sha256": SHA_OLD}),
        ("AutoV3", "ABCDEF012345", {"autov3": "abcdef012345"}),
        ("BLAKE3", SHA_OLD, {"blake3": SHA_OLD}),
        ("CRC32", "0BADCAFE", {"crc32": "0badcafe"}),
    ],
)
def test_any_hash_decides_against_size_and_name(key: str, value: str, known: dict[str, str]) -> None:
    versions = [version(2, [file_record("same.safetensors", 9_000)]), with_hash(1, key, value)]
    assert chosen(versions, name="same.safetensors", size=9_000, **known) == "v1"


def test_hash_of_nothing_proves_nothing() -> None:
    versions = [version(3), with_hash(2, "AutoV3", "e3b0c44298fc"), with_hash(1, "AutoV3", "e3b0c44298fc")]
    assert chosen(versions, name="other.safetensors", size=1, autov3="e3b0c44298fc") is None


def test_same_content_in_two_versions_is_the_newer() -> None:
    versions = [with_hash(2, "SHA256", SHA_OLD), with_hash(1, "SHA256", SHA_OLD)]
    assert chosen(versions, name="renamed.safetensors", size=5_000, sha256=SHA_OLD) == "v2"


def test_the_hash_of_the_file_comes_before_that_of_its_weights() -> None:
    weights = {"AutoV3": "ABCDEF012345"}
    named = version(3, [file_record("same.safetensors", 5_000, hashes=weights)])
    exact = version(2, [file_record("other.safetensors", 5_000, hashes={**weights, "SHA256": SHA_OLD})])
    known = {"sha256": SHA_OLD, "autov3": "abcdef012345"}
    assert chosen([named, exact], name="same.safetensors", size=5_000, **known) == "v2"
    assert chosen([named, exact], name="same.safetensors", size=5_000, autov3="abcdef012345") == "v3"


def test_an_older_local_file_is_not_the_newest_version() -> None:
    assert chosen([version(2), version(1)], name="renamed by hand.safetensors", size=1_000_000) == "v1"


def test_sizes_that_differ_by_less_than_a_kilobyte_are_told_apart_to_the_byte() -> None:
    versions = [
        version(2, [file_record("b.safetensors", 1_000_300)]),
        version(1, [file_record("a.safetensors", 1_000_000)]),
    ]
    assert chosen(versions, name="x.safetensors", size=1_000_000) == "v1"
    assert chosen(versions, name="x.safetensors", size=1_000_300) == "v2"


def test_nearly_the_size_is_enough_when_only_one_has_it() -> None:
    versions = [version(2), version(1)]
    assert chosen(versions, name="x.safetensors", size=1_000_700) == "v1"


def test_nearly_the_size_of_several_is_broken_by_name() -> None:
    versions = [
        version(2, [file_record("b.safetensors", 1_000_300)]),
        version(1, [file_record("a.safetensors", 1_000_000)]),
    ]
    assert chosen(versions, name="a.safetensors", size=1_000_150) == "v1"
    assert chosen(versions, name="x.safetensors", size=1_000_150) is None


@pytest.mark.parametrize(
    "name",
    [
        "Glow_ v1.safetensors",  # the colon cannot be in a file name
        "glow_v1.safetensors",
        "GLOW: V1.safetensors".replace(":", "_"),
        "Glow_ v1 (1).safetensors",
        "Glow_ v1(2).safetensors",
        "Glow_ v1 - Copy.safetensors",
    ],
)
def test_equal_sizes_are_broken_by_name_as_downloaders_write_it(name: str) -> None:
    versions = [
        version(2, [file_record("Glow: v2.safetensors", 4_000)]),
        version(1, [file_record("Glow: v1.safetensors", 4_000)]),
    ]
    assert chosen(versions, name=name, size=4_000) == "v1"


def test_the_exact_name_wins_over_one_that_only_looks_like_it() -> None:
    versions = [
        version(2, [file_record("glow.safetensors", 4_000)]),
        version(1, [file_record("glow (1).safetensors", 4_000)]),
    ]
    assert chosen(versions, name="glow (1).safetensors", size=4_000) == "v1"
    assert chosen(versions, name="glow.safetensors", size=4_000) == "v2"


def test_composed_and_decomposed_names_are_the_same() -> None:
    versions = [
        version(2, [file_record("e\u0301t\u00e9.safetensors", 4_000)]),
        version(1, [file_record("x.pt", 4_000)]),
    ]
    assert chosen(versions, name="\u00e9te\u0301.safetensors", size=4_000) == "v2"


def test_the_extension_breaks_what_stem_and_size_do_not() -> None:
    versions = [version(2, [file_record("glow.pt", 4_000)]), version(1, [file_record("glow.safetensors", 4_000)])]
    assert chosen(versions, name="glow.safetensors", size=4_000) == "v1"


def test_equal_sizes_and_a_name_of_neither_stay_unknown() -> None:
    versions = [version(2, [file_record("b.safetensors", 4_000)]), version(1, [file_record("a.safetensors", 4_000)])]
    choice = choose_version(versions, local("renamed.safetensors", 4_000))
    assert choice.version is None
    assert "2 versions have a file of this size" in choice.reason


def test_the_size_says_not_the_named_one() -> None:
    # The name of v3, the size of v1 and v2: v3 it cannot be.
    versions = [
        version(3, [file_record("glow.safetensors", 9_000)]),
        version(2, [file_record("b.safetensors", 4_000)]),
        version(1, [file_record("a.safetensors", 4_000)]),
    ]
    assert chosen(versions, name="glow.safetensors", size=4_000) is None


@pytest.mark.parametrize("size", [None, "12.5", True, -1, 0, 10**400, {}])
def test_a_file_of_unknown_size_and_the_right_name_stands_beside_those_of_the_right_size(size: Any) -> None:
    named = file_record("glow.safetensors")
    named["sizeKB"] = size
    versions = [version(2, [named]), version(1, [file_record("older.safetensors", 4_000)])]
    assert chosen(versions, name="glow.safetensors", size=4_000) == "v2"
    assert chosen(versions, name="renamed.safetensors", size=4_000) == "v1"


def test_name_alone_when_no_size_fits() -> None:
    assert chosen([version(2), version(1)], name="lantern_v1.safetensors", size=77) == "v1"
    same = [version(n, [file_record("same.safetensors", n * 5_000)]) for n in (2, 1)]
    assert chosen(same, name="same.safetensors", size=77) is None


def test_only_one_version_needs_no_proof() -> None:
    assert chosen([version(1)], name="anything.pt", size=3) == "v1"


def test_nothing_fits() -> None:
    choice = choose_version([version(2), version(1)], local("other.safetensors", 3))
    assert (choice.version, choice.file) == (None, None)
    assert choice.reason == "none of its 2 versions has a file of this hash, size or name"
    assert choose_version([], local()).reason == "it lists no version"


def test_the_training_data_is_never_the_file() -> None:
    zipped = file_record("lantern.safetensors", 4_000, type="Training Data")
    versions = [version(2, [zipped]), version(1, [file_record("x.safetensors", 8_000)])]
    assert chosen(versions, name="lantern.safetensors", size=4_000) is None
    assert choose_file(version(1, [zipped, file_record("c.yaml", 1, type="Config")]), local()) is None


def test_the_file_is_the_local_one_then_the_primary_one_then_the_best() -> None:
    full = file_record("full.safetensors", 8_000, primary=False, hashes={"SHA256": SHA_NEW})
    pruned = file_record("pruned.safetensors", 4_000, primary=True)
    pickled = file_record("old.ckpt", 4_500, primary=False, metadata={"format": "PickleTensor"})
    holder = version(1, [pickled, full, pruned])

    def name(**known: Any) -> str:
        found = choose_file(holder, local(**known))
        assert found is not None
        return str(found["name"])

    assert name(name="x.safetensors", size=1, sha256=SHA_NEW) == "full.safetensors"
    assert name(name="x.safetensors", size=8_000) == "full.safetensors"
    assert name(name="full.safetensors", size=1_000_000) == "full.safetensors"
    assert name(name="x.safetensors", size=1_000_000) == "pruned.safetensors"
    pruned["primary"] = False
    holder["files"] = [pickled, full]
    assert name(name="x.bin", size=1_000_000) == "full.safetensors"


def test_a_stated_size_can_contradict() -> None:
    assert size_contradicts(file_record("a", 10_000), local(size=100))
    assert not size_contradicts(file_record("a", 10_000), local(size=10_500))
    assert not size_contradicts(file_record("a"), local(size=100))


def test_file_names_are_plain_and_in_order() -> None:
    names = ["b.safetensors", "../../etc/passwd", "c:\\x.pt", "a/b.pt", "", "..", "x\n.pt", "n" * 300, 7, None]
    listed = model([version(2, [file_record(name) for name in names]), version(1), version(1)])
    assert file_names_of(listed) == ("b.safetensors", "lantern_v1.safetensors")
    assert file_names_of(version_document()) == ("lantern_v2.safetensors",)
    for odd in (None, [], "x", {}, {"modelVersions": {}}, {"modelVersions": [None, {"files": 3}, {"files": [4]}]}):
        assert file_names_of(odd) == ()
