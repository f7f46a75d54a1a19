from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from lora_manager.api import jobs as module
from lora_manager.api.app import API
from lora_manager.hosts.protection import Protection
from lora_manager.services.jobs import JobContext
from tests.api.conftest import Client
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.guarded_host import BASIC, COOKIE, GuardedHost, OneUser
from tests.helpers.network_files import write_network_file

JOB = {
    "id", "kind", "state", "done", "total", "message", "eta_seconds", "created_at", "started_at", "finished_at",
    "error", "result", "user_name",
}  # fmt: skip
SMALL: dict[str, Any] = {"prompt": "a night", "width": 64, "height": 64, "steps": 2, "seed": 5}
HUGE = 10**30


def generate(client: Client, **changes: Any) -> dict[str, Any]:
    body = {"kind": "generate", "request": {**SMALL, **changes}}
    found: dict[str, Any] = client.send("POST", "jobs", body, status=202)
    return found


def test_a_scan_runs_in_the_background(client: Client) -> None:
    write_network_file(client.app.host.roots()[0] / "new.safetensors")
    job = client.send("POST", "scan", status=202)
    assert set(job) == JOB
    assert (job["kind"], job["state"] in ("queued", "running", "done")) == ("scan", True)
    done = client.ended(job)
    assert (done["state"], done["error"]) == ("done", "")
    assert set(done["result"]) >= {
        "found", "added", "updated", "unchanged", "removed", "problems", "seconds", "files_per_second", "roots_offline",
    }  # fmt: skip
    assert (done["result"]["found"], done["result"]["added"], done["result"]["problems"]) == (6, 1, 1)
    assert client.get("adapters")["total"] == 6
    forced = client.ended(client.send("POST", "scan", {"force": True}, status=202))
    assert forced["result"]["updated"] >= 5
    other = client.ended(client.send("POST", "jobs", {"kind": "scan", "request": {"force": True}}, status=202))
    assert other["result"]["updated"] >= 5
    assert [item["id"] for item in client.get("jobs")["items"]] == [other["id"], forced["id"], job["id"]]


def test_a_second_scan_is_the_one_under_way(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    running = client.app.jobs.submit("scan", {})
    monkeypatch.setattr(client.app.jobs, "busy", lambda kind: running)
    assert client.send("POST", "scan", status=202)["id"] == running.id


def test_a_generation_shows_its_images_and_what_was_applied(drawing_client: Client) -> None:
    amber = drawing_client.id_of("Amber Lantern")
    job = generate(drawing_client, prompt="x <lora:amber:0.5> <lora:no:1>", batch_size=2)
    assert set(job) == JOB
    done = drawing_client.ended(job)
    assert (done["state"], done["done"], done["total"]) == ("done", 4, 4)
    result = done["result"]
    assert [(image["seed"], image["width"]) for image in result["images"]] == [(5, 64), (6, 64)]
    assert result["applied"][0]["id"] == amber
    assert (result["applied"][0]["tag_name"], result["applied"][0]["weight"]) == ("amber", 0.5)
    assert [item["tag_name"] for item in result["refused"]] == ["no"]
    assert result["interrupted"] is False
    assert drawing_client.get(f"adapters/{amber}")["uses"] == 1


def test_a_generation_can_be_cancelled(drawing_client: Client, drawing_host: DrawingHost) -> None:
    drawing_host.step_seconds = 0.01
    running = generate(drawing_client, steps=200)
    waiting = generate(drawing_client)
    while drawing_client.get(f"jobs/{running['id']}")["done"] < 2:
        time.sleep(0.005)
    assert drawing_client.get("host")["state"] == "busy"
    assert drawing_client.send("DELETE", f"jobs/{waiting['id']}")["state"] == "cancelled"
    drawing_client.send("DELETE", f"jobs/{running['id']}")
    assert drawing_client.ended(running)["state"] == "cancelled"
    assert len(drawing_host.requests) == 1
    assert drawing_client.send("DELETE", f"jobs/{running['id']}")["state"] == "cancelled"


def test_a_generation_that_fails_says_why(drawing_client: Client, drawing_host: DrawingHost) -> None:
    drawing_host.fails = "out of paper"
    done = drawing_client.ended(generate(drawing_client))
    assert (done["state"], done["error"], done["result"]) == ("failed", "out of paper", None)


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"prompt": ""}, 400, "prompt"),
        ({"prompt": "x", "steps": 0}, 400, "Steps"),
        ({"prompt": "x", "steps": "many"}, 400, "steps"),
        ({"prompt": "x", "width": 10}, 400, "pixels"),
        ({"prompt": "x", "width": HUGE}, 400, "pixels"),
        ({"prompt": "x", "seed": HUGE}, 400, "seed"),
        ({"prompt": "x", "sampler": "Nonsense"}, 400, "Euler a"),
        ({"prompt": "x", "batch_size": 99}, 400, "batch"),
        ({"prompt": None}, 400, "prompt"),
        ({}, 400, "prompt"),
        ([1], 422, "request"),
    ],
)
def test_what_cannot_be_drawn_is_refused_at_once(
    drawing_client: Client, drawing_host: DrawingHost, request_: object, status: int, words: str
) -> None:
    body = {"kind": "generate", "request": request_}
    assert words in drawing_client.refused(status, "POST", "jobs", body)
    assert drawing_host.requests == []
    assert drawing_client.get("jobs")["items"] == []


