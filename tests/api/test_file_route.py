from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.testclient import TestClient

from lora_manager.api.file_route import refuse_files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The web UI's folder, with our files in it and theirs."""
    monkeypatch.chdir(tmp_path)
    for name in ("ours.sqlite3", "ours.sqlite3.txt", "state/thumbnails/a.webp", "theirs.txt", "statement.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


@pytest.fixture
def http(folder: Path) -> TestClient:
    """A host that hands out every file, as gradio 3 does with those below its folder."""
    server, page = FastAPI(), FastAPI()

    async def file(path: str) -> FileResponse:
        return FileResponse(path)

    for app in (server, page):
        app.add_api_route("/file={path:path}", file, methods=["GET", "HEAD"])
        app.add_api_route("/file/{path:path}", file, methods=["GET"])
    refuse_files(server, [folder / "ours.sqlite3", folder / "ours.sqlite3-wal", folder / "state"])
    server.mount("/sub", page)
    return TestClient(server)


@pytest.mark.parametrize("route", ["/file=", "/file/", "/sub/file="])
def test_our_files_are_refused_and_theirs_are_not(http: TestClient, folder: Path, route: str) -> None:
    for name in ("ours.sqlite3", "state/thumbnails/a.webp", "state", "./ours.sqlite3", "OURS.sqlite3"):
        assert http.get(f"{route}{name}").status_code == 403, name
        assert http.get(f"{route}{folder.as_posix()}/{name}").status_code == 403, name
    for name in ("theirs.txt", "ours.sqlite3.txt", "statement.txt"):
        assert http.get(f"{route}{name}").text == name
    assert http.head(f"{route}ours.sqlite3").status_code == 403


def test_what_only_leads_there_is_refused_too(http: TestClient, folder: Path) -> None:
    up = "%2e%2e"
    assert http.get(f"/file=state/{up}/ours.sqlite3").status_code == 403
    assert http.get(f"/file={folder.as_posix()}/state/{up}/ours.sqlite3").status_code == 403
    assert http.get(f"/file=state/{up}/theirs.txt").text == "theirs.txt"


@pytest.mark.skipif(os.name == "nt", reason="a link takes a right there")
def test_a_link_to_our_files_is_refused(http: TestClient, folder: Path) -> None:
    (folder / "link").symlink_to(folder / "ours.sqlite3")
    (folder / "deep").symlink_to(folder / "state" / "thumbnails")
    (folder / "fine").symlink_to(folder / "theirs.txt")
    assert [http.get(f"/file={name}").status_code for name in ("link", "deep/a.webp", "fine")] == [403, 403, 200]


def test_a_name_that_no_file_can_have_is_the_hosts_to_answer(folder: Path) -> None:
    server = FastAPI()
    refuse_files(server, [folder / "ours.sqlite3"])
    http = TestClient(server)
    for name in ("%00", "a%00b", "x" * 5000, "%ff"):
        assert http.get(f"/file={name}").status_code == 404
    assert http.get("/other").status_code == 404
