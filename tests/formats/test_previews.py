from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lora_manager.formats.previews import find_preview, sniff_image_type


def found(stem: str, *names: str) -> str | None:
    return find_preview(stem, {name.lower(): name for name in names})


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("ink.thumb.jpg", "ink.png", "ink.preview.webp"), "ink.preview.webp"),
        (("ink.thumb.jpg", "ink.gif"), "ink.gif"),
        (("ink.jpeg", "ink.jpg", "ink.png"), "ink.png"),
        (("ink.thumb.jpg",), "ink.thumb.jpg"),
        (("INK.Preview.PNG",), "INK.Preview.PNG"),
        (("ink.safetensors", "ink.json", "ink.svg", "ink.mp4", "ink2.png", "ink.preview"), None),
    ],
)
def test_the_best_picture_of_a_stem(names: tuple[str, ...], expected: str | None) -> None:
    assert found("ink", *names) == expected


def test_stems_with_dots_and_capitals() -> None:
    assert found("Ink_v1.5", "ink_V1.5.png") == "ink_V1.5.png"
    assert found("Ink_v1", "Ink_v1.5.png") is None


@pytest.mark.parametrize(("pillow", "expected"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_sniffs_what_pillow_writes(pillow: str, expected: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, pillow)
    assert sniff_image_type(buffer.getvalue()[:32]) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", None),
        (b"\xff\x0a\x00\x10", "jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', None),
        (b'<?xml version="1.0"?><svg>', None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_sniffs_by_content_and_never_svg(head: bytes, expected: str | None) -> None:
    assert sniff_image_type(head) == expected


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda rest: b"\0\0\0\x20ftyp" + rest))
def test_any_bytes_give_an_answer(head: bytes) -> None:
    assert sniff_image_type(head) in {None, "png", "jpeg", "webp", "gif", "avif", "jxl"}
