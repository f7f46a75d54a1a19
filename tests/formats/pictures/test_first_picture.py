from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.pictures.first_picture import first_picture
from tests.helpers.hostile_images import HAS_AVIF, animated, encoded

KINDS = [kind for kind in ("PNG", "JPEG", "GIF", "WEBP", "AVIF") if kind != "AVIF" or HAS_AVIF]
WHOLE = {kind: encoded(kind, (32, 40)) for kind in KINDS}
WHOLE |= {f"{kind} of frames": animated(kind, 3, (32, 40)) for kind in ("PNG", "GIF", "WEBP")}


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_the_picture_is_the_same_as_in_the_file(kind: str) -> None:
    still = first_picture(WHOLE[kind])
    with Image.open(io.BytesIO(WHOLE[kind])) as before, Image.open(io.BytesIO(still.data)) as after:
        assert (before.format or "").lower() == (after.format or "").lower() == still.kind
        assert before.size == after.size == (still.width, still.height)
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


@settings(max_examples=300)
@given(kind=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_any_damage_is_a_picture_or_an_error_that_says_so(kind: str, data: st.DataObject) -> None:
    raw = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnreadableFileError):
        still = first_picture(bytes(raw[: data.draw(st.integers(0, len(raw)))]))
        again = first_picture(still.data)
        assert again.data == still.data, "what was taken out stays out"
        assert (again.width, again.height) == (still.width, still.height)
        assert still.width * still.height <= 64_000_000


@pytest.mark.parametrize("raw", [b"", b"<svg/>", b"<html>", b"GIF", b"\xff\x0a" + bytes(50), b"BM" + bytes(60)])
def test_what_is_no_picture_for_us(raw: bytes) -> None:
    """JPEG XL is one, but nothing here decodes it."""
    with pytest.raises(UnreadableFileError) as caught:
        first_picture(raw)
    assert caught.value.kind == "not_an_image"


@pytest.mark.parametrize(
    "head", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff", b"\0\0\0\x10ftypavif"]
)
def test_a_beginning_alone_is_damaged(head: bytes) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        first_picture(head)
    assert caught.value.kind == "damaged_image"
