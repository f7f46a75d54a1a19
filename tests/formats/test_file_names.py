from __future__ import annotations

import os
import warnings
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lora_manager.errors import BadInputError
from lora_manager.formats.file_names import (
    comparable,
    is_device_name,
    is_share,
    is_too_long,
    join_below,
    relative_below,
    safe_name,
    why_unusable,
)

DEVICES = ["CON", "PRN", "AUX", "NUL", "COM1", "COM9", "LPT1", "LPT9", "CONIN$", "CONOUT$", "COM¹", "COM²", "LPT³"]
texts = st.text(max_size=40)
"""Any characters, the halves of pairs that file names can hold among them."""
near = st.text(alphabet=st.sampled_from(list('abCON1nul$ .:~\\/?*<>|"¹²é墨\0\x1f\x7f\ud800')), max_size=14)
parts = st.text(alphabet=st.sampled_from(list("abAB é墨ß.-_~1")), min_size=1, max_size=8).filter(
    lambda part: not why_unusable(part)
)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("form", ["{}", "{}.txt", "{}.safetensors", "{}.a.b", "{} .png", "{}  ", "{}:stream"])
def test_a_device_is_one_with_any_extension_and_in_any_case(device: str, form: str) -> None:
    for name in (form.format(device), form.format(device.lower())):
        assert is_device_name(name)
        assert why_unusable(name)