def test_numbers_that_are_none_are_refused(drawing_client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    content = b'{"kind": "generate", "request": {"prompt": "x", "cfg_scale": NaN}}'
    assert drawing_client.call("POST", "jobs", content=content, headers=headers)[0] == 400


def test_a_host_that_cannot_generate_says_why(
    reader: Client, drawing_client: Client, drawing_host: DrawingHost
) -> None:
    without = reader.refused(409, "POST", "jobs", {"kind": "generate", "request": SMALL})
    assert without == reader.app.host.cannot_generate() != ""
    drawing_host.unable = "no model is loaded"
    assert drawing_client.refused(409, "POST", "jobs", {"kind": "generate", "request": SMALL}) == "no model is loaded"


def test_too_many_that_wait_are_refused(
    drawing_client: Client, drawing_host: DrawingHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED", 2)
    drawing_host.step_seconds = 0.02
    jobs = [generate(drawing_client, steps=200)]
    while drawing_client.get(f"jobs/{jobs[0]['id']}")["state"] == "queued":
        time.sleep(0.005)
    jobs += [generate(drawing_client) for _ in range(2)]
    assert "wait" in drawing_client.refused(400, "POST", "jobs", {"kind": "generate", "request": SMALL})
    for job in reversed(jobs):
        drawing_client.send("DELETE", f"jobs/{job['id']}")
    drawing_client.ended(jobs[0])


@pytest.fixture
def slow_host(drawing_client: Client, drawing_host: DrawingHost) -> GuardedHost:
    """A host with a login, of the users ada (COOKIE) and api (BASIC), who draws so slowly that jobs wait."""
    drawing_host.step_seconds = 0.02
    return GuardedHost(drawing_client.app)


def begin(host: GuardedHost, user: dict[str, str], status: int = 202) -> dict[str, Any]:
    body = {"kind": "generate", "request": {**SMALL, "steps": 200}}
    answer = host.http.post(f"{API}/jobs", json=body, headers=user)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cancel(host: GuardedHost, job_id: int, user: dict[str, str]) -> tuple[int, dict[str, Any]]:
    answer = host.http.request("DELETE", f"{API}/jobs/{job_id}", json={}, headers=user)
    return answer.status_code, answer.json()


def test_with_logins_each_cancels_their_own_jobs_and_nobodys(slow_host: GuardedHost, drawing_client: Client) -> None:
    adas = begin(slow_host, COOKIE)
    nobodys = drawing_client.app.jobs.submit("generate", {**SMALL, "steps": 200})
    status, told = cancel(slow_host, adas["id"], BASIC)
    assert (status, told["code"]) == (403, "of_another")
    assert "ada" in told["detail"]
    assert drawing_client.app.jobs.job(adas["id"]).state in ("queued", "running")
    assert not drawing_client.app.jobs.job(adas["id"]).cancel.is_set()
    assert cancel(slow_host, nobodys.id, BASIC)[1]["state"] == "cancelled"
    assert cancel(slow_host, adas["id"], COOKIE)[0] == 200
    assert drawing_client.ended(adas)["state"] == "cancelled"
    assert cancel(slow_host, 999, BASIC)[0] == 404


def test_who_may_not_install_cancels_no_installation(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def install(request: dict[str, Any], context: JobContext) -> dict[str, Any]:
        begun.set()
        while not context.cancelled():
            time.sleep(0.005)
        return {}

    monkeypatch.setitem(client.app.jobs._runners, "install", install)
    job = client.app.jobs.submit("install", {"name": "x"})
    assert begun.wait(10)
    guest, owner = (
        GuardedHost(client.app, OneUser(asks=False), Protection(), client=address)
        for address in ("192.168.1.7", "127.0.0.1")
    )
    status, told = cancel(guest, job.id, {})
    assert (status, told["code"]) == (403, "needs_login")
    assert not job.cancel.is_set()
    assert cancel(owner, job.id, {})[0] == 200
    assert job.cancel.is_set()


def test_one_user_leaves_places_in_the_queue_to_others(
    slow_host: GuardedHost, drawing_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_QUEUED_OF_ONE", 2)
    jobs = [begin(slow_host, COOKIE)]
    while drawing_client.app.jobs.job(jobs[0]["id"]).state == "queued":
        time.sleep(0.005)
    jobs += [begin(slow_host, COOKIE) for _ in range(2)]
    told = begin(slow_host, COOKIE, status=400)
    assert told["code"] == "bad_input"
    assert "2 generations of yours wait" in told["detail"]
    jobs += [begin(slow_host, BASIC)]
    for job in reversed(jobs):
        drawing_client.app.jobs.cancel(job["id"])
    drawing_client.ended(jobs[0])


def test_unknown_jobs_and_kinds_are_refused(reader: Client) -> None:
    assert "nonsense" in reader.refused(400, "POST", "jobs", {"kind": "nonsense"})
    reader.refused(422, "POST", "jobs", {})
    reader.refused(422, "POST", "scan", {"force": "perhaps"})
    for method in ("GET", "DELETE"):
        assert "999" in reader.refused(404, method, "jobs/999")
        reader.refused(422, method, f"jobs/{HUGE}")
        reader.refused(422, method, "jobs/x")
