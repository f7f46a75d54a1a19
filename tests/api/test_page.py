from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.testclient import TestClient

from lora_manager.api.page import WEB, find_assets, page_router
from lora_manager.api.route import LONG_LIVED
from tests.api.conftest import Client


@pytest.fixture(scope="module")
def version(reader: Client) -> str:
    """What the server says: the files may have been changed since it was started."""
    found: str = reader.get("health")["web_version"]
    return found


def test_the_page_has_its_version_filled_in(reader: Client, version: str) -> None:
    answer = reader.raw("")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "{{" not in answer.text
    assert f'content="{version}"' in answer.text
    assert f'src="web/{version}/boot.js"' in answer.text
    assert re.fullmatch("[0-9a-f]{12}", version)


def test_the_page_may_load_nothing_from_elsewhere(reader: Client) -> None:
    policy = reader.raw("").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'"
    assert "script-src" not in rules, "scripts follow default-src"
    assert "http:" not in policy
    assert "https:" not in policy
    assert "unsafe-eval" not in policy


def test_everything_that_the_page_names_is_there(reader: Client) -> None:
    names = re.findall(r'(?:src|href)="(web/[^"]+)"', reader.raw("").text)
    assert len(names) >= 5
    for name in names:
        answer = reader.raw(name)
        assert answer.status_code == 200, name
        assert answer.headers["cache-control"] == LONG_LIVED
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("boot.js", "text/javascript; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_type(reader: Client, version: str, name: str, kind: str) -> None:
    assert reader.raw(f"web/{version}/{name}").headers["content-type"] == kind


def test_a_page_of_another_version_gets_no_file_of_this_one(reader: Client) -> None:
    answer = reader.raw("web/0123456789ab/boot.js")
    assert (answer.status_code, answer.json()["detail"].endswith("Reload the page.")) == (404, True)


@pytest.mark.parametrize(
    "name",
    [
        "../api/app.py",
        "..%2fapi%2fapp.py",
        "%2e%2e/api/app.py",
        "..\\api\\app.py",
        "....//api/app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "boot.js%00.css",
        "boot.js/../../api/app.py",
        "index.html",
        "nowhere.js",
        "",
        "core",
    ],
)
def test_nothing_but_the_pages_own_files_is_served(reader: Client, version: str, name: str) -> None:
    answer = reader.raw(f"web/{version}/{name}")
    assert answer.status_code == 404
    assert "import " not in answer.text


def test_the_version_follows_every_byte(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.js").write_text("one", encoding="utf-8")
    (tmp_path / "sub" / "b.css").write_text("two", encoding="utf-8")
    (tmp_path / "c.py").write_text("not served", encoding="utf-8")
    (tmp_path / "index.html").write_text("has a route of its own", encoding="utf-8")
    first = find_assets(tmp_path)
    assert set(first.files) == {"a.js", "sub/b.css"}
    assert re.fullmatch("[0-9a-f]{12}", first.version)
    assert find_assets(tmp_path).version == first.version
    (tmp_path / "sub" / "b.css").write_text("2wo", encoding="utf-8")
    second = find_assets(tmp_path)
    (tmp_path / "sub" / "b.css").rename(tmp_path / "sub" / "c.css")
    assert len({first.version, second.version, find_assets(tmp_path).version}) == 3


def test_an_update_below_a_running_server_changes_nothing_until_it_is_restarted(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one", encoding="utf-8")
    (tmp_path / "index.html").write_text("{{WEB_BASE}}a.js", encoding="utf-8")
    assets = find_assets(tmp_path)
    app = FastAPI()
    app.include_router(page_router(assets), prefix="/page")
    for name in ("a.js", "b.js", "index.html"):
        (tmp_path / name).write_text("new", encoding="utf-8")
    http = TestClient(app)
    base = http.get("/page/").text.removesuffix("a.js")
    assert base == f"web/{assets.version}/"
    assert http.get(f"/page/{base}a.js").text == "one"
    assert http.get(f"/page/{base}b.js").status_code == 404


def test_only_what_a_page_needs_is_among_the_files() -> None:
    names = set(find_assets().files)
    assert "boot.js" in names
    assert not [name for name in names if not (WEB / name).is_file()]
    assert not [name for name in names if name.endswith((".py", ".html", ".mjs.map"))]


def test_files_come_packed_to_who_can_unpack_them(reader: Client, version: str) -> None:
    packed = reader.raw(f"web/{version}/vendor/lit.js", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    plain = reader.raw(f"web/{version}/vendor/lit.js", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == (WEB / "vendor" / "lit.js").read_bytes()
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_a_host_that_packs_everything_packs_this_no_second_time(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("one " * 1000, encoding="utf-8")
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    assets = find_assets(tmp_path)
    app = FastAPI()
    app.add_middleware(GZipMiddleware, minimum_size=100)
    app.include_router(page_router(assets), prefix="/page")
    answer = TestClient(app).get(f"/page/web/{assets.version}/a.js", headers={"Accept-Encoding": "gzip"})
    assert answer.text == "one " * 1000
