from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lora_manager.formats import file_replace
from lora_manager.services.files import disk
from lora_manager.services.files.disk import Lies, lies, put, rename_new, why_not_done
from tests.helpers.held_files import hold_files


def file(path: Path, content: bytes = b"content") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def where(source: Path, target: Path, known: os.stat_result) -> Lies:
    return lies(source, target, known.st_size, known.st_mtime_ns)


def test_a_file_gets_another_name_and_nothing_is_written_over(tmp_path: Path) -> None:
    source, target = file(tmp_path / "a"), tmp_path / "b"
    known = source.stat()
    assert where(source, target, known) is Lies.AT_SOURCE
    rename_new(source, target)
    assert (source.exists(), target.read_bytes(), target.stat().st_nlink) == (False, b"content", 1)
    assert where(source, target, known) is Lies.AT_TARGET
    other = file(source, b"another")
    with pytest.raises(FileExistsError):
        rename_new(other, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"another", b"content")


@pytest.mark.parametrize("refusal", [errno.EPERM, errno.EOPNOTSUPP])
def test_where_no_second_name_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int) -> None:
    def link(*_: object) -> None:
        raise OSError(refusal, "no hard links here")

    monkeypatch.setattr(os, "link", link)
    source, target = file(tmp_path / "a"), tmp_path / "b"
    rename_new(source, target)
    assert target.read_bytes() == b"content"
    with pytest.raises(FileExistsError):
        rename_new(file(source), target)


@pytest.mark.skipif(os.name == "nt", reason="renaming is one step there")
def test_a_file_that_cannot_leave_its_folder_has_one_name_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = file(tmp_path / "a"), tmp_path / "b"
    real = os.unlink

    def unlink(path: Path) -> None:
        if path == source:
            raise PermissionError(errno.EACCES, "denied")
        real(path)

    monkeypatch.setattr(os, "unlink", unlink)
    with pytest.raises(PermissionError):
        rename_new(source, target)
    assert (source.exists(), target.exists()) == (True, False)


def test_onto_another_volume_it_is_copied_and_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_rename(monkeypatch, tmp_path)
    source, target, part = file(tmp_path / "a" / "x"), tmp_path / "b" / "x", tmp_path / "b" / ".part"
    target.parent.mkdir()
    os.utime(source, ns=(10**18, 10**18))
    known = source.stat()
    assert put(source, target, part) is True
    assert (source.read_bytes(), target.read_bytes(), part.exists()) == (b"content", b"content", False)
    assert target.stat().st_mtime_ns == 10**18
    assert where(source, target, known) is Lies.AT_BOTH
    with pytest.raises(FileExistsError):
        put(source, target, part)
    assert not part.exists()


def test_a_copy_that_reads_otherwise_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_rename(monkeypatch, tmp_path)
    source, target, part = file(tmp_path / "a" / "x"), tmp_path / "b" / "x", tmp_path / "b" / ".part"
    target.parent.mkdir()
    real = disk._blocks
    monkeypatch.setattr(disk, "_blocks", lambda path: iter([b"spoiled"]) if path == part else real(path))
    with pytest.raises(disk.CopyDiffersError):
        put(source, target, part)
    assert (source.exists(), target.exists(), part.exists()) == (True, False, False)


def no_rename(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """Let two folders be two volumes."""
    link, rename = os.link, os.rename

    def crosses(source: Path, target: Path) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")

    def linked(source: Path, target: Path) -> None:
        crosses(source, target)
        link(source, target)

    def renamed(source: Path, target: Path) -> None:
        crosses(source, target)
        rename(source, target)

    monkeypatch.setattr(os, "link", linked)
    monkeypatch.setattr(os, "rename", renamed)


def test_what_is_no_longer_the_file_that_was_put_there_is_not_taken_for_it(tmp_path: Path) -> None:
    source, target = file(tmp_path / "a"), tmp_path / "b"
    known = source.stat()
    assert where(tmp_path / "x", tmp_path / "y", known) is Lies.NOWHERE
    file(target, b"of somebody else")
    assert where(source, target, known) is Lies.AT_SOURCE
    source.unlink()
    assert where(source, target, known) is Lies.NOWHERE


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_link_is_moved_itself(tmp_path: Path) -> None:
    file(tmp_path / "store" / "blob")
    (tmp_path / "b" / "c").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(Path("store") / "blob")
    assert put(link, tmp_path / "b" / "c" / "link", tmp_path / ".part") is False
    moved = tmp_path / "b" / "c" / "link"
    assert (moved.is_symlink(), moved.read_bytes(), link.is_symlink()) == (True, b"content", False)
    rename_new(moved, moved.with_name("other"))
    assert moved.with_name("other").is_symlink()


def test_a_program_that_holds_the_file_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_replace, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "none")))
    failed = hold_files(monkeypatch, "rename", 2)
    rename_new(file(tmp_path / "a"), tmp_path / "b")
    assert (failed, (tmp_path / "b").exists()) == ([2], True)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileExistsError(errno.EEXIST, ""), "exists already"),
        (FileNotFoundError(errno.ENOENT, ""), "Scan the library"),
        (OSError(errno.ENOSPC, ""), "no space left"),
        (OSError(errno.EROFS, ""), "only be read"),
        (OSError(errno.ENAMETOOLONG, ""), "too long"),
        (PermissionError(errno.EACCES, ""), "permission denied"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_every_failure_is_told_with_a_remedy(error: OSError, says: str) -> None:
    assert says in why_not_done(error, Path("/x/a"))
    assert "/x/a" in why_not_done(error, Path("/x/a")).replace("\\", "/")


def test_a_file_that_is_open_elsewhere_is_told_as_such() -> None:
    error = PermissionError(errno.EACCES, "")
    error.winerror = 32  # type: ignore[attr-defined,unused-ignore] # as Windows has it
    assert "Close it" in why_not_done(error, Path("a"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_a_pipe_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_volume(*_: object) -> None:
        raise OSError(errno.EXDEV, "another volume")

    monkeypatch.setattr(disk, "rename_new", other_volume)
    os.mkfifo(tmp_path / "a")
    with pytest.raises(OSError, match="no ordinary file"):
        put(tmp_path / "a", tmp_path / "b", tmp_path / "part")
    assert os.listdir(tmp_path) == ["a"]