@pytest.mark.parametrize("name", ["CONtrol", "COM10", "COM", "LPT0x", "null", "xCON", "a.CON", "com_1", "(NUL)"])
def test_what_only_looks_like_a_device_is_none(name: str) -> None:
    assert not is_device_name(name)
    assert why_unusable(name) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "more than"), (".", "more than"), ("..", "more than"), (" . ", "more than"), ("a.", "end in"),
        ("a ", "end in"), ("a:b", "cannot hold :"), ("a/b", "cannot hold /"), ("a\\b", "cannot hold"),
        ("a\0b", r"U\+0000"), ("a\nb", r"U\+000A"), ('a"', 'cannot hold "'), ("a?", "cannot hold"), ("\ud800", "UTF-8"),
        ("a" * 256, "255 bytes"), ("墨" * 86, "255 bytes"),
    ],
)  # fmt: skip
def test_why_a_name_cannot_be_is_said(name: str, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        assert why_unusable(name) == ""


@pytest.mark.parametrize("name", ["a", "a.b", ".hidden", "墨絵 (v2) [final].safetensors", "~", "PROGRA~1", "墨" * 85])
def test_what_people_write_is_left_alone(name: str) -> None:
    assert why_unusable(name) == ""
    assert safe_name(name) == name


@given(st.one_of(texts, near, st.text(alphabet="a墨. ", min_size=240, max_size=300)))
@example("NUL." + "a" * 248 + ".." + "b")
@example("a." + "b" * 200)
@example("a" * 260 + ".safetensors")
def test_a_safe_name_is_usable_and_stays_so(text: str) -> None:
    name = safe_name(text)
    assert why_unusable(name) == ""
    assert safe_name(name) == name
    if not why_unusable(text):
        assert name == text


def test_a_cut_name_keeps_its_extension() -> None:
    assert safe_name("墨" * 200 + ".safetensors").endswith("墨.safetensors")


@given(st.one_of(texts, near))
def test_what_python_knows_as_reserved_is_unusable(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated since 3.13
        reserved = PureWindowsPath(text).is_reserved()
    if reserved:
        assert any(why_unusable(part) for part in [text, PureWindowsPath(text).name])


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses many of them; it is where the rules come from")
@given(near.filter(lambda name: not why_unusable(name)))
def test_a_usable_name_is_one_part_of_a_path_everywhere(name: str) -> None:
    assert PureWindowsPath("C:/root", name).parts == ("C:\\", "root", name)
    assert PurePosixPath("/root", name).parts == ("/", "root", name)


# --- paths below a root ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relative", ["", ".", "..", "../a", "a/../b", "a//b", "/a", "a/", "a\0b", "a/./b", "a/.."])
@pytest.mark.parametrize("root", [PurePosixPath("/loras"), PureWindowsPath("D:/loras")])
def test_no_path_leads_out_of_its_root(root: PurePosixPath | PureWindowsPath, relative: str) -> None:
    with pytest.raises(BadInputError):
        join_below(root, relative)


@pytest.mark.parametrize(
    "relative",
    ["C:/a", "c:a", "a:stream", "a.safetensors:b:$DATA", "a\\b", "..\\a", "\\\\server\\x", "NUL.png", "a/con/b", "?:a"],
)
def test_on_windows_more_leads_out(relative: str) -> None:
    with pytest.raises(BadInputError):
        join_below(PureWindowsPath("D:/loras"), relative)
    if not relative.startswith("/"):
        assert join_below(PurePosixPath("/loras"), relative).parent != PurePosixPath("/")  # a name like others there


@given(
    relative=st.lists(st.one_of(near, parts, st.sampled_from(["..", "C:", "\\\\s\\t", ""])), max_size=5).map("/".join)
)
@pytest.mark.parametrize("root", [PureWindowsPath("C:/loras"), PureWindowsPath("//nas/models/loras")])
def test_what_is_joined_lies_below_the_root_on_windows(root: PureWindowsPath, relative: str) -> None:
    try:
        joined = join_below(root, relative)
    except BadInputError:
        return
    assert root in PureWindowsPath(joined).parents
    assert relative_below(joined, root) == relative


@given(relative=st.lists(parts, min_size=1, max_size=5).map("/".join))
def test_a_relative_path_is_the_same_from_every_system(relative: str) -> None:
    for root in (PureWindowsPath("C:/Loras"), PureWindowsPath("//nas/models/Loras"), PurePosixPath("/loras")):
        assert relative_below(join_below(root, relative), root) == relative


def test_case_and_the_long_prefix_make_no_difference_on_windows() -> None:
    root = PureWindowsPath("c:/LORAS")
    assert relative_below(PureWindowsPath("C:\\Loras\\Ink\\A.safetensors"), root) == "Ink/A.safetensors"
    assert relative_below(PureWindowsPath("\\\\?\\C:\\Loras\\a"), root) == "a"
    assert relative_below(PureWindowsPath("\\\\?\\UNC\\nas\\m\\a"), PureWindowsPath("//NAS/m")) == "a"
    for other in ("D:/loras/a", "C:/lorasx/a", "C:/loras", "//c/loras/a", "C:/loras/../a"):
        assert relative_below(PureWindowsPath(other), root) is None
    assert relative_below(PurePosixPath("/Loras/a"), PurePosixPath("/loras")) is None


# --- comparing -------------------------------------------------------------------------------------------------------


@given(relative=st.lists(parts, min_size=1, max_size=4))
def test_spellings_of_one_path_are_one_on_windows(relative: list[str]) -> None:
    spelled = "C:\\" + "\\".join(relative)
    key = comparable(spelled, windows=True)
    assert comparable(spelled.replace("\\", "/"), windows=True) == key
    assert comparable("\\\\?\\" + spelled, windows=True) == key
    assert comparable("c" + spelled[1:] + "\\", windows=True) == key
    assert comparable(PureWindowsPath(spelled), windows=True) == key
    assert comparable(key, windows=True) == key
    upper = spelled.upper()
    assume(upper.lower() == spelled.lower())  # "ß" has no upper case that Windows knows
    assert comparable(upper, windows=True) == key


@given(texts)
def test_elsewhere_every_character_counts(text: str) -> None:
    assert comparable(text, windows=False) == text


def test_different_paths_stay_different() -> None:
    paths = ["C:/a", "D:/a", "C:/b", "C:a", "//s/t/a", "/a", "a"]
    assert len({comparable(path, windows=True) for path in paths}) == len(paths)


def test_a_share_is_known_by_its_path() -> None:
    assert is_share(PureWindowsPath("//nas/models/loras"))
    assert is_share(PureWindowsPath("\\\\?\\UNC\\nas\\models\\a"))
    assert not is_share(PureWindowsPath("C:/models"))
    assert not is_share(PureWindowsPath("\\\\?\\C:\\models"))
    assert not is_share(PurePosixPath("//nas/models"))


def test_paths_that_windows_may_not_open() -> None:
    long = "C:\\" + "a\\" * 128 + "b"
    assert is_too_long(long, windows=True)
    assert not is_too_long(long, windows=False)
    assert not is_too_long("\\\\?\\" + long, windows=True)
    assert not is_too_long("C:\\a", windows=True)
    assert not is_too_long(Path("a"))
