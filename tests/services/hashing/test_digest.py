from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.errors import UnreadableFileError
from lora_manager.services.hashing import digest
from lora_manager.services.hashing.digest import Digests, FileChangedError, digest_file
from tests.helpers.network_files import write_network_file

NOTHING = hashlib.sha256().hexdigest()


def digests(path: Path) -> Digests:
    status = path.stat()
    return digest_file(str(path), status.st_size, status.st_mtime_ns)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_sha256_is_of_all_and_autov3_of_what_follows_the_header(tmp_path: Path) -> None:
    path = write_network_file(tmp_path / "a.safetensors")
    data = path.read_bytes()
    header = 8 + struct.unpack("<Q", data[:8])[0]
    assert digests(path) == Digests(sha256(data), sha256(data[header:])[:12])


def test_a_safetensors_file_of_another_maker_has_the_autov3_of_its_tensors(tmp_path: Path) -> None:
    """The definition of kohya's trainer: the tensors saved with other metadata have the same one."""
    one = write_network_file(tmp_path / "one.safetensors", metadata={"ss_network_dim": "4"}, seed=1)
    other = write_network_file(tmp_path / "other.safetensors", metadata={"title": "a much longer header"}, seed=1)
    first, second = digests(one), digests(other)
    assert first.sha256 != second.sha256
    assert first.autov3 == second.autov3


@given(
    header=st.integers(0, 60),
    body=st.binary(max_size=80),
    block=st.integers(8, 50),
)
def test_blocks_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, header: int, body: bytes, block: int
) -> None:
    path = tmp_path_factory.mktemp("digest") / "a.safetensors"
    data = struct.pack("<Q", header) + b"x" * header + body
    path.write_bytes(data)
    usual, digest.BLOCK = digest.BLOCK, block
    try:
        found = digests(path)
    finally:
        digest.BLOCK = usual
    assert found == Digests(sha256(data), sha256(body)[:12] if body else None)


@pytest.mark.parametrize("content", [b"", b"1234567", b"\xff" * 200, struct.pack("<Q", 5) + b"{}   "])
def test_without_tensors_there_is_no_autov3(tmp_path: Path, content: bytes) -> None:
    """The hash of nothing would make all such files equal."""
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    assert digests(path) == Digests(sha256(content), None)
    assert (sha256(content) == NOTHING) is (content == b"")


def test_a_pickle_has_no_autov3(tmp_path: Path) -> None:
    path = write_network_file(tmp_path / "a.pt")
    assert digests(path) == Digests(sha256(path.read_bytes()), None)


def test_a_file_of_another_size_or_time_is_not_the_one_asked_for(tmp_path: Path) -> None:
    path = write_network_file(tmp_path / "a.safetensors")
    status = path.stat()
    for size, mtime_ns in ((status.st_size + 1, status.st_mtime_ns), (status.st_size, status.st_mtime_ns - 1)):
        with pytest.raises(FileChangedError):
            digest_file(str(path), size, mtime_ns)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace(path: Path) -> None:
    """Another file of the same size and time is put in its place."""
    status = path.stat()
    other = path.with_name("other")
    other.write_bytes(bytes(status.st_size))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)


def overwrite(path: Path) -> None:
    """The content changes in place; the size stays."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(bytes(size))
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000))


def shrink(path: Path) -> None:
    os.truncate(path, 10)


@pytest.mark.skipif(os.name == "nt", reason="an open file is not replaced there")
@pytest.mark.parametrize("change", [grow, replace, overwrite, shrink, Path.unlink])
def test_a_file_that_changes_meanwhile_has_no_hash(tmp_path: Path, change: object) -> None:
    path = write_network_file(tmp_path / "a.safetensors")
    status = path.stat()
    changes = iter([change])

    def on_block(count: int) -> None:
        for one in changes:
            one(path)  # type: ignore[operator]

    with pytest.raises(FileChangedError):
        digest_file(str(path), status.st_size, status.st_mtime_ns, on_block)


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        digest_file(str(tmp_path / "none.safetensors"), 1, 1)
    with pytest.raises(UnreadableFileError, match="regular"):
        digest_file(str(tmp_path), 1, 1)


def test_each_block_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "BLOCK", 4096)
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(10_000))
    status = path.stat()
    blocks: list[int] = []
    digest_file(str(path), status.st_size, status.st_mtime_ns, blocks.append)
    assert blocks == [4096, 4096, 1808]
