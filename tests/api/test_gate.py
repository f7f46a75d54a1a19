from __future__ import annotations

import pytest

from lora_manager.api.app import API, BASE
from tests.api.conftest import Client
from tests.helpers.guarded_host import COOKIE, GuardedHost

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def test_who_opens_the_page_by_hand_is_told_where_to_log_in() -> None:
    answer = GuardedHost().http.get(f"{BASE}/", headers=PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "Log in to the web UI first" in answer.text
    assert 'href="../"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "basic" not in answer.headers["www-authenticate"].lower(), "no box of the browser's own"


def test_what_a_foreign_name_says_is_text() -> None:
    host = "<img src=x onerror=alert(1)>"
    answer = GuardedHost().http.get(f"{BASE}/", headers={**PAGE, "Host": host})
    assert answer.status_code == 403
    assert "<img" not in answer.text


def test_programs_get_json_and_head_gets_no_body() -> None:
    http = GuardedHost().http
    answer = http.get(f"{API}/health")
    assert (answer.status_code, answer.json()["code"]) == (401, "login")
    assert http.get(f"{BASE}/entry.js").json()["code"] == "login"
    head = http.head(f"{BASE}/")
    assert (head.status_code, head.content) == (401, b"")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/api/v1/nothing", "/web/x/y", "//", "/..", "/api/v1/health/"])
def test_the_gate_stands_before_what_does_not_exist_too(path: str) -> None:
    answer = GuardedHost().http.get(BASE + path, follow_redirects=False)
    assert answer.status_code in (307, 401, 404), "a redirect and the host's own 404 tell nothing"
    if answer.status_code == 404:
        assert path in ("", "/..")


def test_who_did_it_is_written_down(drawing_client: Client) -> None:
    host = GuardedHost(drawing_client.app)
    adapter = drawing_client.id_of("Amber Lantern")
    assert host.http.patch(f"{API}/adapters/{adapter}", json={"notes": "mine"}, headers=COOKIE).status_code == 200
    body = {"kind": "generate", "request": {"prompt": "x", "sampler": drawing_client.app.host.samplers()[0]}}
    job = host.http.post(f"{API}/jobs", json=body, headers=COOKIE).json()
    assert job["user_name"] == "ada"
    drawing_client.ended(job)
    (run,) = drawing_client.get("generations")["items"]
    assert run["user_name"] == "ada"
    with drawing_client.app.database.read() as connection:
        names = connection.exec_driver_sql("SELECT DISTINCT user_name FROM user_edit").scalars().all()
    assert names == ["ada"]
