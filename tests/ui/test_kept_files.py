from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from lora_manager.ui.kept_files import keep_from_file_route


def test_what_the_host_blocks_stays_blocked() -> None:
    page = SimpleNamespace(blocked_paths=["/secret"])
    keep_from_file_route(SimpleNamespace(get_blocks=lambda: page), [Path("/ours")])
    assert page.blocked_paths == ["/secret", str(Path("/ours"))]


def test_a_host_without_a_page_has_no_such_route() -> None:
    keep_from_file_route(SimpleNamespace(), [Path("/ours")])


def test_the_real_gradio_refuses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where a host's gradio is installed: in the lanes of the hosts' pins."""
    gradio = pytest.importorskip("gradio")
    routes = pytest.importorskip("gradio.routes")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lora_manager").mkdir()
    ours = [tmp_path / "lora_manager.sqlite3", tmp_path / "lora_manager" / "thumbnail.webp", tmp_path / "theirs.txt"]
    for path in ours:
        path.write_text("x", encoding="utf-8")
    with gradio.Blocks() as page:
        gradio.HTML("x")
    page.allowed_paths, page.blocked_paths, page.auth, page.favicon_path = [str(tmp_path)], [], None, None
    page.root_path = ""
    app = routes.App.create_app(page)
    http = TestClient(app)
    keep_from_file_route(app, [ours[0], ours[1].parent])
    assert [http.get(f"/file={path}").status_code for path in ours] == [403, 403, 200]
